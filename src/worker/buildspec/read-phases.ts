import { PHASES, type PhaseName, type PhaseSpec } from "./buildspec.ts";
import type { Fields } from "./fields.ts";
import type { At, MapEntry, Node } from "./node.ts";
import { type OnFailure, readOnFailure } from "./on-failure.ts";
import type { Problems } from "./problems.ts";

/** `phases` (P3.3, P3.4). A phase with nothing to run is there, and empty. */
export function readPhases(root: Fields, problems: Problems): ReadonlyMap<PhaseName, PhaseSpec> {
  const phases = new Map<PhaseName, PhaseSpec>();
  const entry = root.entry("phases");
  if (
    entry === undefined ||
    entry.value.kind === "empty" ||
    (entry.value.kind === "map" && entry.value.entries.size === 0)
  ) {
    problems.error(
      entry?.value.at ?? root.at,
      `phases is required and must name at least one of ${PHASES.join(", ")}`,
    );
    return phases;
  }
  const fields = root.map("phases");
  if (fields === undefined || entry.value.kind !== "map") return phases;
  for (const { key, keyAt } of entry.value.entries.values()) {
    if (!isPhaseName(key)) problems.error(keyAt, `unknown phase ${key}`, `; known: ${PHASES.join(", ")}`);
  }
  for (const name of PHASES) {
    const found = fields.entry(name);
    if (found !== undefined) phases.set(name, readPhase(name, found, fields, problems));
  }
  return phases;
}

function isPhaseName(key: string): key is PhaseName {
  return (PHASES as readonly string[]).includes(key);
}

const EMPTY: PhaseSpec = {
  commands: [],
  finally: [],
  onFailure: { kind: "default" },
  runtimeVersions: new Map(),
};

function readPhase(name: PhaseName, entry: MapEntry, phases: Fields, problems: Problems): PhaseSpec {
  const fields = phases.map(name, { emptyIsAbsent: true });
  if (fields === undefined) {
    if (entry.value.kind === "empty") warnOfNothing(name, entry.keyAt, problems);
    return EMPTY;
  }
  const commands = readCommands(fields.entry("commands"), problems);
  const versions = name === "install" ? fields.namedTexts("runtime-versions") : [];
  if (commands === undefined && versions.length === 0) warnOfNothing(name, entry.keyAt, problems);
  const runAs = fields.text("run-as")?.text;
  const phase: PhaseSpec = {
    commands: commands ?? [],
    finally: readCommands(fields.entry("finally"), problems) ?? [],
    onFailure: readPhaseOnFailure(fields, problems),
    runtimeVersions: new Map(versions.map(({ name: runtime, text }) => [runtime, text])),
    ...(runAs === undefined ? {} : { runAs }),
  };
  fields.warnOfUnknown();
  return phase;
}

function warnOfNothing(name: PhaseName, at: At, problems: Problems): void {
  problems.warn(at, `phase ${name} has no commands: nothing runs`);
}

/** Undefined when there is no such list at all. */
function readCommands(entry: MapEntry | undefined, problems: Problems): readonly string[] | undefined {
  if (entry === undefined || entry.value.kind === "empty") return undefined;
  const items = entry.value.kind === "list" ? entry.value.items : [entry.value];
  return items.flatMap((item, index) => readCommand(item, index, problems) ?? []);
}

function readCommand(item: Node, index: number, problems: Problems): string | undefined {
  switch (item.kind) {
    case "text":
      return item.text;
    case "map": {
      const at = item.entries.values().next().value?.keyAt ?? item.at;
      problems.errorAsIs(
        at,
        `Expected Commands[${index}] to be of string type: found subkeys instead at line ${at.line}, value of the key tag on line ${at.line - 1} might be empty`,
      );
      return undefined;
    }
    case "list":
    case "empty": {
      const found = item.kind === "list" ? "list" : "null";
      problems.error(item.at, `Expected Commands[${index}] to be of string type: found ${found} instead`);
      return undefined;
    }
  }
}

function readPhaseOnFailure(fields: Fields, problems: Problems): OnFailure {
  const given = fields.text("on-failure");
  if (given === undefined) return { kind: "default" };
  const read = readOnFailure(given.text);
  if (typeof read !== "string") return read;
  problems.error(given.at, `${fields.pathOf("on-failure")}: ${read}`);
  return { kind: "default" };
}
