/** What a server was started with isn't for everybody who can list the processes of its machine (attack A13). */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { launch, temporaryFolder } from "../cli/millrace.ts";

test.runIf(existsSync("/proc/self/cmdline"))(
  "A13 no process shows the arguments of millrace start",
  async () => {
    await using dir = await temporaryFolder();
    const word = `password-${process.pid}`;
    const publicUrl = `http://user:${word}@millrace.example`;
    const server = launch([
      "start",
      "--port",
      "0",
      "--no-worker",
      "--data-dir",
      dir.path,
      "--public-url",
      publicUrl,
    ]);
    await server.line(/^listening on /m);
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
    );
    expect(lines.filter((line) => line.includes(word))).toEqual([]);
    server.process.kill("SIGTERM");
    await server.ended;
  },
);
