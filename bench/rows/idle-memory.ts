/** What a server takes that has nothing to do. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { publish } from "../../test/support/published.ts";
import { mebibytes, memoryOf } from "../support/memory.ts";
import type { Row } from "../support/row.ts";
import { scratchFolder } from "../support/scratch.ts";
import { startServer } from "../support/server-process.ts";

const MOST_BYTES = 120 * 2 ** 20;
/** Until what the start left behind has been collected, as far as it will be. */
const SETTLE_MS = 5_000;

export const idleMemory: Row = {
  name: "idle-memory",
  what: "resident memory of an idle server with its worker, as published, against an idle node",
  budget: "< 120 MiB",

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, [], await publish(await scratchFolder(stack)));
    const node = spawn(process.execPath, ["-e", "setInterval(() => {}, 2 ** 30)"], { stdio: "ignore" });
    stack.defer(() => void node.kill());
    await sleep(SETTLE_MS);
    const { residentBytes } = await memoryOf(server.pid);
    const { residentBytes: idle } = await memoryOf(node.pid ?? 0);
    return {
      measured: mebibytes(residentBytes),
      baseline: mebibytes(idle),
      ratio: residentBytes / idle,
      holds: residentBytes < MOST_BYTES,
    };
  },
};
