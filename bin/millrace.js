#!/usr/bin/env node
// Starts the command line under a Node that can run it: the machine's own when it is new enough, else the
// one that `npm ci` brought (the `node` package). Runs on old Node versions itself, so plain JavaScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Everybody on this machine can list processes with their arguments, and `--database-url` holds a password.
process.title = "millrace";

const REQUIRED_MAJOR = 24;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = [here("../src/cli/main.ts"), here("../dist/cli/main.js")].find(existsSync);

if (entry === undefined) {
  console.error("millrace: this installation is incomplete: neither dist/ nor src/ holds the program");
  process.exit(1);
}

endWithNpm();

if (Number.parseInt(process.versions.node, 10) >= REQUIRED_MAJOR) {
  // Compiled code is kept from one start to the next: it halves the time until a server answers.
  const { enableCompileCache } = await import("node:module");
  enableCompileCache(here("../node_modules/.cache/millrace"));
  await import(entry);
} else {
  const bundled = await bundledNode();
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/**
 * npm runs commands through a shell, and a SIGTERM to `npx millrace start` ends that shell alone. So under npm the end
 * of the shell counts as the signal that it kept.
 */
function endWithNpm() {
  if (process.env.npm_execpath === undefined) return;
  const shell = process.ppid;
  const look = () => {
    if (process.ppid === shell) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  };
  const looking = setInterval(look, 200).unref();
}

/** The path of the Node binary of the `node` package; ends the process with advice when there is none. */
async function bundledNode() {
  try {
    const { createRequire } = await import("node:module");
    const path = createRequire(import.meta.url).resolve("node/bin/node");
    if (existsSync(path)) return path;
  } catch {
    // Not installed: the advice below says what to do.
  }
  console.error(
    `millrace: Node ${REQUIRED_MAJOR} or newer is needed, this is ${process.versions.node}, and the bundled one is missing.\n` +
      "Run `npm ci` with install scripts allowed for the `node` package, or install a newer Node.",
  );
  process.exit(1);
}
