import { defineConfig } from "vitest/config";

/** Tests of these rooms use no store: they run once. */
const withoutStore = ["engine", "worker", "architecture"].map((room) => `test/${room}/**`);
const shared = { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: "sqlite", env: { MILLRACE_TEST_DATABASE: "sqlite" } } },
      {
        test: {
          ...shared,
          name: "postgres",
          exclude: withoutStore,
          env: { MILLRACE_TEST_DATABASE: "postgres" },
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
    ],
  },
});
