/** `POST /git-receive-pack`: the server reads the commands, git does them, the events are made, the client is answered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type GitProcess,
  killGit,
  PUSH_LIMIT,
  type Push,
  type RefUpdate,
} from "../../core/repositories/index.ts";
import { bandPackets, FLUSH, ProtocolError } from "./pkt-line.ts";
import { encodePushHead, HEAD_LIMIT, type PushHead, parsePushHead, wantsReport } from "./push-head.ts";
import { encodeReport, movedRefs, type PushReport, parseReport } from "./push-report.ts";
import { createReportReader, type ReportReader } from "./report-reader.ts";
import { bodyOf, notFound, Refusal } from "./request.ts";
import { writeTo } from "./streams.ts";
import { ended, watch } from "./watch.ts";

/** SHA-1 at the end of a pack. */
const CHECKSUM_BYTES = 20;

export interface Receiver {
  /** Commits the push's intents; undefined when the repository is gone. */
  begin(request: {
    updates: readonly RefUpdate[];
    atomic: boolean;
    skipped: boolean;
  }): Promise<Push | undefined>;
  /** Starts `git receive-pack`. */
  start(): GitProcess;
}

export async function receivePack(
  request: IncomingMessage,
  response: ServerResponse,
  receiver: Receiver,
): Promise<void> {
  const body = bodyOf(request, PUSH_LIMIT + HEAD_LIMIT);
  const { head, rest } = await readHead(body);
  response.setHeader("content-type", "application/x-git-receive-pack-result");
  if (head.updates.length === 0) {
    // git asks so whether it may push, before it sends a large pack.
    response.writeHead(200).end();
    return;
  }
  const push = await receiver.begin({
    updates: head.updates,
    atomic: head.capabilities.includes("atomic"),
    skipped: head.options.some((option) => option === "ci.skip" || option === "skip-ci"),
  });
  if (push === undefined) throw notFound();

  const banded = head.capabilities.includes("side-band-64k");
  response.writeHead(200);
  const report = await carryOut(push, async () => {
    if (push.accepted.length === 0) return readPast(body, push);
    const reader = createReportReader(banded, (packet) => void writeTo(response, packet));
    return runGit(receiver.start(), { head, rest, body }, push, reader);
  });
  if (report === undefined) {
    const words = Buffer.from("The push did not complete; push again to see what of it is done.\n");
    response.end(banded ? Buffer.concat([bandPackets(3, words), FLUSH]) : undefined);
  } else if (wantsReport(head)) {
    response.end(encodeReport(head.updates, push.refused, report, banded));
  } else {
    response.end(banded ? FLUSH : undefined);
  }
}

/** Whatever goes wrong, what git has done by then is recorded. */
async function carryOut<T>(push: Push, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await push.lookUp();
    throw error;
  }
}

/** Reads the body up to its pack. @throws Refusal, ProtocolError */
async function readHead(body: AsyncGenerator<Buffer, void>): Promise<{ head: PushHead; rest: Buffer }> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Looked at again only when it has doubled: a head that comes byte by byte costs no more than one that comes whole.
  for (let enough = 0; ; ) {
    const { value, done } = await body.next();
    if (!done) {
      chunks.push(value);
      size += value.length;
      if (size < enough) continue;
    }
    const bytes = Buffer.concat(chunks, size);
    const head = parsePushHead(bytes);
    if (head !== undefined) return { head, rest: bytes.subarray(head.length) };
    if (done) throw new ProtocolError("The push ends before its commands do.");
    if (size > HEAD_LIMIT) throw new Refusal(413, "The push names too many refs.");
    enough = Math.min(size * 2, HEAD_LIMIT + 1);
  }
}

/** Nothing is left to do: the pack is read past, so that the client gets to read why. */
async function readPast(body: AsyncGenerator<Buffer, void>, push: Push): Promise<PushReport> {
  for await (const _ of body);
  await push.settle(new Set(), 0);
  return { unpack: "ok", results: new Map() };
}

/** @returns undefined when git ended without a report; what it had done by then is recorded all the same */
async function runGit(
  child: GitProcess,
  { head, rest, body }: { head: PushHead; rest: Buffer; body: AsyncGenerator<Buffer, void> },
  push: Push,
  reader: ReportReader,
): Promise<PushReport | undefined> {
  const { touch } = watch(child);
  const end = ended(child);
  child.stderr.resume();
  const reading = (async () => {
    for await (const chunk of child.stdout) {
      touch();
      reader.take(chunk);
    }
  })();

  let received = 0;
  try {
    const start = Buffer.concat([encodePushHead(head, push.accepted), rest]);
    for await (const chunk of holdBackEnd(start, body, push.uploaded)) {
      touch();
      received += chunk.length;
      await writeTo(child.stdin, chunk);
    }
    child.stdin.end();
  } catch {
    // The client hung up, or sent more than it may: git won't get the rest.
    killGit(child);
  }
  await reading.catch(() => killGit(child));
  await end;
  const report = parseReport(reader.report());
  if (report === undefined) await push.lookUp();
  else await push.settle(movedRefs(report), received);
  return report;
}

/**
 * All bytes in order, the last ones only when it is known that they are: git doesn't touch a ref before it has the
 * checksum at a pack's end, or a command list whole.
 *
 * @param atEnd called before the last bytes go out
 */
async function* holdBackEnd(
  start: Buffer,
  body: AsyncIterable<Buffer>,
  atEnd: () => void,
): AsyncGenerator<Buffer, void> {
  let held = start;
  for await (const chunk of body) {
    const bytes = Buffer.concat([held, chunk]);
    yield bytes.subarray(0, -CHECKSUM_BYTES);
    held = bytes.subarray(-CHECKSUM_BYTES);
  }
  atEnd();
  yield held;
}
