/** From files to what is wanted of which region: reads all of them, and tells all problems at once. */
import type { ConnectionsByName } from "./connections.ts";
import { type Document, readDocuments } from "./documents/read.ts";
import { isObject } from "./json.ts";
import { at, Problems } from "./problem.ts";
import type { Desired } from "./resources/desired.ts";
import { readDeclaration } from "./resources/index.ts";
import type { Secrets } from "./secrets.ts";
import { openStacks } from "./stacks.ts";

export interface LoadOptions {
  readonly files: readonly string[];
  /** For a template that has no stack's name from a cloud assembly. */
  readonly stackName: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** By parameter, or by what stands between `resolve:` and the braces of a dynamic reference. */
  readonly secretValues: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  readonly account: string;
  readonly region: string;
  readonly endpoint: string;
  /** What is there already, which templates know by name. */
  connectionsIn(region: string): Promise<ConnectionsByName>;
}

export interface Loaded {
  readonly desired: readonly Desired[];
  readonly skipped: readonly Skipped[];
  /** What has no effect, each with its place. */
  readonly notes: readonly string[];
}

export interface Skipped {
  readonly place: string;
  readonly type: string;
  readonly reason: string;
}

export type TemplateDocument = Extract<Document, { readonly kind: "template" }>;

/** @throws ImportProblem with every problem that was found, a line each */
export async function load(options: LoadOptions): Promise<Loaded> {
  const problems = new Problems();
  const documents: Document[] = [];
  for (const file of options.files)
    documents.push(...((await problems.attempt(() => readDocuments(file))) ?? []));
  const templates = documents.filter((document) => document.kind === "template");
  problems.add(...unusedOptions(options, templates));

  const declared: Desired[] = [];
  for (const document of documents) {
    if (document.kind !== "pipeline") continue;
    const wanted = await problems.attempt(() => at(document.source, () => readDeclaration(document.input)));
    if (wanted !== undefined) declared.push({ ...wanted, region: options.region, place: document.source });
  }
  const stacks = await openStacks(templates, options, problems);
  const desired = [...declared, ...stacks.desired];
  problems.add(...repeated(desired));
  problems.throwIfAny();
  return { ...stacks, desired };
}

/** A stack's name that fits no template, and parameters that none has: spelling mistakes. */
function unusedOptions(
  { stackName, parameters }: LoadOptions,
  templates: readonly TemplateDocument[],
): string[] {
  const known = new Set(
    templates.flatMap(({ template }) =>
      isObject(template.Parameters) ? Object.keys(template.Parameters) : [],
    ),
  );
  const unknown = Object.keys(parameters).filter((name) => !known.has(name));
  return [
    ...(stackName !== undefined && templates.length !== 1
      ? [`--stack-name names the stack of one template; there are ${templates.length}`]
      : []),
    ...unknown.map(
      (name) =>
        `--parameter ${name}: there is no such parameter; there are ${[...known].join(", ") || "none"}`,
    ),
  ];
}

/** Two documents that want the same thing would undo each other with every import. */
function repeated(desired: readonly Desired[]): string[] {
  const seen = new Map<string, string>();
  return desired.flatMap(({ kind, name, region, place }) => {
    const key = `${kind} ${name} in ${region}`;
    const other = seen.get(key);
    seen.set(key, place);
    return other === undefined ? [] : [`${place}: ${key} is wanted by ${other} too`];
  });
}
