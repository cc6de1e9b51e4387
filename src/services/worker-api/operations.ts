/** Our own target for workers of built-in types (P0.5): each operation knocks at the account's door. */
import type { ReportedState } from "../../core/builds/index.ts";
import type { ProgressReport } from "../../core/jobs/types.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import type { AnyOperation } from "../aws-json/service.ts";
import { workingOn } from "../codepipeline/refusals.ts";
import type { ChildRequest } from "./child-pipeline.ts";
import { type Door, openDoor, type PollRequest } from "./door.ts";
import { checkBuildState, checkPoll, checkSecretName, checkWorker, secretKind } from "./limits.ts";

/** An operation is allowed as a whole or not at all: workers serve every pipeline of their account. */
function atTheDoor<Input>(
  name: string,
  answer: (door: Door, input: Input, call: Call) => Promise<unknown>,
): AnyOperation {
  return operation<Input, unknown>(name, {
    authorization: onAnything,
    handle: (input, call) => workingOn(() => answer(openDoor(call.core, call.caller.account), input, call)),
  });
}

type OfJob = { readonly jobId: string };
type HandedOut = OfJob & { readonly nonce: string };

export const operations: readonly AnyOperation[] = [
  atTheDoor("PollForBuiltInJobs", async (door, input: PollRequest, call) => {
    checkPoll(input);
    return { jobs: await door.poll(input, call.signal()) };
  }),

  atTheDoor(
    "RegisterWorker",
    async (door, worker: { workerId: string; version: string; capabilities: readonly string[] }) => {
      checkWorker(worker);
      await door.register(worker);
      return {};
    },
  ),

  atTheDoor("ExtendLease", (door, { jobId }: OfJob) => door.extendLease(jobId)),

  atTheDoor("GiveUpJob", async (door, { jobId, nonce }: HandedOut) => {
    await door.giveUp(jobId, nonce);
    return {};
  }),

  atTheDoor("ParkJob", async (door, { jobId }: OfJob) => {
    await door.park(jobId);
    return {};
  }),

  atTheDoor("RefreshCredentials", (door, { jobId }: OfJob) => door.refresh(jobId)),

  atTheDoor("GetCloneCredentials", (door, { jobId }: OfJob) => door.cloneCredentials(jobId)),

  atTheDoor("PutProgress", async (door, { jobId, ...progress }: OfJob & ProgressReport) => {
    await door.progress(jobId, progress);
    return {};
  }),

  atTheDoor("StartBuild", async (door, { jobId, nonce }: HandedOut) => {
    const build = await door.startBuild(jobId, nonce);
    return build === undefined ? {} : { build };
  }),

  atTheDoor("GetJobRole", async (door, { jobId }: OfJob) => ({ role: await door.jobRole(jobId) })),

  atTheDoor("StartChildPipeline", (door, { jobId, ...request }: OfJob & ChildRequest) =>
    door.startChild(jobId, request),
  ),

  atTheDoor(
    "DescribeChildPipeline",
    async (door, { jobId, executionId }: OfJob & { executionId: string }) => {
      const child = await door.describeChild(jobId, executionId);
      return child === undefined ? {} : { child };
    },
  ),

  atTheDoor("ResolveSecret", (door, { jobId, kind, name }: OfJob & { kind: string; name: string }) => {
    checkSecretName(name);
    return door.resolveSecret(jobId, secretKind(kind), name);
  }),

  atTheDoor("GetConnectedRepository", (door, { jobId, artifact }: OfJob & { artifact?: string }) =>
    door.connectedRepository(jobId, artifact),
  ),

  atTheDoor("DoubtConnection", async (door, { jobId, artifact }: OfJob & { artifact?: string }) => {
    await door.doubtConnection(jobId, artifact);
    return {};
  }),

  atTheDoor("PutBuildState", async (door, { jobId, build }: OfJob & { build: ReportedState }) => {
    checkBuildState(build);
    await door.putBuildState(jobId, build);
    return {};
  }),
];
