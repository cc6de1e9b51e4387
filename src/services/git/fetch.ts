/** Answers what a repository offers, and fetches from it: git's own answer, streamed (S6.1). */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type GitProcess, killGit } from "../../core/repositories/index.ts";
import { dataPacket, FLUSH } from "./pkt-line.ts";
import { bodyOf, type GitRequest, Refusal } from "./request.ts";
import { writeTo } from "./streams.ts";
import { ended, watch } from "./watch.ts";

/** A fetch names what it wants and has: not much, even with a hundred thousand refs. */
const REQUEST_LIMIT = 64 * 1024 * 1024;

/** `GET /info/refs`. */
export async function advertise(
  child: GitProcess,
  response: ServerResponse,
  asked: GitRequest,
): Promise<void> {
  const { service, protocol } = asked;
  response.setHeader("content-type", `application/x-git-${service}-advertisement`);
  const second = service === "upload-pack" && protocol?.split(":").includes("version=2");
  const preamble = second ? [] : [dataPacket(`# service=git-${service}\n`), FLUSH];
  child.stdin.end();
  const code = await relay(child, response, Buffer.concat(preamble));
  finish(response, code, undefined);
}

/** `POST /git-upload-pack`. */
export async function uploadPack(
  child: GitProcess,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("content-type", "application/x-git-upload-pack-result");
  let refusal: unknown;
  const sending = send(child, request).catch((error) => {
    refusal = error;
    killGit(child);
  });
  const code = await relay(child, response, Buffer.alloc(0));
  await sending;
  finish(response, code, refusal);
}

async function send(child: GitProcess, request: IncomingMessage): Promise<void> {
  for await (const chunk of bodyOf(request, REQUEST_LIMIT)) await writeTo(child.stdin, chunk);
  child.stdin.end();
}

/** Passes on what git prints, behind `preamble`. @returns git's exit code */
async function relay(child: GitProcess, response: ServerResponse, preamble: Buffer): Promise<number | null> {
  const { touch } = watch(child);
  const end = ended(child);
  child.stderr.resume();
  response.once("close", () => killGit(child));
  for await (const chunk of child.stdout) {
    touch();
    if (!response.headersSent) response.writeHead(200).write(preamble);
    await writeTo(response, chunk);
  }
  return end;
}

/** @throws what the request was refused for, when git ended without a word */
function finish(response: ServerResponse, code: number | null, refusal: unknown): void {
  if (response.headersSent) {
    // What was cut off must not look complete.
    if (code === 0) response.end();
    else response.destroy();
    return;
  }
  throw refusal ?? new Refusal(400, "git could not make sense of this request.");
}
