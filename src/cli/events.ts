import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type EventForm,
  type NewSink,
  newSinkSecret,
  openSinks,
  SinkError,
  type SinkSummary,
} from "../server/open-sinks.ts";
import { command } from "./command.ts";
import type { OptionValues } from "./options.ts";
import { UsageError } from "./options.ts";

const options = {
  file: { type: "string", value: "FILE", help: "`add`: appends a line of JSON for each event." },
  url: { type: "string", value: "URL", help: "`add`: POSTs each event, signed." },
  stdout: { type: "boolean", help: "`add`: prints a line of JSON for each event where the server prints." },
  secret: {
    type: "string",
    value: "SECRET",
    help: "Key of the signatures, `whsec_` and base64 or 16 characters or more; others of this host can read it here. Default: a new one.",
  },
  "secret-file": { type: "string", value: "FILE", help: "Where the key of the signatures is read instead." },
  form: {
    type: "string",
    value: "FORM",
    default: "event",
    help: "event, as EventBridge has it, or notification, as AWS's notification rules send it.",
  },
  "from-oldest": {
    type: "boolean",
    help: "Sends what is still kept, too, not only what happens from now on.",
  },
  "data-dir": { type: "string", value: "FOLDER", default: "./.millrace", help: "Of the server." },
  "database-url": { type: "string", value: "URL", help: "postgres://… where the server has one." },
} as const;

type Options = OptionValues<typeof options>;

/** `millrace events add|list|remove`: where state changes are sent (E12). */
export const events = command({
  name: "events",
  positionals: "add (--file F | --url U | --stdout) | list | remove ID",
  description:
    "Says where the state changes of all pipelines are sent, in the data directory or database itself; servers may run\n" +
    "meanwhile, and take it up within seconds. `add` prints the sink's id, and the secret that it made, as JSON.\n" +
    "MILLRACE_SECRET_KEY counts as it does for `millrace start`.",
  options,

  async run(options, [verb, id, ...more]) {
    if (more.length > 0) throw misunderstood();
    if (verb === "add" && id === undefined) return add(options);
    if (verb === "list" && id === undefined) {
      await using opened = await open(options);
      for (const summary of await opened.sinks.list()) process.stdout.write(lineOf(summary));
      return 0;
    }
    if (verb === "remove" && id !== undefined) {
      await using opened = await open(options);
      if (await opened.sinks.remove(id)) return 0;
      throw new Error(`there is no sink ${id}; millrace events list shows them`);
    }
    throw misunderstood();
  },
});

async function add(options: Options): Promise<number> {
  const sink = await sinkOf(options);
  await using opened = await open(options);
  const from = options["from-oldest"] ? "oldest" : "now";
  const id = await opened.sinks.add(sink, from).catch((error: unknown) => {
    throw error instanceof SinkError ? new UsageError(error.message) : error;
  });
  const made = options.secret === undefined && options["secret-file"] === undefined;
  process.stdout.write(
    `${JSON.stringify({ id, ...(made && sink.secret !== undefined && { secret: sink.secret }) })}\n`,
  );
  return 0;
}

/** @throws UsageError */
async function sinkOf(options: Options): Promise<NewSink> {
  const { file, url, stdout, secret, form } = options;
  const places = [file !== undefined, url !== undefined, stdout].filter(Boolean);
  if (places.length !== 1) throw new UsageError("give one of --file, --url and --stdout");
  const given = options["secret-file"] === undefined ? secret : await readKey(options["secret-file"]);
  if (given !== undefined && url === undefined)
    throw new UsageError("only what is sent to a URL is signed: leave the secret out");
  const common = { form: formOf(form) };
  if (url !== undefined) return { kind: "url", target: url, secret: given ?? newSinkSecret(), ...common };
  if (file !== undefined) return { kind: "file", target: resolve(file), ...common };
  return { kind: "stdout", target: "", ...common };
}

async function readKey(path: string): Promise<string> {
  return (await readFile(path, "utf8")).trim();
}

function formOf(text: string): EventForm {
  if (text === "event" || text === "notification") return text;
  throw new UsageError(`--form takes event or notification, got '${text}'`);
}

function open(options: Options) {
  const databaseUrl = options["database-url"];
  const secretKey = process.env.MILLRACE_SECRET_KEY;
  return openSinks({
    dataDir: options["data-dir"],
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(secretKey !== undefined && { secretKey }),
  });
}

function misunderstood(): UsageError {
  return new UsageError("say what to do: millrace events add, list, or remove ID");
}

/** Tabs between id, place, form, and how it goes. */
function lineOf(sink: SinkSummary): string {
  const { id, kind, target, form, position, behind, dropped, failingSince, lastError } = sink;
  const place = kind === "stdout" ? kind : `${kind} ${target}`;
  const failing =
    failingSince === undefined ? [] : [`failing since ${new Date(failingSince).toISOString()}: ${lastError}`];
  const lost = dropped === 0 ? [] : [`${dropped} not sent`];
  return `${[id, place, form, `at ${position}, ${behind} behind`, ...lost, ...failing].join("\t")}\n`;
}
