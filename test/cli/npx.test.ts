import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../../bin/millrace.js", import.meta.url));
const PATIENT = { timeout: 30_000 };
let dataDir: string;
let shell: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "millrace-npx-"));
});
afterEach(async () => {
  shell?.kill("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

test("under npm, whose shell keeps signals to itself, the server drains when the shell ends", async () => {
  // As npm starts a command: through a shell that waits for it.
  const command = `"${process.execPath}" "${bin}" start --port 0 --data-dir "${dataDir}" & wait`;
  shell = spawn("sh", ["-c", command], { env: { ...process.env, npm_execpath: "npm" }, stdio: "ignore" });
  const url = await expect
    .poll(() => serverUrl(), PATIENT)
    .toBeDefined()
    .then(serverUrl);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  shell.kill("SIGTERM");
  await expect.poll(() => fetch(`${url}/healthz`).catch(() => "gone"), PATIENT).toBe("gone");
  // A server that drained takes its address back; one that was killed leaves it.
  await expect.poll(() => serverUrl(), PATIENT).toBeUndefined();
});

async function serverUrl(): Promise<string | undefined> {
  const text = await readFile(join(dataDir, "server.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { url: string }).url;
}
