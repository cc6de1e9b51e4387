/** What a push asks for, before its pack: commands, capabilities, options (gitprotocol-pack, "Reference Update Request"). */
import type { RefUpdate } from "../../core/repositories/index.ts";
import { dataPacket, FLUSH, ProtocolError, readPacket } from "./pkt-line.ts";

/** Bytes. Room for thousands of refs, so that too many are refused by name and not by size. */
export const HEAD_LIMIT = 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface PushHead {
  readonly updates: readonly RefUpdate[];
  /** As sent, with the values of those that have one: `agent=git/2.39.5`. */
  readonly capabilities: readonly string[];
  /** Commits where the client's history ends. */
  readonly shallow: readonly string[];
  /** Push options (`git push -o`). */
  readonly options: readonly string[];
  /** Its length: the pack begins there. */
  readonly length: number;
}

/**
 * @param buffer the beginning of a receive-pack request
 * @returns undefined while it isn't there whole
 * @throws ProtocolError
 */
export function parsePushHead(buffer: Buffer): PushHead | undefined {
  const commands = readSection(buffer, 0);
  if (commands === undefined) return undefined;
  const shallow: string[] = [];
  const updates: RefUpdate[] = [];
  let capabilities: string[] = [];
  for (const line of commands.lines) {
    if (line.startsWith("shallow ")) {
      shallow.push(commitIn(line.slice("shallow ".length)));
      continue;
    }
    const [command = "", offered] = line.split("\0");
    if (updates.length === 0) capabilities = (offered ?? "").split(" ").filter((name) => name !== "");
    updates.push(parseUpdate(command));
  }
  if (new Set(updates.map(({ ref }) => ref)).size < updates.length) {
    throw new ProtocolError("A push may name each ref once only.");
  }
  const parts = { updates, capabilities, shallow };
  if (!capabilities.includes("push-options")) return { ...parts, options: [], length: commands.next };
  const options = readSection(buffer, commands.next);
  return options && { ...parts, options: options.lines, length: options.next };
}

/** The same request for `updates` alone; git's report is asked for whether or not the client wants one. */
export function encodePushHead(head: PushHead, updates: readonly RefUpdate[]): Buffer {
  const capabilities = wantsReport(head) ? head.capabilities : [...head.capabilities, "report-status"];
  const commands = updates.map(({ oldCommit, newCommit, ref }, index) =>
    dataPacket(`${oldCommit} ${newCommit} ${ref}${index === 0 ? `\0 ${capabilities.join(" ")}` : ""}`),
  );
  const options = head.capabilities.includes("push-options") ? [...head.options.map(dataPacket), FLUSH] : [];
  return Buffer.concat([
    ...head.shallow.map((commit) => dataPacket(`shallow ${commit}`)),
    ...commands,
    FLUSH,
    ...options,
  ]);
}

/** Whether the client reads the results of its commands. */
export function wantsReport({ capabilities }: PushHead): boolean {
  return capabilities.includes("report-status") || capabilities.includes("report-status-v2");
}

/** Lines up to a flush, without their line ends. */
function readSection(buffer: Buffer, start: number): { lines: string[]; next: number } | undefined {
  const lines: string[] = [];
  for (let offset = start; ; ) {
    const found = readPacket(buffer, offset);
    if (found === undefined) return undefined;
    offset = found.next;
    if (found.packet.kind === "flush") return { lines, next: offset };
    lines.push(textOf(found.packet.data));
  }
}

function textOf(data: Buffer): string {
  try {
    return utf8.decode(data).replace(/\n$/, "");
  } catch {
    throw new ProtocolError("Ref names and push options must be UTF-8.");
  }
}

function parseUpdate(command: string): RefUpdate {
  const [oldCommit = "", newCommit = "", ...name] = command.split(" ");
  const ref = name.join(" ");
  if (ref === "" || ref.includes("\n")) {
    throw new ProtocolError(
      "A command of a push is `<old commit> <new commit> <ref>`; signed pushes aren't taken.",
    );
  }
  return { oldCommit: commitIn(oldCommit), newCommit: commitIn(newCommit), ref };
}

function commitIn(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text)) throw new ProtocolError("A commit is named by 40 hex digits.");
  return text;
}
