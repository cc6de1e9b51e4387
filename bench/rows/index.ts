import type { Row } from "../support/row.ts";
import { getPipeline } from "./get-pipeline.ts";
import { historyCost } from "./history-cost.ts";
import { transitions } from "./transitions.ts";

/** In the order of the budgets. */
export const rows: readonly Row[] = [getPipeline, transitions, historyCost];
