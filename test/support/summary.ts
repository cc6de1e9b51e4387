import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with one line that any tool can read: `N passed, N failed, N skipped`. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: (typeof states)[number]) => states.filter((found) => found === state).length;
    // A file that can't be loaded, or an error outside of any test, fails the run without a failed test.
    const broken = errors.length + modules.filter((module) => module.errors().length > 0).length;
    const skipped = count("skipped");
    const tail = skipped === 0 ? "" : `, ${skipped} skipped`;
    process.once("exit", () => {
      process.stdout.write(`\n${count("passed")} passed, ${count("failed") + broken} failed${tail}\n`);
    });
  }
}
