import type { Migration } from "../migrate.ts";
import { pipelines } from "./001-pipelines.ts";
import { jobs } from "./002-jobs.ts";

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [pipelines, jobs];
