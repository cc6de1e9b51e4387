import type { Service } from "../aws-json/service.ts";
import { operations } from "./operations.ts";
import * as schemas from "./schemas.ts";

export { type Door, openDoor } from "./door.ts";

/** What workers of built-in types talk to, wherever they run (P0.5). */
export const workerApi: Service = {
  name: "worker-api",
  target: "MillraceWorker_20261101",
  signingName: "codepipeline",
  schemas,
  permission: () => "millrace:WorkerApi",
  operations,
};
