/** Where the job of an action or rule is (E3.9 to E3.15). */
import type { OpenJob } from "../engine/index.ts";
import type { Facts, JobFacts } from "./facts.ts";
import type { Reason } from "./types.ts";
import { counted, iso, moment, since, span, typeName } from "./words.ts";

/** Workers that wait for jobs ask again this often at least, and what is kept of it is some seconds old. */
const POLLS_WITHIN_MS = 90_000;

/**
 * @param whose `action 'b' of stage 'B'`
 * @param place the reason's stage, and its action or rule
 * @param startedAt when the action or rule started
 */
export function jobReason(
  facts: Facts,
  open: OpenJob,
  whose: string,
  place: Pick<Reason, "stage" | "action" | "rule">,
  startedAt: number,
): Reason | undefined {
  const job = facts.jobs.get(open.id);
  if (job === undefined) return undefined;
  switch (job.status) {
    case "Created":
      return job.handedOut && open.delayTimer === undefined
        ? heldBack(whose, place)
        : created(facts, open, whose, place);
    case "Queued":
      return queued(facts, job, whose, place);
    case "Dispatched":
      return {
        ...place,
        code: "jobHandedOut",
        text: `A worker was handed the job of ${whose}, and hasn't acknowledged it yet${until(job, "it is handed out again")}`,
        ...(job.leaseUntil !== undefined && { until: iso(job.leaseUntil) }),
      };
    default:
      if (open.replyTimer !== undefined) return functionAnswers(facts, open, whose, place);
      return inProgress(facts, job, open, whose, place, startedAt);
  }
}

function created(
  { timers }: Facts,
  { delayTimer }: OpenJob,
  whose: string,
  place: Pick<Reason, "stage" | "action" | "rule">,
): Reason {
  const due = timers.get(delayTimer ?? "")?.due;
  const when = due === undefined ? "later" : `at ${moment(due)}`;
  return {
    ...place,
    code: "jobDelayed",
    text: `The worker of ${whose} asked to be called again: its next job is handed out ${when}.`,
    ...(due !== undefined && { until: iso(due) }),
  };
}

/** A worker had it and gave it back, as builds do that find no place in their project. */
function heldBack(whose: string, place: Pick<Reason, "stage" | "action" | "rule">): Reason {
  return {
    ...place,
    code: "buildQueued",
    text: `The build of ${whose} is QUEUED: its project runs as many as its concurrentBuildLimit lets it.`,
  };
}

function queued(
  { now, lastPoll }: Facts,
  job: JobFacts,
  whose: string,
  place: Pick<Reason, "stage" | "action" | "rule">,
): Reason {
  const type = typeName(job.type);
  const waits = `The job of ${whose} waits for a worker ${since(job.created, now)}`;
  const common = { ...place, since: iso(job.created) };
  const polled = lastPoll(job.type);
  if (polled === undefined)
    return { ...common, code: "noWorker", text: `${waits}: no worker has ever polled for ${type}.` };
  const silent = now - polled;
  if (silent > POLLS_WITHIN_MS)
    return {
      ...common,
      code: "noWorker",
      text: `${waits}: no worker has polled for ${type} in ${span(silent)}.`,
    };
  const ahead =
    job.ahead === 0
      ? "it is the next"
      : `${counted(job.ahead, "older job")} of ${type} ${job.ahead === 1 ? "goes" : "go"} first`;
  const again = job.handedOut ? ", after another worker that had it didn't acknowledge it" : "";
  return { ...common, code: "jobQueued", text: `${waits}${again}; workers poll for ${type}, and ${ahead}.` };
}

/** The job was brought to a function, which reports by itself (E10). */
function functionAnswers(
  { timers }: Facts,
  { id, replyTimer = "" }: OpenJob,
  whose: string,
  place: Pick<Reason, "stage" | "action" | "rule">,
): Reason {
  const due = timers.get(replyTimer)?.due;
  const end = due === undefined ? "" : `; at ${moment(due)} it fails without`;
  return {
    ...place,
    code: "functionAnswers",
    text: `The function of ${whose} was invoked, and hasn't called PutJobSuccessResult or PutJobFailureResult for job ${id} yet${end}.`,
    ...(due !== undefined && { until: iso(due) }),
  };
}

function inProgress(
  { now }: Facts,
  job: JobFacts,
  { losses }: OpenJob,
  whose: string,
  place: Pick<Reason, "stage" | "action" | "rule">,
  startedAt: number,
): Reason {
  const before =
    losses === 0
      ? ""
      : ` ${counted(losses, "worker")} that had it before ${losses === 1 ? "was" : "were"} lost; the third fails it.`;
  const lease =
    job.leaseUntil === undefined
      ? ", and hasn't reported a result yet."
      : until(job, "another worker gets the job, should this one not be heard of");
  return {
    ...place,
    code: "jobInProgress",
    since: iso(startedAt),
    text: `A worker works on ${whose}, which runs ${since(startedAt, now)}${lease}${before}`,
  };
}

function until({ leaseUntil }: JobFacts, what: string): string {
  return leaseUntil === undefined ? "." : `; at ${moment(leaseUntil)} ${what}.`;
}
