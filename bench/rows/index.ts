import type { Row } from "../support/row.ts";
import { historyCost } from "./history-cost.ts";
import { transitions } from "./transitions.ts";

/** In the order of the budgets. */
export const rows: readonly Row[] = [transitions, historyCost];
