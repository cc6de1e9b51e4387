import { readFile } from "node:fs/promises";
import type { Plugin, RolldownOptions } from "rolldown";

/**
 * What is published: a file for what every start loads, and one for each part that is loaded when it is needed. Node
 * takes longer to find and link a thousand files than to run what is in them.
 */
const options = {
  input: { "cli/main": "src/cli/main.ts", "server/index": "src/server/index.ts" },
  platform: "node",
  // Dependencies stay what npm installs, but for one that would bring more files than all of the others together.
  external: (id) => /^[^./]/.test(id) && id !== "kysely",
  plugins: [licenceOf("kysely")],
  output: { dir: "dist", cleanDir: true, chunkFileNames: "chunks/[name]-[hash].js" },
} satisfies RolldownOptions;

export default options;

/** Puts a package's licence beside the code that was taken from it. */
function licenceOf(name: string): Plugin {
  return {
    name: "licence",
    async generateBundle() {
      const source = await readFile(`node_modules/${name}/LICENSE`, "utf8");
      this.emitFile({ type: "asset", fileName: `chunks/${name}.LICENSE`, source });
    },
  };
}
