import { command } from "./command.ts";
import { demo as runDemo } from "./demo/demo.ts";

/** `millrace demo`: the main job, end to end, on real input. */
export const demo = command({
  name: "demo",
  description:
    "Hosts this very repository on a fresh server, delivers it (source, build, approval, deploy), then shows a\n" +
    "broken build. Ends with 0 only if all of it went as told.",
  options: {
    yes: { type: "boolean", help: "Answers the approval without asking." },
    keep: { type: "boolean", help: "Leaves the server running at the end." },
  },

  async run(options) {
    await runDemo(options);
    return 0;
  },
});
