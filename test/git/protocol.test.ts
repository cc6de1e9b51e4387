import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bandPackets,
  dataPacket,
  FLUSH,
  ProtocolError,
  readPacket,
} from "../../src/services/git/pkt-line.ts";
import { encodePushHead, parsePushHead } from "../../src/services/git/push-head.ts";
import { encodeReport, movedRefs, parseReport } from "../../src/services/git/push-report.ts";
import { createReportReader } from "../../src/services/git/report-reader.ts";
import { bodyOf } from "../../src/services/git/request.ts";

const zeros = "0".repeat(40);
const commit = "a".repeat(40);
const capabilities = " report-status side-band-64k agent=git/2.39.5";

function head(lines: readonly string[], options?: readonly string[]): Buffer {
  return Buffer.concat([
    ...lines.map((line) => dataPacket(line)),
    FLUSH,
    ...(options === undefined ? [] : [...options.map((option) => dataPacket(option)), FLUSH]),
  ]);
}

test("S6.12 the command list of a push is read up to its pack", () => {
  const bytes = head(
    [
      `shallow ${commit}`,
      `${zeros} ${commit} refs/heads/main\0${capabilities} push-options\n`,
      `${commit} ${zeros} refs/heads/ä b\n`,
    ],
    ["ci.skip"],
  );
  expect(parsePushHead(Buffer.concat([bytes, Buffer.from("PACK…")]))).toEqual({
    updates: [
      { oldCommit: zeros, newCommit: commit, ref: "refs/heads/main" },
      { oldCommit: commit, newCommit: zeros, ref: "refs/heads/ä b" },
    ],
    capabilities: ["report-status", "side-band-64k", "agent=git/2.39.5", "push-options"],
    shallow: [commit],
    options: ["ci.skip"],
    length: bytes.length,
  });
});

test("a command list that isn't there whole yet is waited for", () => {
  const bytes = head([`${zeros} ${commit} refs/heads/main\0${capabilities} push-options`], ["x"]);
  for (let length = 0; length < bytes.length; length++) {
    expect(parsePushHead(bytes.subarray(0, length))).toBeUndefined();
  }
  expect(parsePushHead(bytes)?.length).toBe(bytes.length);
});

test.each([
  ["no hex length", Buffer.from("zzzz")],
  ["a length below four", Buffer.from("0003")],
  ["a length beyond the limit", Buffer.from("fff5")],
  ["a short commit", head([`${zeros} abc refs/heads/main`])],
  ["upper case hex", head([`${zeros} ${"A".repeat(40)} refs/heads/main`])],
  ["no ref", head([`${zeros} ${commit}`])],
  ["a line break in a ref", head([`${zeros} ${commit} refs/heads/a\nb`])],
  ["a ref twice", head([`${zeros} ${commit} refs/heads/a`, `${zeros} ${commit} refs/heads/a`])],
  ["a signed push", head(["push-cert\0 report-status"])],
  [
    "a name that isn't UTF-8",
    Buffer.concat([
      dataPacket(Buffer.concat([Buffer.from(`${zeros} ${commit} refs/heads/`), Buffer.of(0xff)])),
      FLUSH,
    ]),
  ],
])("%s in a command list is a protocol error", (_, bytes) => {
  expect(() => parsePushHead(bytes)).toThrow(ProtocolError);
});

test("any bytes are a command list, an unfinished one, or a protocol error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        parsePushHead(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
  );
});

test("git is asked for the accepted commands only, and always for a report", () => {
  const parsed = parsePushHead(
    head(
      [
        `shallow ${commit}`,
        `${zeros} ${commit} refs/notes/x\0 side-band-64k push-options`,
        `${zeros} ${commit} refs/heads/main`,
      ],
      ["x"],
    ),
  )!;
  const again = parsePushHead(encodePushHead(parsed, parsed.updates.slice(1)))!;
  expect(again).toMatchObject({
    updates: [{ ref: "refs/heads/main" }],
    capabilities: ["side-band-64k", "push-options", "report-status"],
    shallow: [commit],
    options: ["x"],
  });
});

test("git's results come out of the side band, progress is passed on, whatever the chunks", () => {
  const report = Buffer.concat([
    dataPacket("unpack ok\n"),
    dataPacket("ok refs/heads/a\n"),
    dataPacket("option old-oid x\n"),
    dataPacket("ng refs/heads/b failed to update ref\n"),
    FLUSH,
  ]);
  const printed = Buffer.concat([
    bandPackets(2, Buffer.from("counting\n")),
    bandPackets(1, report.subarray(0, 20)),
    bandPackets(1, report.subarray(20)),
    FLUSH,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: printed.length }), (size) => {
      const forwarded: Buffer[] = [];
      const reader = createReportReader(true, (packet) => forwarded.push(packet));
      for (let at = 0; at < printed.length; at += size) reader.take(printed.subarray(at, at + size));
      const parsed = parseReport(reader.report())!;
      expect(parsed.unpack).toBe("ok");
      expect([...movedRefs(parsed)]).toEqual(["refs/heads/a"]);
      expect(Buffer.concat(forwarded)).toEqual(bandPackets(2, Buffer.from("counting\n")));
    }),
  );
});

test("a report that was cut off is none", () => {
  const report = Buffer.concat([dataPacket("unpack ok\n"), dataPacket("ok refs/heads/a\n"), FLUSH]);
  for (let length = 0; length < report.length; length++) {
    expect(parseReport(report.subarray(0, length))).toBeUndefined();
  }
});

test("the client gets a line for each command, refused ones among them", () => {
  const updates = ["a", "b"].map((name) => ({ ref: `refs/${name}`, oldCommit: zeros, newCommit: commit }));
  const results = new Map([["refs/b", ["ok refs/b", "option forced-update"]]]);
  const bytes = encodeReport(updates, new Map([["refs/a", "no"]]), { unpack: "ok", results }, false);
  expect(bytes.toString()).toBe(
    Buffer.concat([
      dataPacket("unpack ok\n"),
      dataPacket("ng refs/a no\n"),
      dataPacket("ok refs/b\n"),
      dataPacket("option forced-update\n"),
      FLUSH,
    ]).toString(),
  );
});

test("a long report is cut into packets", () => {
  const bytes = bandPackets(1, Buffer.alloc(200_000, 1));
  let size = 0;
  for (let offset = 0; offset < bytes.length; ) {
    const { packet, next } = readPacket(bytes, offset)!;
    if (packet.kind === "data") size += packet.data.length - 1;
    offset = next;
  }
  expect(size).toBe(200_000);
});

test("S6.2 the limit of a body counts unpacked bytes", async () => {
  const read = async (body: Uint8Array, headers: Record<string, string>, limit: number) => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request.headers, headers);
    request.push(body);
    request.push(null);
    let size = 0;
    for await (const chunk of bodyOf(request, limit)) size += chunk.length;
    return size;
  };
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  const gzip = { "content-encoding": "gzip" };
  await expect(read(bomb, gzip, 1_000_000)).rejects.toMatchObject({ status: 413 });
  expect(await read(bomb, gzip, 5_000_000)).toBe(5_000_000);
  await expect(read(Buffer.alloc(11), {}, 10)).rejects.toMatchObject({ status: 413 });
});
