/** What is said of one job to the job protocol and to the model: that somebody has it, and what became of it. */
import type { SuccessReport } from "../../src/core/jobs/types.ts";
import type { Fault } from "../faults.ts";
import { continueWork, failWork, type Place, succeedWork } from "../model/work.ts";
import type { System } from "../system.ts";
import { command } from "./deliver.ts";
import type { Step } from "./step.ts";
import type { KnownJob, Track } from "./track.ts";

export const LEASE_MS = 60_000;
/** Until a function that goes on is invoked again (P7.5). */
const FUNCTION_DELAY_MS = 15_000;

/** What a worker says that has forgotten its nonce, or was never heard to be given one. */
export const MADE_UP = "made-up";

/** E3.10 */
export async function acknowledgeWith(
  system: System,
  track: Track,
  known: KnownJob,
  nonce: string,
  fault: Fault | undefined,
): Promise<void> {
  const { job } = known;
  await command(
    system,
    fault,
    `acknowledgement of ${known.id}`,
    () => system.jobs.acknowledge(track.scope, known.id, nonce),
    () => {
      if (job.end !== undefined) return undefined;
      const live = (job.status === "Dispatched" || job.status === "InProgress") && nonce === known.nonce;
      if (!live) return "InvalidNonce";
      if (job.status === "InProgress") return undefined;
      job.status = "InProgress";
      job.leaseUntil = known.builtIn ? system.now + LEASE_MS : undefined;
      return undefined;
    },
  );
}

/** A result: success, with or without the variable that others ask for, failure, or a continuation (E3.11, E3.12). */
export async function tell(system: System, track: Track, known: KnownJob, step: Step): Promise<void> {
  const { how } = step;
  const kind = how < 5 ? "succeed" : how < 6 ? "continue" : step.which % 2 === 0 ? "fail" : "succeed";
  const variables: Record<string, string> = step.which % 9 === 0 ? {} : { value: `v${step.which % 1000}` };
  // Of functions none is heard how long to wait (P7.5).
  const asked = known.invokes ? undefined : step.which % 2 === 0 ? 0 : 30_000;
  const said = `${kind} ${JSON.stringify(variables)} ${kind === "continue" ? (asked ?? "") : ""}`;
  const success: SuccessReport = {
    outputVariables: variables,
    ...(kind === "continue" && { continuationToken: "token", ...(asked !== undefined && { delay: asked }) }),
  };
  track.model.clock = system.now;
  await command(
    system,
    step.fault,
    `${said} of ${known.id}`,
    () =>
      kind === "fail"
        ? system.jobs.fail(track.scope, known.id, { type: "JobFailed", message: said })
        : system.jobs.succeed(track.scope, known.id, success),
    () => judge(track, known, kind, said, variables, asked ?? FUNCTION_DELAY_MS),
  );
}

/** E3.11, E3.14 */
function judge(
  { model }: Track,
  known: KnownJob,
  kind: "succeed" | "continue" | "fail",
  said: string,
  variables: Readonly<Record<string, string>>,
  delay: number,
): string | undefined {
  const { job, place } = known;
  if (job.end === "Closed") return undefined;
  if (job.end === "TimedOut") return "AlreadyTerminated";
  if (job.end === "Result") {
    if ((known.result?.startsWith("fail") ?? false) !== (kind === "fail")) return "AlreadyTerminated";
    return known.result === said ? undefined : "OtherResult";
  }
  if (!job.handedOut) return "NeverHandedOut";
  known.result = said;
  tellModel(model, place, kind, variables, delay);
  return undefined;
}

function tellModel(
  model: Track["model"],
  place: Place,
  kind: "succeed" | "continue" | "fail",
  variables: Readonly<Record<string, string>>,
  delay: number,
): void {
  if (kind === "succeed") succeedWork(model, place, variables);
  else if (kind === "fail") failWork(model, place);
  else continueWork(model, place, delay);
}
