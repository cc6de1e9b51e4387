/** The sources of a definition that fetch by a connection, and what they fetch. */
import { type ActionDefinition, type Definition, type ExecutionState, resolveText } from "../engine/index.ts";

export interface ConnectionSource {
  readonly stage: string;
  readonly action: ActionDefinition;
}

/** Versions never change, and most have none. */
const known = new WeakMap<Definition, readonly ConnectionSource[]>();

export function connectionSources(definition: Definition): readonly ConnectionSource[] {
  let sources = known.get(definition);
  if (sources === undefined) {
    sources = definition.stages.flatMap(({ name: stage, actions }) =>
      actions.filter(fetchesByConnection).map((action) => ({ stage, action })),
    );
    known.set(definition, sources);
  }
  return sources;
}

function fetchesByConnection({ type: { category, owner, provider } }: ActionDefinition): boolean {
  return category === "Source" && owner === "AWS" && provider === "CodeStarSourceConnection";
}

/**
 * Variables make any text of these. What no host would take isn't queued: a database's index doesn't take all of it,
 * and a command must not fail by what is said of it.
 */
const CONNECTION = /^[!-~]{1,256}$/;
const REPOSITORY = /^[!-~]{1,2020}$/;

/** As the source action resolves it: nothing but variables of the pipeline is there before it. */
export function placeOf({ variables = {} }: ExecutionState, { action }: ConnectionSource) {
  const { ConnectionArn: connection = "", FullRepositoryId: repository = "" } = action.configuration;
  const resolve = (text: string, shape: RegExp) => {
    const missing = new Set<string>();
    const resolved = resolveText(
      text,
      ({ namespace, key }) =>
        namespace === "variables" && Object.hasOwn(variables, key) ? variables[key] : undefined,
      missing,
    );
    return missing.size === 0 && shape.test(resolved) ? resolved : undefined;
  };
  return { connection: resolve(connection, CONNECTION), repository: resolve(repository, REPOSITORY) };
}
