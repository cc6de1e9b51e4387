/** What a file holds: pipeline declarations, a CloudFormation template, or a CDK cloud assembly that names templates. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { isList, isObject, type JsonObject, member } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import { parseText } from "./parse.ts";

export type Document =
  | {
      readonly kind: "pipeline";
      /** As messages name it. */
      readonly source: string;
      /** `pipeline`, and `tags` as CreatePipeline takes them. */
      readonly input: JsonObject;
    }
  | {
      readonly kind: "template";
      readonly source: string;
      readonly template: JsonObject;
      readonly stackName: string;
      /** What the assembly says; undefined: the caller's. */
      readonly region: string | undefined;
      readonly parameters: Readonly<Record<string, string>>;
    };

/** @param path a file, or a folder that the CDK wrote @throws ImportProblem */
export async function readDocuments(path: string): Promise<Document[]> {
  const file = (await isFolder(path)) ? join(path, "manifest.json") : path;
  const content = await readContent(file);
  if (isObject(member(content, "artifacts") ?? null)) return readAssembly(file, content);
  if (isObject(member(content, "Resources") ?? null)) {
    const stackName = basename(file).replace(/(\.template)?\.(json|ya?ml|template)$/i, "");
    return [
      {
        kind: "template",
        source: path,
        template: content,
        stackName: stackName.replace(/[^A-Za-z0-9-]/g, "-"),
        region: undefined,
        parameters: {},
      },
    ];
  }
  if (isObject(member(content, "pipeline") ?? null)) {
    // `metadata` is what get-pipeline adds; nobody can give it.
    const { metadata: _, ...input } = content;
    return [{ kind: "pipeline", source: path, input }];
  }
  if (isList(member(content, "stages")))
    return [{ kind: "pipeline", source: path, input: { pipeline: content } }];
  throw new ImportProblem(
    `${path}: neither a pipeline declaration (pipeline, or name and stages), nor a CloudFormation template (Resources), nor a CDK assembly (artifacts)`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readContent(path: string): Promise<JsonObject> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw unreadable(path, error);
  });
  let content: unknown;
  try {
    content = parseText(text);
  } catch (error) {
    throw error instanceof ImportProblem ? new ImportProblem(`${path}: ${error.message}`) : error;
  }
  if (!isObject(content)) throw new ImportProblem(`${path}: expected a JSON or YAML object`);
  return content;
}

/** The stacks of a cloud assembly (`cdk.out`), those of nested assemblies (stages) too. */
async function readAssembly(file: string, manifest: JsonObject): Promise<Document[]> {
  const found: Document[] = [];
  const folder = dirname(file);
  for (const [id, artifact] of Object.entries(member(manifest, "artifacts") as JsonObject)) {
    if (!isObject(artifact)) continue;
    const properties = member(artifact, "properties");
    if (!isObject(properties)) continue;
    switch (artifact.type) {
      case "cdk:cloud-assembly":
        found.push(...(await readDocuments(inside(folder, String(properties.directoryName)))));
        break;
      case "aws:cloudformation:stack": {
        const source = inside(folder, String(properties.templateFile));
        found.push({
          kind: "template",
          source,
          template: await readContent(source),
          stackName: String(properties.stackName ?? id),
          region: regionOf(artifact.environment),
          parameters: textsOf(properties.parameters),
        });
        break;
      }
      default:
      // Assets and the construct tree bring no resources.
    }
  }
  return found;
}

/** The CDK names nothing that lies elsewhere; a folder that names itself would be read for ever. @throws ImportProblem */
function inside(folder: string, name: string): string {
  const path = join(folder, name);
  const way = relative(folder, path);
  if (way === "" || way.split(sep)[0] === "..")
    throw new ImportProblem(`${join(folder, "manifest.json")} names '${name}', which isn't inside ${folder}`);
  return path;
}

/** `aws://<account>/<region>`, either of them `unknown-…` where the app leaves it open. */
function regionOf(environment: unknown): string | undefined {
  const region = String(environment ?? "").split("/")[3];
  return region === undefined || region === "" || region === "unknown-region" ? undefined : region;
}

function textsOf(parameters: unknown): Record<string, string> {
  if (!isObject(parameters)) return {};
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

function unreadable(path: string, error: unknown): ImportProblem {
  const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return new ImportProblem(`${path} can't be read (${reason})`);
}
