/** Reads and follows the logs of an execution's actions. */
import { setTimeout as sleep } from "node:timers/promises";
import { signedGet, type Target, UnreachableError } from "./signed-fetch.ts";

export interface LoggedAction {
  readonly actionExecutionId: string;
  readonly stage: string;
  readonly action: string;
  readonly attempt: number;
  readonly status: string;
}

export interface Line {
  readonly seq: number;
  readonly time: number;
  readonly stream: string;
  readonly text: string;
}

/** How long to wait before a broken stream is taken up again. */
const RECONNECT_MS = 500;

/** The actions of an execution that have started, oldest first. */
export async function listLoggedActions(
  target: Target,
  executionId: string,
): Promise<readonly LoggedAction[]> {
  const response = await signedGet(target, `/logs?execution=${encodeURIComponent(executionId)}`, {
    accept: "application/json",
  });
  await check(response);
  const { actions } = (await response.json()) as { actions: LoggedAction[] };
  return actions;
}

/** The whole log so far, as text. */
export async function readLog(target: Target, actionExecutionId: string): Promise<string> {
  const response = await signedGet(target, `/logs/${actionExecutionId}`, { accept: "text/plain" });
  await check(response);
  return response.text();
}

/** Every line as it comes, until the action has ended; a stream that breaks is taken up where it was. */
export async function* followLog(
  target: Target,
  actionExecutionId: string,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  for (let next = 1; !signal.aborted; await sleep(RECONNECT_MS)) {
    try {
      const response = await signedGet(target, `/logs/${actionExecutionId}?from=${next}`, {
        accept: "text/event-stream",
        signal,
      });
      await check(response);
      for await (const event of events(response)) {
        if (event.name === "end") return;
        const line = JSON.parse(event.data) as Line;
        next = line.seq + 1;
        yield line;
      }
    } catch (error) {
      if (signal.aborted) return;
      // A TypeError is undici's name for a stream that breaks.
      if (!(error instanceof UnreachableError || error instanceof TypeError)) throw error;
    }
  }
}

/** Cuts a body of server-sent events into its events. */
async function* events(response: Response): AsyncGenerator<{ name: string; data: string }> {
  let pending = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (pending + chunk).split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      const data = field("data");
      if (data !== undefined) yield { name: field("event") ?? "message", data };
    }
  }
}

async function check(response: Response): Promise<void> {
  if (response.ok) return;
  const body = await response.text();
  throw new Error(`the server answered ${response.status}: ${messageOf(body)}`);
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
