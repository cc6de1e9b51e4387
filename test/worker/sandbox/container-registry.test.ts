import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findProgram } from "../../../src/worker/find-program.ts";
import { openSandbox } from "../../../src/worker/sandbox/index.ts";
import { findEngines, type TestEngine } from "../support/engines.ts";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const registry = await findProgram("docker-registry");
const engines = (await findEngines()).flatMap(({ engine }) => (engine === undefined ? [] : [engine]));

test.skipIf(registry && engines.length > 0)(
  "P10.10 images from a registry: need docker-registry, and podman or docker",
  () => undefined,
);

describe.runIf(registry).each(engines)("P10.10 images from a registry, by $name", (engine) => {
  test("are pulled by their tag as it is now, and run by what that resolved to, which the log names", async () => {
    const name = `${await serve(registry ?? "")}/team/tools:1`;
    const first = await push(engine, "plain", name);
    const old = await use(engine, name);
    expect(old.said).toEqual([`[Millrace] image ${name} has digest ${first}`]);
    const second = await push(engine, "other", name);
    expect(second).not.toBe(first);
    const now = await use(engine, name);
    expect(now.said).toEqual([`[Millrace] image ${name} has digest ${second}`]);
    for (const { run } of [old, now]) await run("echo $VERSION");
    expect([old.output(), now.output()]).toEqual(["plain\n", "other\n"]);
    const pinned = await use(engine, `${name.replace(/:1$/, "")}@${first}`);
    await pinned.run("echo $VERSION");
    expect(pinned.output()).toBe("plain\n");
    await expect(use(engine, `${name.replace(/:1$/, "")}@sha256:${"0".repeat(64)}`)).rejects.toMatchObject({
      statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
      message: expect.stringMatching(/^Unable to pull customer's container image\. .*manifest/),
    });
  });
});

async function use({ name }: TestEngine, image: string) {
  const sandbox = await openSandbox({ executor: name });
  return await openSession(folder, { sandbox, container: { image, privileged: false } });
}

/** Makes an image, puts it under this name into the registry alone, and answers its digest. */
async function push({ ask, imageOf }: TestEngine, version: string, name: string): Promise<string> {
  const image = await imageOf(`version-${version}`, { settings: [`ENV VERSION=${version}`] });
  await ask("tag", image, name);
  await ask("push", name);
  await ask("rmi", name, image);
  const [host, path = ""] = name.split(/\/(.*)/);
  const [repository, tag] = path.split(":");
  const accept = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
  ];
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    headers: { accept: accept.join(", ") },
  });
  return answer.headers.get("docker-content-digest") ?? "";
}

/** Starts a registry and answers its host and port, which engines may use without TLS. */
async function serve(program: string): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, `registry-${host}.json`);
  const storage = { filesystem: { rootdirectory: join(folder, `registry-${host}`) } };
  await writeFile(config, JSON.stringify({ version: 0.1, storage, http: { addr: host } }));
  const registries = join(folder, `registries-${host}.conf`);
  await writeFile(registries, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  process.env.CONTAINERS_REGISTRIES_CONF = registries;
  const child = spawn(program, ["serve", config], { stdio: "ignore" });
  afterAll(() => void child.kill());
  await expect
    .poll(() =>
      fetch(`http://${host}/v2/`).then(
        (answer) => answer.ok,
        () => false,
      ),
    )
    .toBe(true);
  return host;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
