/** How soon a fresh installation answers. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { publish } from "../../test/support/published.ts";
import { duration } from "../support/numbers.ts";
import { compare, type Rig, rigOf } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { scratchFolder } from "../support/scratch.ts";
import { end, ready, spawnServer } from "../support/server-process.ts";

const MOST_MS = 500;

export const startTime: Row = {
  name: "start-time",
  what: "millrace start, as published, on an empty data directory → first answered request, against `node -e 0`",
  budget: `< ${MOST_MS} ms`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const nothing = rigOf(() => once(spawn(process.execPath, ["-e", "0"]), "exit"));
    const program = await publish(await scratchFolder(stack));
    const [measured, baseline] = await compare(startRig(stack, program), nothing, { rounds: 9, warmUp: 2 });
    return {
      measured: duration(measured),
      baseline: duration(baseline),
      ratio: measured / baseline,
      holds: measured < MOST_MS,
    };
  },
};

function startRig(stack: AsyncDisposableStack, program: string): Rig {
  return {
    async round() {
      const dataDir = await scratchFolder(stack);
      const begin = performance.now();
      const server = spawnServer(dataDir, [], program);
      const answer = await fetch(`${await ready(server)}/healthz`);
      const milliseconds = performance.now() - begin;
      await end(server);
      if (!answer.ok) throw new Error(`/healthz answered ${answer.status}`);
      return { done: 1, milliseconds };
    },
    async close() {},
  };
}
