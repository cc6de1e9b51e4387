import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { bin } from "../../cli/millrace.ts";
import { testHost } from "../support/host.ts";
import { testFolder } from "../support/worker.ts";

async function millraceWorker(args: string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, [bin(), "worker", ...args], {
    cwd: await testFolder(),
    env: { PATH: process.env.PATH, ...environment },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Everything written until `text` shows up, or, without one, until the process ends. */
async function output(child: ChildProcessWithoutNullStreams, text?: string): Promise<string> {
  let seen = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8");
  await new Promise<void>((resolve) => {
    const look = (chunk: string) => {
      seen += chunk;
      if (text !== undefined && seen.includes(text)) resolve();
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("close", () => resolve());
  });
  return seen;
}

describe("millrace worker", () => {
  it("takes jobs from the server that it is told, and ends with 0 on SIGTERM", async () => {
    const { url, credentials } = await testHost();
    const child = await millraceWorker([], {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    expect(await output(child, "takes jobs from")).toMatch(new RegExp(`worker \\S+ takes jobs from ${url}`));
    const closed = once(child, "close");
    child.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
  });

  it("does not start when the server refuses it", async () => {
    const { url, credentials } = await testHost();
    const child = await millraceWorker(["--endpoint", url], {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: "wrong",
    });
    const closed = once(child, "close");
    expect(await output(child)).toMatch(/^millrace: /m);
    expect(await closed).toEqual([1, null]);
  });

  it.each([
    [["--concurrency", "0"], "--concurrency takes a whole number from 1 to 1000, got '0'"],
    [["--concurrency", "many"], "--concurrency takes a whole number, got 'many'"],
    [["--executor", "lxc"], "--executor takes auto, process, bubblewrap, podman, docker, got 'lxc'"],
    [["--executor", "kubernetes"], "--executor: this version runs no builds in Kubernetes; run workers"],
    [
      ["--endpoint", "http://127.0.0.1:9", "--executor", "process", "--network", "none"],
      "--network: commands would reach all that the worker does: the executor is process",
    ],
    [["--regions", "eu-west-1,"], "--regions takes up to 50 names of regions with commas between them"],
    [["--endpoint", "http://127.0.0.1:9"], "no credentials found"],
  ])("explains what is wrong with %j", async (args, text) => {
    const keys: Record<string, string> = args.includes("--network")
      ? { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" }
      : {};
    const child = await millraceWorker(args, keys);
    const closed = once(child, "close");
    expect(await output(child)).toContain(text);
    expect((await closed)[0]).not.toBe(0);
  });
});
