import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** These tests ask nothing of a database, or bring their own: they run once. */
const withoutStore = [
  "test/{access,architecture,aws-json,cli,clients,docs,examples,import,matching,remotes,triggers,worker}/**",
  // What is attacked is in front of the store, or behind it.
  "test/attacks/{a08,a09,a11,a12,a16,a18,a19,a20,a24}-*.test.ts",
  "test/attacks/{a13-process-list,a25-builds,a25-held-sockets,a25-shell-state,a25-undeletable-folders}.test.ts",
  "test/engine/rules/**",
  "test/engine/properties.test.ts",
  "test/codepipeline/structure/**",
  "test/codepipeline/{arn,compile,here-documents,links,normalize,paging,secrets,tags}.test.ts",
];
const shared = {
  include: ["test/**/*.test.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Vitest's own second is short for processes and databases of a busy machine.
  expect: { poll: { timeout: 20_000 } },
  globalSetup: ["test/support/global-setup.ts"],
  // Files share a process, one after the other: most of their time would go into loading the sources again. So a file
  // leaves nothing behind: it closes what it opens, and gives the environment, clocks and spies back.
  isolate: false,
  restoreMocks: true,
};

export default defineConfig({
  test: {
    // Vitest would leave one core to itself, but most tests wait for disks and processes.
    maxWorkers: Math.max(2, availableParallelism()),
    reporters: ["default", "./test/support/summary.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "sqlite",
          sequence: { groupOrder: 0 },
          env: { MILLRACE_TEST_DATABASE: "sqlite" },
        },
      },
      {
        test: {
          ...shared,
          name: "postgres",
          // A process serves one project; mixed, they would take each other's away.
          sequence: { groupOrder: 1 },
          exclude: withoutStore,
          env: { MILLRACE_TEST_DATABASE: "postgres" },
        },
      },
    ],
  },
});
