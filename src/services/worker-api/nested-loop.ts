/** Pipelines that would start themselves through nested ones (P7.9). */
import type { Core } from "../../core/core.ts";
import type { Definition } from "../../core/engine/index.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import type { Scope } from "../../core/scope.ts";
import { findPipelineHead } from "../../core/store/queries/pipelines.ts";

/** How far is looked, up and down. */
export const LEVELS = 10;

interface Named {
  readonly scope: Scope;
  readonly name: string;
}

/**
 * Looks from a pipeline that is about to be started down to those that it would start in turn. A name that is a
 * reference can't be followed; what it turns out to be is found when that pipeline is started, by what is above it.
 *
 * @param above ARNs of the pipelines that led to this start
 * @returns the name of the first that is among those above
 */
export async function findLoop(
  core: Pick<Core, "commands" | "store">,
  start: Named,
  above: readonly string[],
): Promise<string | undefined> {
  const seen = new Set<string>();
  let level: readonly Named[] = [start];
  for (let depth = 1; depth <= LEVELS && level.length > 0; depth++) {
    const below: Named[] = [];
    for (const named of level) {
      const arn = pipelineArn(named.scope, named.name);
      if (above.includes(arn)) return named.name;
      if (seen.has(arn)) continue;
      seen.add(arn);
      const pipeline = await findPipelineHead(core.store.read, named.scope, named.name);
      if (pipeline === undefined) continue;
      const definition = await core.commands.definition(core.store.read, pipeline.id, pipeline.version);
      below.push(...startedBy(definition));
    }
    level = below;
  }
  return undefined;
}

function startedBy({ account, stages }: Definition): Named[] {
  return stages
    .flatMap(({ actions }) => actions)
    .flatMap(({ type, region, configuration: { PipelineName: name } }) => {
      const isNested = type.owner === "AWS" && type.category === "Invoke" && type.provider === "CodePipeline";
      if (!isNested || name === undefined || name.includes("#{")) return [];
      return [{ scope: { account, region }, name }];
    });
}
