import type { Buildspec, PhaseName, PhaseSpec } from "./buildspec.ts";
import { Fields } from "./fields.ts";
import type { MapNode } from "./node.ts";
import { Problems, problemLine } from "./problems.ts";
import { readArtifacts } from "./read-artifacts.ts";
import { readEnvironment } from "./read-env.ts";
import { readPhases } from "./read-phases.ts";
import { readYaml } from "./read-yaml.ts";

export type ParsedBuildspec =
  | { readonly kind: "read"; readonly buildspec: Buildspec; readonly warnings: readonly string[] }
  /** `message` is the first problem; `problems` and `warnings` are log lines with their places (P3.3). */
  | {
      readonly kind: "refused";
      readonly message: string;
      readonly problems: readonly string[];
      readonly warnings: readonly string[];
    };

/**
 * Reads a buildspec (P3.2 to P3.5), collecting everything that is wrong with it.
 *
 * @param fileName for the places in log lines; `buildspec` when it is inline
 */
export function parseBuildspec(text: string, fileName: string): ParsedBuildspec {
  const problems = new Problems();
  const buildspec = readBuildspec(text, problems);
  const lines = (found: Problems["errors"]) => found.map((problem) => problemLine(fileName, problem));
  const warnings = lines(problems.warnings);
  problems.errors.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const [first] = problems.errors;
  if (first !== undefined || buildspec === undefined) {
    return { kind: "refused", message: first?.text ?? "", problems: lines(problems.errors), warnings };
  }
  return { kind: "read", buildspec, warnings };
}

const START = { line: 1, column: 1 };

function readBuildspec(text: string, problems: Problems): Buildspec | undefined {
  const node = readYaml(text, problems);
  if (problems.errors.length > 0) return undefined;
  if (node?.kind !== "map") {
    problems.error(START, "buildspec must be a mapping");
    return undefined;
  }
  const root = new Fields(node, "", problems);
  const version = readVersion(root, problems);
  const runAs = root.text("run-as")?.text;
  const environment = readEnvironment(root.map("env", { emptyIsAbsent: true }), problems);
  const phases = withRunAs(readPhases(root, problems), runAs);
  const reports = readReports(root);
  const cache = readCache(root, problems);
  const artifacts = readArtifacts(root.map("artifacts", { emptyIsAbsent: true }), problems);
  const proxy = root.map("proxy");
  proxy?.yes("upload-artifacts");
  proxy?.yes("logs");
  proxy?.warnOfUnknown();
  root.entry("batch");
  root.warnOfUnknown();
  if (version === undefined) return undefined;
  if (version === "0.1") warnOfNewKeys(node, problems);
  return { version, ...environment, phases, ...artifacts, reports, cache };
}

function readVersion(root: Fields, problems: Problems): Buildspec["version"] | undefined {
  const entry = root.entry("version");
  if (entry === undefined || entry.value.kind === "empty") {
    problems.error(START, "version is required");
    return undefined;
  }
  const given = root.text("version");
  if (given === undefined) return undefined;
  if (given.text === "0.1" || given.text === "0.2") return given.text;
  problems.error(given.at, `unsupported version ${given.text}, use 0.1 or 0.2`);
  return undefined;
}

/** The user of a phase goes before that of the whole file (P3.24). */
function withRunAs(
  phases: ReadonlyMap<PhaseName, PhaseSpec>,
  runAs: string | undefined,
): ReadonlyMap<PhaseName, PhaseSpec> {
  if (runAs === undefined) return phases;
  return new Map(phases.entries().map(([name, phase]) => [name, { runAs, ...phase }]));
}

function readReports(root: Fields): readonly string[] {
  return root.maps("reports").map(([group, fields]) => {
    fields.texts("files");
    fields.text("base-directory");
    fields.yes("discard-paths");
    fields.text("file-format");
    fields.warnOfUnknown();
    return group;
  });
}

const CACHE_ACTIONS = ["restore", "save"];

function readCache(root: Fields, problems: Problems): boolean {
  const fields = root.map("cache", { emptyIsAbsent: true });
  if (fields === undefined) return false;
  if (fields.texts("paths") === undefined) problems.error(fields.at, "cache.paths is required");
  fields.text("key");
  fields.texts("fallback-keys");
  const action = fields.text("action");
  if (action !== undefined && !CACHE_ACTIONS.includes(action.text)) {
    problems.error(action.at, `cache.action: '${action.text}' is not one of ${CACHE_ACTIONS.join(", ")}`);
  }
  fields.warnOfUnknown();
  return true;
}

const NEW_AT_ROOT = ["run-as", "proxy", "batch", "reports"];
const NEW_IN_ENV = ["shell", "secrets-manager", "exported-variables", "git-credential-helper"];
const NEW_IN_PHASES = ["run-as", "on-failure", "finally", "runtime-versions"];

/** Keys of version 0.2 work in a 0.1 file too, and are said to be of 0.2 (P3.3). */
function warnOfNewKeys(root: MapNode, problems: Problems): void {
  const warn = (map: MapNode, path: string, keys: readonly string[]) => {
    for (const key of keys) {
      const entry = map.entries.get(key);
      if (entry !== undefined) problems.warn(entry.keyAt, `${path}${key} belongs to version 0.2`);
    }
  };
  warn(root, "", NEW_AT_ROOT);
  const env = root.entries.get("env")?.value;
  if (env?.kind === "map") warn(env, "env.", NEW_IN_ENV);
  const phases = root.entries.get("phases")?.value;
  if (phases?.kind !== "map") return;
  for (const { key, value } of phases.entries.values()) {
    if (value.kind === "map") warn(value, `phases.${key}.`, NEW_IN_PHASES);
  }
}
