import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineCutter } from "../../../src/worker/log/lines.ts";
import { Masker } from "../../../src/worker/log/mask.ts";
import { MAX_LINE_BYTES } from "../../../src/worker/log/split.ts";

/** Cuts `bytes` at the given places and pushes the parts one after another. */
function cutInto(bytes: Uint8Array, cuts: readonly number[], secrets: readonly string[] = []): string[] {
  const masker = new Masker();
  masker.add(secrets);
  const cutter = new LineCutter(masker);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const lines = places.slice(1).flatMap((end, index) => cutter.push(bytes.subarray(places[index], end)));
  return [...lines, ...cutter.end()].map(({ text }) => text);
}

const cuts = fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 12 });

describe("P10.2 cutting output into lines", () => {
  it("ends lines at LF, CR LF and lone CR", () => {
    expect(cutInto(Buffer.from("a\nb\r\nc\rd"), [])).toEqual(["a", "b", "c", "d"]);
  });

  it("keeps a last line without an end whole, also when it ends as a secret begins", () => {
    expect(cutInto(Buffer.from("release"), [], ["esoteric"])).toEqual(["release"]);
    expect(cutInto(Buffer.from("release: esote"), [], ["esoteric"])).toEqual(["release: ", "****"]);
  });

  it("keeps empty lines, and makes none at the end", () => {
    expect(cutInto(Buffer.from("\n\na\n"), [])).toEqual(["", "", "a"]);
  });

  it("tells states of a progress bar from lines", () => {
    const cutter = new LineCutter(new Masker());
    expect(cutter.push(Buffer.from("1%\r2%\r\n3\n"))).toEqual([
      { text: "1%", progress: true },
      { text: "2%", progress: false },
      { text: "3", progress: false },
    ]);
  });

  it("takes a CR at a chunk's end and the LF of the next one for one line end", () => {
    const cutter = new LineCutter(new Masker());
    expect(cutter.push(Buffer.from("a\r"))).toEqual([]);
    expect(cutter.push(Buffer.from("\nb\n"))).toEqual([
      { text: "a", progress: false },
      { text: "b", progress: false },
    ]);
  });

  it("shows bytes that aren't UTF-8 as U+FFFD", () => {
    expect(cutInto(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3]), [])).toEqual(["a\ufffdb", "\ufffd"]);
  });

  it("drops NUL, control characters and terminal sequences but tab and colours", () => {
    const text = "\x1b[31mred\x1b[0m\t\x00\x07\x1b[2Jx\x1b]0;title\x07y\x1b]8;;http://a\x1b\\z\x7f\x9b\n";
    expect(cutInto(Buffer.from(text), [])).toEqual(["\x1b[31mred\x1b[0m\txyz"]);
  });

  it("splits a line of more than 64 KiB, each part but the last ending in …", () => {
    const text = "é".repeat(100_000);
    const lines = cutInto(Buffer.from(text), [7, 70_001, 150_000]);
    expect(lines.length).toBe(4);
    expect(lines.every((line) => Buffer.byteLength(line) <= MAX_LINE_BYTES)).toBe(true);
    expect(lines.slice(0, -1).every((line) => line.endsWith("…"))).toBe(true);
    expect(lines.map((line) => line.replace(/…$/, "")).join("")).toBe(text);
  });

  it("gives the same lines however the output was cut into chunks", () => {
    const piece = fc.constantFrom(
      ...["a", "word ", "é", "漢", "😀", "\n", "\r", "\r\n", "\x1b[31m", "\x1b[2K", "\t", "\x00"],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), cuts, (pieces, places) => {
        const bytes = Buffer.from(pieces.join(""));
        expect(cutInto(bytes, places)).toEqual(cutInto(bytes, []));
      }),
    );
  });

  it("never holds more than a line's length and a margin of an endless line", () => {
    const cutter = new LineCutter(new Masker());
    let kept = 0;
    for (let chunk = 0; chunk < 64; chunk++) {
      kept += cutter.push(Buffer.alloc(16 * 1024, "x")).reduce((sum, { text }) => sum + text.length, 0);
      expect((chunk + 1) * 16 * 1024 - kept).toBeLessThan(MAX_LINE_BYTES + 32 * 1024);
    }
  });
});

describe("P10.3 masking while cutting", () => {
  const secret = "s3cr3t-VALUE/with+signs";

  it("finds a secret in any chunking, also across the 64 KiB split", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(secret, Buffer.from(`x${secret}yz`).toString("base64")),
        fc.integer({ min: MAX_LINE_BYTES - 80, max: MAX_LINE_BYTES + 10 }),
        cuts,
        (shown, before, places) => {
          const text = `${"a".repeat(before)}${shown}${"b".repeat(300)}\n`;
          const lines = cutInto(Buffer.from(text), places, [secret]);
          const whole = lines.map((line) => line.replace(/…$/, "")).join("");
          expect(whole).toContain("****");
          expect(whole).not.toContain(shown.slice(4, -4));
          expect(whole.startsWith("a".repeat(before))).toBe(true);
          expect(whole.endsWith("b".repeat(300))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("does not give out half of a secret when an unfinished line is broken off", () => {
    const masker = new Masker();
    masker.add([secret]);
    const cutter = new LineCutter(masker);
    cutter.push(Buffer.from(`token=${secret.slice(0, 9)}`));
    expect(cutter.breakOff().map(({ text }) => text)).toEqual(["token="]);
    expect(cutter.push(Buffer.from(`${secret.slice(9)}!\n`)).map(({ text }) => text)).toEqual(["****!"]);
  });

  it("breaks a line off whole when only a letter or two may begin a secret, and still hides the rest", () => {
    const masker = new Masker();
    masker.add([secret]);
    const cutter = new LineCutter(masker);
    cutter.push(Buffer.from("all tests"));
    expect(cutter.breakOff().map(({ text }) => text)).toEqual(["all tests"]);
    expect(cutter.push(Buffer.from(`${secret.slice(1)}, done\n`)).map(({ text }) => text)).toEqual([
      "****, done",
    ]);
    expect(cutter.push(Buffer.from(`${secret.slice(1)}\n`)).map(({ text }) => text)).toEqual([
      secret.slice(1),
    ]);
  });

  it("does not give out a secret that the end of the output cuts off", () => {
    expect(cutInto(Buffer.from(`token=${secret.slice(0, -1)}`), [], [secret])).toEqual(["token=", "****"]);
  });

  it("finds a secret between control characters that are dropped", () => {
    expect(cutInto(Buffer.from(`${secret.slice(0, 5)}\x00${secret.slice(5)}\n`), [], [secret])).toEqual([
      "****",
    ]);
  });
});
