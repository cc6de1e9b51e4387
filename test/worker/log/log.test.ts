import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createJobLog, type LogOptions } from "../../../src/worker/log/log.ts";
import { JobRefusedError, type LogLine } from "../../../src/worker/protocol.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const stop = new AbortController();

function recordedLog(options: Partial<LogOptions> = {}) {
  const batches: (readonly LogLine[])[] = [];
  const log = createJobLog({
    send: async (lines) => {
      batches.push(lines);
    },
    now: Date.now,
    backlogFile: join(folder, "backlog"),
    signal: stop.signal,
    onRefused: () => undefined,
    ...options,
  });
  return { log, batches, texts: () => batches.flat().map(({ text }) => text) };
}

describe("P11 a job's log", () => {
  it("P11.1 numbers lines from 1 and keeps stream, phase and time", async () => {
    const { log, batches } = recordedLog({ now: () => 1_700_000_000_000 });
    log.system("[Millrace] hello");
    log.output("stderr", Buffer.from("oh\n"), "BUILD");
    await log.end();
    expect(batches.flat()).toEqual([
      { seq: 1, time: 1_700_000_000_000, stream: "system", text: "[Millrace] hello" },
      { seq: 2, time: 1_700_000_000_000, stream: "stderr", text: "oh", phase: "BUILD" },
    ]);
  });

  it("P11.4 shows a line without being asked", async () => {
    const sent = Promise.withResolvers<readonly LogLine[]>();
    const { log } = recordedLog({ send: async (lines) => sent.resolve(lines) });
    log.output("stdout", Buffer.from("now\n"));
    expect(await sent.promise).toMatchObject([{ text: "now" }]);
  });

  it("P10.3 keeps a system line whole that ends as a secret begins", async () => {
    const { log, texts } = recordedLog();
    log.addSecrets(["esoteric"]);
    log.system("Running command make release");
    await log.end();
    expect(texts()).toEqual(["Running command make release"]);
  });

  it("P11.4 sends batches of at most 256 KiB, one at a time and in order", async () => {
    const { log, batches, texts } = recordedLog();
    const lines = Array.from({ length: 2_000 }, (_, index) => `${index} ${"x".repeat(1_000)}`);
    log.output("stdout", Buffer.from(`${lines.join("\n")}\n`));
    await log.end();
    expect(texts()).toEqual(lines);
    expect(batches.length).toBeGreaterThan(7);
    expect(batches.every((batch) => JSON.stringify(batch).length <= 260 * 1024)).toBe(true);
  });

  it("P11.4 keeps the beginning up to the limit, says so once, and appends the last 1,000 lines", async () => {
    const { log, texts } = recordedLog({ limits: { bytes: 100 * 1024 * 1024, lines: 1_500 } });
    for (let line = 0; line < 10_000; line++) {
      log.output("stdout", Buffer.from(`line ${line}\n`));
    }
    await log.end();
    const kept = texts();
    expect(kept.slice(0, 1_500)).toEqual(Array.from({ length: 1_500 }, (_, line) => `line ${line}`));
    expect(kept[1_500]).toBe("[Millrace] log limit of 1,500 lines reached; further output is not kept");
    expect(kept.slice(1_501)).toEqual(Array.from({ length: 1_000 }, (_, line) => `line ${9_000 + line}`));
  });

  it("P11.4 names the limit in bytes", async () => {
    const { log, texts } = recordedLog({ limits: { bytes: 1024 * 1024, lines: 1_000_000 } });
    log.output("stdout", Buffer.from(`${"x".repeat(1_000)}\n`.repeat(1_100)));
    await log.end();
    expect(texts()).toContain("[Millrace] log limit of 1 MiB reached; further output is not kept");
  });

  it("P10.2 keeps the last state of a progress bar per 200 ms", async () => {
    let now = 0;
    const { log, texts } = recordedLog({ now: () => now });
    for (let percent = 0; percent <= 100; percent++) {
      log.output("stdout", Buffer.from(`${percent}%\r`));
      now += 10;
    }
    log.output("stdout", Buffer.from("\ndone\n"));
    await log.end();
    expect(texts()).toEqual(["19%", "39%", "59%", "79%", "99%", "100%", "done"]);
  });

  it("P10.3 masks lines, messages and the tail, and warns of what it can't mask", async () => {
    const { log, texts } = recordedLog();
    log.addSecrets(["hunter2!", "abc"]);
    log.output("stdout", Buffer.from("pass=hun"));
    log.output("stdout", Buffer.from("ter2!\nabc\n"));
    await log.end();
    expect(texts()).toEqual([
      "[Millrace] a secret of fewer than 4 characters, or a plain short word or number, can't be masked",
      "pass=****",
      "abc",
    ]);
    expect(log.mask("hunter2!")).toBe("****");
    expect(log.tail(2)).toEqual(["pass=****", "abc"]);
  });

  it("shows an unfinished line before what the worker says next", async () => {
    const { log, texts } = recordedLog();
    log.output("stdout", Buffer.from("no newline"));
    log.system("Command did not exit successfully");
    await log.end();
    expect(texts()).toEqual(["no newline", "Command did not exit successfully"]);
  });

  it("repeats a batch until it is delivered, and loses nothing", async () => {
    let failures = 3;
    const kept: string[] = [];
    const { log } = recordedLog({
      send: async (lines) => {
        if (failures-- > 0) throw new Error("connection reset");
        kept.push(...lines.map(({ text }) => text));
      },
    });
    log.output("stdout", Buffer.from("a\nb\n"));
    log.hurry();
    log.output("stdout", Buffer.from("c\n"));
    await log.end();
    expect(kept).toEqual(["a", "b", "c"]);
  });

  it("delivers what is there at once when there is little time, and goes on with what comes after", async () => {
    const batches: string[][] = [];
    const { log } = recordedLog({
      send: async (lines) => void batches.push(lines.map(({ text }) => text)),
    });
    log.hurry();
    expect(batches).toEqual([]);
    log.output("stdout", Buffer.from("a\nunfin"));
    log.hurry();
    expect(batches).toEqual([["a"]]);
    log.output("stdout", Buffer.from("ished\n"));
    await log.end();
    expect(batches).toEqual([["a"], ["unfinished"]]);
  });

  it("stops sending, and says so, when lines are refused", async () => {
    const refused = Promise.withResolvers<string>();
    let calls = 0;
    const { log } = recordedLog({
      send: async () => {
        calls++;
        throw new JobRefusedError("notOpen", "no open job");
      },
      onRefused: ({ code }) => refused.resolve(code),
    });
    log.output("stdout", Buffer.from("a\n"));
    expect(await refused.promise).toBe("notOpen");
    log.output("stdout", Buffer.from("b\n"));
    await log.end();
    expect(calls).toBe(1);
  });
});
