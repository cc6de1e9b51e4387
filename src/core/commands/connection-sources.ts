/** The sources of a definition that fetch by a connection, and what they fetch. */
import {
  type ActionDefinition,
  type Definition,
  type ExecutionState,
  own,
  resolveText,
} from "../engine/index.ts";
import { fetchesByConnection } from "../fetches-by-connection.ts";

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
      actions.filter(({ type }) => fetchesByConnection(type)).map((action) => ({ stage, action })),
    );
    known.set(definition, sources);
  }
  return sources;
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
      ({ namespace, key }) => (namespace === "variables" ? own(variables, key) : undefined),
      missing,
    );
    return missing.size === 0 && shape.test(resolved) ? resolved : undefined;
  };
  return { connection: resolve(connection, CONNECTION), repository: resolve(repository, REPOSITORY) };
}
