import type { StartedBuild } from "../build-protocol.ts";
import type { Job } from "../protocol.ts";
import type { Outcome, Tools } from "../provider.ts";
import { BuildLog } from "./build-log.ts";
import { openJobSandbox } from "./job-sandbox.ts";
import { choosePlace } from "./place.ts";
import { ProjectBuild } from "./project-build.ts";
import { type ProjectRequest, primaryInput } from "./project-context.ts";
import { BuildRecord } from "./record.ts";
import { startTimeLimit } from "./time-limit.ts";

/** After a stop, how long the build's record may still be reported (P0.13). */
const LAST_REPORT_MS = 8_000;

/** Runs one build of a CodeBuild project for an action of a pipeline (P2.13 to P2.17). */
export async function runProject(
  job: Job,
  tools: Tools,
  started: StartedBuild,
  request: ProjectRequest,
): Promise<Outcome> {
  await using cleanUp = new AsyncDisposableStack();
  const { project } = started;
  using limit = startTimeLimit(project.timeoutInMinutes, tools.signal);
  const place = await choosePlace(project.image, job, tools.sandbox);
  const sandbox = openJobSandbox(job, tools, {
    place,
    computeType: project.computeType,
    privileged: project.privilegedMode,
    programFolders: [...tools.runtimes.values()].flat().map(({ bin }) => bin),
  });
  const context = {
    job,
    tools,
    started,
    request,
    place,
    sandbox,
    log: new BuildLog(tools.log),
    startTime: tools.now(),
    signal: limit.signal,
    cleanUp,
  };
  const input = primaryInput(context);
  const record = new BuildRecord(
    {
      client: tools.client,
      jobId: job.id,
      build: started,
      now: tools.now,
      signal: reportingSignal(tools.signal),
      mask: (text) => tools.log.mask(text),
    },
    input === undefined
      ? {}
      : {
          sourceVersion: `arn:aws:s3:::${input.bucket}/${input.key}`,
          ...(input.revision === undefined ? {} : { resolvedSourceVersion: input.revision }),
        },
  );
  try {
    return await new ProjectBuild(context, limit, record).run();
  } finally {
    await sandbox.end();
  }
}

/** Outlives the job's signal by a little: that the build was stopped is worth a report. */
function reportingSignal(job: AbortSignal): AbortSignal {
  const late = new AbortController();
  job.addEventListener("abort", () => setTimeout(() => late.abort(), LAST_REPORT_MS).unref(), { once: true });
  return late.signal;
}
