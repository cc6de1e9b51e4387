/** The results of a push, as git reports them and as the client gets them (gitprotocol-pack, "Report Status"). */
import type { RefUpdate } from "../../core/repositories/index.ts";
import { bandPackets, dataPacket, FLUSH, readPacket } from "./pkt-line.ts";

export interface PushReport {
  /** `ok`, or what is wrong with the pack. */
  readonly unpack: string;
  /** By ref: its line (`ok <ref>`, `ng <ref> <reason>`), and the option lines that follow it. */
  readonly results: ReadonlyMap<string, readonly string[]>;
}

/** @returns undefined when it isn't a whole report: git ended before it had one */
export function parseReport(bytes: Buffer): PushReport | undefined {
  const results = new Map<string, string[]>();
  let unpack: string | undefined;
  let current: string[] = [];
  for (let offset = 0; ; ) {
    const found = readPacket(bytes, offset);
    if (found === undefined) return undefined;
    if (found.packet.kind === "flush") return unpack === undefined ? undefined : { unpack, results };
    offset = found.next;
    const line = found.packet.data.toString("utf8").replace(/\n$/, "");
    const [word, ref = ""] = line.split(" ", 2);
    if (word === "unpack") unpack = line.slice("unpack ".length);
    else if (word === "ok" || word === "ng") {
      current = [line];
      results.set(ref, current);
    } else current.push(line);
  }
}

/** Refs that git has moved. */
export function movedRefs({ results }: PushReport): Set<string> {
  return new Set([...results].filter(([, [line]]) => line?.startsWith("ok ")).map(([ref]) => ref));
}

/**
 * What the client gets: a line for each of its commands, in its order.
 *
 * @param refused reasons, by ref, for what git wasn't asked
 * @param banded whether the client takes it in a side band
 */
export function encodeReport(
  updates: readonly RefUpdate[],
  refused: ReadonlyMap<string, string>,
  { unpack, results }: PushReport,
  banded: boolean,
): Buffer {
  const lines = updates.flatMap(
    ({ ref }) => results.get(ref) ?? [`ng ${ref} ${refused.get(ref) ?? "not attempted"}`],
  );
  const report = Buffer.concat([
    dataPacket(`unpack ${unpack}\n`),
    ...lines.map((line) => dataPacket(`${line}\n`)),
    FLUSH,
  ]);
  return banded ? Buffer.concat([bandPackets(1, report), FLUSH]) : report;
}
