/** What will be done, in order: everything is looked up and judged first, and all problems are told at once. */
import { at, ImportProblem, Problems } from "../problem.ts";
import { type Desired, ORDER } from "../resources/desired.ts";
import { planActionType } from "./action-type.ts";
import { planBucket } from "./bucket.ts";
import { planConnection } from "./connection.ts";
import { planPipeline } from "./pipeline.ts";
import type { Planned } from "./planned.ts";
import { planProject } from "./project.ts";
import { planRepository } from "./repository.ts";
import type { ImportServer, Region } from "./server.ts";
import type { Step } from "./step.ts";
import { planWebhook } from "./webhook.ts";

/** @throws ImportProblem with everything that can't work, a line each */
export async function planImport(
  desired: readonly Desired[],
  server: ImportServer,
  { account, renewsSecrets }: { readonly account: string; readonly renewsSecrets: boolean },
): Promise<Step[]> {
  const planned: Planned = {
    buckets: desired.filter((one) => one.kind === "bucket"),
    actionTypes: desired.filter((one) => one.kind === "action type"),
    connections: desired.filter((one) => one.kind === "connection"),
    pipelines: desired.filter((one) => one.kind === "pipeline"),
    renewsSecrets,
  };
  const problems = new Problems();
  const steps: Step[] = [];
  for (const one of desired.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))) {
    const step = await problems.attempt(() =>
      placed(one, planOne(one, server.region(one.region), planned, account)),
    );
    if (step !== undefined) steps.push(step);
  }
  problems.throwIfAny();
  return steps;
}

async function placed<T>(one: Desired, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    return at(one.place, () => {
      throw error;
    });
  }
}

async function planOne(one: Desired, region: Region, planned: Planned, account: string): Promise<Step> {
  switch (one.kind) {
    case "bucket":
      return planBucket(one, region);
    case "repository":
      return planRepository(one, region);
    case "connection":
      return planConnection(one, region);
    case "action type":
      return planActionType(one, region, account);
    case "build project":
      return planProject(one, region);
    case "pipeline":
      return planPipeline(one, region, planned);
    case "webhook":
      return planWebhook(one, region, planned);
  }
}

/** @throws ImportProblem that says what had been done before a step failed */
export async function applySteps(steps: readonly Step[], done: (step: Step) => void): Promise<void> {
  for (const step of steps.filter(({ action }) => action !== "keep")) {
    try {
      await step.apply();
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new ImportProblem(
        `${step.kind} ${step.name}: ${reason}. What is said above was done; the rest was not. Import again when the reason is gone: what is there already is kept`,
      );
    }
    done(step);
  }
}
