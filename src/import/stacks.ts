/** The templates of an import as stacks that can refer to each other's exports, and what their resources become. */
import type { ConnectionsByName } from "./connections.ts";
import { isObject, type Json, type JsonObject, section } from "./json.ts";
import type { Loaded, LoadOptions, Skipped, TemplateDocument } from "./load.ts";
import { at, ImportProblem, type Problems } from "./problem.ts";
import type { Desired } from "./resources/desired.ts";
import { readerOf } from "./resources/index.ts";
import { reasonToSkip } from "./resources/skipped.ts";
import { putSecrets } from "./template/dynamic-references.ts";
import { openStack, type Stack, type TemplateResource } from "./template/stack.ts";

export async function openStacks(
  templates: readonly TemplateDocument[],
  options: LoadOptions,
  problems: Problems,
): Promise<Loaded> {
  const stacks: Stack[] = [];
  const desired: Desired[] = [];
  const skipped: Skipped[] = [];
  const notes: string[] = [];
  const imported = (name: string) => exportOf(stacks, name);
  for (const document of templates) {
    const stack = await problems.attempt(async () => {
      const connections = hasConnections(document)
        ? await options.connectionsIn(document.region ?? options.region)
        : new Map<string, never>();
      return at(document.source, () => open(document, options, connections, imported));
    });
    if (stack !== undefined) stacks.push(stack);
  }
  for (const stack of stacks) {
    const { stackName, region } = stack.place;
    notes.push(...stack.notes.map((note) => `${stackName}: ${note}`));
    for (const resource of stack.resources) {
      const place = `${stackName}/${resource.logicalId}`;
      const { type } = resource;
      const reader = readerOf(type);
      if (reader === undefined) {
        skipped.push({ place, type, reason: reasonToSkip(type) });
        continue;
      }
      const read = await problems.attempt(() =>
        at(place, () => reader(resource.name(), settled(resource, options), () => resource.ref())),
      );
      if (read === undefined) continue;
      desired.push({ ...read.wanted, region, place });
      notes.push(...read.notes.map((note) => `${place}: ${note}`));
    }
  }
  return { desired, skipped, notes };
}

/** Nobody needs the right to list connections for a template that has none. */
function hasConnections({ template }: TemplateDocument): boolean {
  return Object.values(section(template, "Resources")).some(
    (resource) =>
      isObject(resource) && /^AWS::Code(?:Star)?Connections::Connection$/.test(String(resource.Type)),
  );
}

function open(
  document: TemplateDocument,
  { stackName, account, region, endpoint, parameters, secretValues, secrets }: LoadOptions,
  connections: ConnectionsByName,
  imported: (name: string) => Json,
): Stack {
  const place = {
    stackName: stackName ?? document.stackName,
    account,
    region: document.region ?? region,
    endpoint: endpoint.replace(/\/+$/, ""),
    connections,
  };
  const given = { values: { ...document.parameters, ...parameters }, secretValues, secrets };
  return openStack(document.template, place, given, imported);
}

function exportOf(stacks: readonly Stack[], name: string): Json {
  for (const stack of stacks) {
    const value = stack.exported(name);
    if (value !== undefined) return value;
  }
  throw new ImportProblem(
    `no template of this import exports '${name}': import the one that does along with it`,
  );
}

function settled(resource: TemplateResource, { secretValues, secrets }: LoadOptions): JsonObject {
  const properties = putSecrets(resource.properties(), secretValues, secrets);
  return isObject(properties) ? properties : {};
}
