/** What the first polls of sources find, at once: hosted branches and objects are looked at without waiting (S5.1). */
import type { BoundStart, SourceBinding } from "../../core/commands/types.ts";
import type { Trigger } from "../../core/engine/index.ts";
import { idleSince } from "../../core/store/idle-pipelines.ts";
import { allDeclarations } from "../../core/store/queries/pipelines.ts";
import type { PipelineRow } from "../../core/store/tables/pipelines.ts";
import { revisionWasUsed } from "../../core/store/used-revisions.ts";
import type { Call } from "../aws-json/operation.ts";
import { sourceBindings } from "./compile.ts";
import type { Declaration } from "./declaration.ts";
import { parseDeclaration } from "./stored.ts";

/**
 * What starts a pipeline that was just created: the creation itself, or, where sources poll, the first poll of each
 * that finds something. A branch or object that isn't there yet starts it when it appears (sources.md S5.3).
 */
export async function firstStarts(call: Call, declaration: Declaration): Promise<readonly Trigger[]> {
  const polling = pollingOf(declaration);
  if (polling.length === 0) return [{ type: "CreatePipeline", detail: call.caller.arn }];
  const found = await Promise.all(polling.map((binding) => identityOf(call, binding)));
  return polling.filter((_, index) => found[index] !== undefined).map(triggerOf);
}

/**
 * What an update starts: the polls that are new with it, or look at something else. Where one looked at the same before,
 * it starts only for what the pipeline hasn't used yet (sources.md S5.4, S5.8).
 */
export async function startsOfUpdate(
  call: Call,
  pipeline: PipelineRow,
  previous: Declaration,
  next: Declaration,
): Promise<readonly BoundStart[]> {
  const db = call.core.store.read;
  // Polling that has stopped is switched on again (S5.8).
  const stopped = await idleSince(db, pipeline, call.core.ambient.now());
  const before = stopped === undefined ? pollingOf(previous) : [];
  const fresh = pollingOf(next).filter((binding) => !before.some((other) => isSame(other, binding)));
  if (fresh.length === 0) return [];
  const ever = (await allDeclarations(db, pipeline.id)).flatMap((json) => pollingOf(parseDeclaration(json)));
  const starts: BoundStart[] = [];
  for (const binding of fresh) {
    const { action } = binding;
    const revisionId = await identityOf(call, binding);
    if (revisionId === undefined) continue;
    const polledBefore = ever.some((other) => isSame(other, binding));
    if (polledBefore && (await revisionWasUsed(db, pipeline.id, action, revisionId))) continue;
    starts.push({ trigger: triggerOf(binding), revisions: { [action]: { revisionId } } });
  }
  return starts;
}

/** Source actions that are polled, here or elsewhere. */
export function pollingOf(declaration: Declaration): SourceBinding[] {
  return sourceBindings(declaration).filter(({ polls }) => polls);
}

function triggerOf({ action }: SourceBinding): Trigger {
  return { type: "PollForSourceChanges", detail: action };
}

/** The same action looking at the same thing (S5.2). */
function isSame(a: SourceBinding, b: SourceBinding): boolean {
  return (
    a.action === b.action && a.provider === b.provider && a.container === b.container && a.item === b.item
  );
}

/** The commit or version that is there now; undefined when there is none. */
export async function identityOf(
  { core, scope }: Call,
  { provider, container, item }: SourceBinding,
): Promise<string | undefined> {
  switch (provider) {
    case "CodeCommit": {
      const repository = await core.repositories.find(scope, container);
      return repository && (await core.repositories.branchHead(repository, item));
    }
    // The poller looks at once, and starts it with what it finds.
    case "GitHub":
      return undefined;
    case "S3": {
      const object = await core.artifacts.head(scope.account, container, item);
      return object && (object.versionId ?? object.etag);
    }
  }
}
