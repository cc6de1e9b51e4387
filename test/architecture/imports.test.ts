import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** A room, and the rooms it may import from besides itself. Types and names that all of core shares are "core". */
const arrows: Record<string, readonly string[]> = {
  // Patterns of buildspecs, rules and triggers are matched by one matcher; it knows none of them.
  matching: [],

  cli: ["server", "worker", "import"],
  // Talks to a server as anybody does, by the SDK: it knows nothing of how one is built.
  import: [],
  server: ["services/*", "services", "core/*", "core", "worker", "network"],

  services: ["core", "network"],
  "services/aws-json": ["services", "core/access", "core"],
  "services/codepipeline": ["services/aws-json", "core/*", "core", "matching", "network"],
  "services/codebuild": ["services/aws-json", "core/*", "core"],
  "services/codecommit": ["services/aws-json", "core/*", "core"],
  "services/codeconnections": ["services/aws-json", "core/*", "core"],
  "services/sts": ["services/aws-json", "services", "core/*", "core"],
  "services/s3": ["services", "core/*", "core"],
  "services/git": ["services", "core/*", "core"],
  "services/logs": ["services", "core/*", "core"],
  // Judges what is about to be imported by the checks of those that would keep it.
  "services/import-api": [
    "services/aws-json",
    "services/codebuild",
    "services/codeconnections",
    "services/codepipeline",
    "core/*",
    "core",
  ],
  "services/explain": ["services", "core/*", "core"],
  "services/events": ["services", "core/*", "core"],
  "services/webhooks": ["services", "core/*", "core", "network"],
  // The worker's door starts CodeBuild builds and nested pipelines, and refuses what can't be done to a job as CodePipeline does.
  "services/worker-api": [
    "services/aws-json",
    "services/codebuild",
    "services/codepipeline",
    "core/*",
    "core",
  ],

  // The contracts and the bundle of all rooms name the types of those below them.
  core: ["core/engine", "core/store"],
  "core/engine": ["matching"],
  "core/store": ["core"],
  "core/commands": ["core/engine", "core/store", "core"],
  "core/jobs": ["core/commands", "core/engine", "core/store", "core"],
  "core/sources": ["core/commands", "core/engine", "core/store", "core", "matching"],
  "core/webhooks": [
    "core/commands",
    "core/connections",
    "core/engine",
    "core/store",
    "core/triggers",
    "core",
    "network",
  ],
  // Asks hosts who a token is of, before it is kept.
  "core/connections": ["core/store", "core", "network", "remotes"],
  // Pure: what a change means to a trigger.
  "core/triggers": ["matching", "core"],
  "core/github": ["network", "core"],
  "core/access": ["core/store", "core"],
  "core/artifacts": ["core/store", "core"],
  // Makes the copies that commands have queued, and runs the command that says so.
  "core/copies": ["core/artifacts", "core/engine", "core/store", "core"],
  "core/repositories": ["core/store", "core"],
  "core/logs": ["core/store", "core"],
  "core/notifications": ["core/store", "core", "network"],
  "core/commit-statuses": ["core/store", "core"],
  // Decides recorded commands again, on what commands would have loaded.
  "core/replay": ["core/commands", "core/engine", "core/store", "core"],
  "core/explain": ["core/engine", "core/store", "core"],
  "core/events": ["core/store", "core", "network"],
  "core/builds": ["core/store", "core"],
  // Asks for what others keep.
  "core/secrets": ["core/store", "core", "network"],

  worker: ["matching", "network", "remotes"],

  // Fetching by git: workers deliver what is fetched, the server compares it.
  remotes: ["network"],

  // Addresses, and what may leave this machine: the one thing that server and worker share.
  network: [],
};

/** The room of a file: a folder of services/ or core/ is one, everything in cli/, server/ and worker/ belongs to those. */
function roomOf(file: string): string {
  const [wing = "", folder = "", ...rest] = relative(src, file).split("/");
  // What a room promises to the rest of core stands in its types.ts, which is everybody's.
  if (wing === "core" && rest.join("/") === "types.ts") return "core";
  return (wing === "core" || wing === "services") && rest.length > 0 ? `${wing}/${folder}` : wing;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g);
  return [...found].map(([, path]) => normalize(join(dirname(file), path ?? "")));
}

const files = filesBelow(src);

test("every import follows an arrow of the design, from a room to one below it", () => {
  const against = files.flatMap((file) => {
    const from = roomOf(file);
    const allowed = arrows[from];
    return importsOf(file).flatMap((target) => {
      const to = roomOf(target);
      const fits = to === from || allowed?.some((room) => room === to || room === `${to.split("/")[0]}/*`);
      return fits ? [] : [`${relative(src, file)} imports ${relative(src, target)}: ${from} → ${to}`];
    });
  });
  expect(against).toEqual([]);
});

test("every room stands in the table of arrows", () => {
  const unknown = new Set(files.map(roomOf).filter((room) => !(room in arrows)));
  expect([...unknown]).toEqual([]);
});
