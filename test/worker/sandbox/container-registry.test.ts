import { spawn } from "node:child_process";
import { appendFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findProgram } from "../../../src/worker/find-program.ts";
import { openSandbox, type RegistryLogin } from "../../../src/worker/sandbox/index.ts";
import { freePort } from "../../support/free-port.ts";
import { findEngines, type TestEngine } from "../support/engines.ts";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
/** Podman's, of those that it may use without TLS. */
const REGISTRIES = join(folder, "registries.conf");
const PASSWORD = "millrace-test";
/** Of that, by bcrypt. */
const HASH = "$2y$05$abcdefghijklmnopqrstuuUkfSMzbh.4qVSNDQtbBsfdpeuq.b02q";
const registry = await findProgram("docker-registry");
const engines = (await findEngines()).flatMap(({ engine }) => (engine === undefined ? [] : [engine]));

/** By the engine that has them. */
const pulled = new Map<string, TestEngine["ask"]>();
afterAll(async () => {
  delete process.env.CONTAINERS_REGISTRIES_CONF;
  for (const [image, ask] of pulled) await ask("rmi", "--force", image).catch(() => undefined);
});

test.skipIf(registry && engines.length > 0)(
  "P10.10 images from a registry: need docker-registry, and podman or docker",
  () => undefined,
);

describe.runIf(registry).each(engines)("P10.10 images from a registry, by $name", (engine) => {
  test("are pulled by their tag as it is now, and run by what that resolved to, which the log names", async () => {
    const name = `${await serve(registry ?? "")}/team/tools:1`;
    const first = await push(engine, "plain", name);
    const old = await use(engine, name);
    expect(old.said).toEqual([
      `[Millrace] pulling image ${name}`,
      `[Millrace] image ${name} has digest ${first}`,
    ]);
    const second = await push(engine, "other", name);
    expect(second).not.toBe(first);
    const now = await use(engine, name);
    expect(now.said.at(-1)).toBe(`[Millrace] image ${name} has digest ${second}`);
    for (const { run } of [old, now]) await run("echo $VERSION");
    expect([old.output(), now.output()]).toEqual(["plain\n", "other\n"]);
    for (const image of [`${name.replace(/:1$/, "")}@${first}`, `${name}@${first}`]) {
      const pinned = await use(engine, image);
      await pinned.run("echo $VERSION");
      expect(pinned.output()).toBe("plain\n");
      expect(pinned.said.at(-1)).toBe(`[Millrace] image ${image} has digest ${first}`);
    }
    await expect(use(engine, `${name.replace(/:1$/, "")}@sha256:${"0".repeat(64)}`)).rejects.toMatchObject({
      statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
      message: expect.stringMatching(/^Unable to pull customer's container image\. .*manifest/),
    });
  });

  test("P2.2 are pulled with the project's own login, where it has one, and with nothing else then", async () => {
    const storage = join(folder, `private-${engine.name}`);
    const host = await serve(registry ?? "", { storage, htpasswd: `tester:${HASH}` });
    const path = "team/private:1";
    await push(engine, "private", `${await serve(registry ?? "", { storage })}/${path}`);
    const unable = { statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE" };
    const image = `${host}/${path}`;
    await expect(use(engine, image)).rejects.toMatchObject(unable);
    const login = { username: "tester", password: PASSWORD };
    const { run, output, workDir } = await use(engine, image, login);
    await run("echo $VERSION");
    expect(output()).toBe("private\n");
    expect((await readdir(workDir)).sort()).toEqual(["home", "output", "pipes", "shell", "tmp"]);
    // Which is there now, but not for whoever brings another login, or none.
    await expect(use(engine, image)).rejects.toMatchObject(unable);
    await expect(use(engine, image, { ...login, password: "wrong" })).rejects.toMatchObject(unable);
  });
});

async function use({ name, ask }: TestEngine, image: string, login?: RegistryLogin) {
  pulled.set(image, ask);
  const sandbox = await openSandbox({ executor: name });
  const container = { image, privileged: false };
  return await openSession(folder, { sandbox, container, ...(login && { login }) });
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

interface RegistryOptions {
  readonly storage?: string;
  /** A line of its file of users; without one, everybody may do everything. */
  readonly htpasswd?: string;
}

/** Starts a registry and answers its host and port, which engines may use without TLS. */
async function serve(program: string, { storage, htpasswd }: RegistryOptions = {}): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const users = join(folder, `users-${host}`);
  if (htpasswd !== undefined) await writeFile(users, `${htpasswd}\n`);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: storage ?? join(folder, `registry-${host}`) } },
    http: { addr: host },
    ...(htpasswd !== undefined && { auth: { htpasswd: { realm: "test", path: users } } }),
  };
  const file = join(folder, `registry-${host}.json`);
  await writeFile(file, JSON.stringify(config));
  await appendFile(REGISTRIES, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  process.env.CONTAINERS_REGISTRIES_CONF = REGISTRIES;
  const child = spawn(program, ["serve", file], { stdio: "ignore" });
  afterAll(() => void child.kill());
  const answers = () =>
    fetch(`http://${host}/v2/`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(answers, { timeout: 20_000 }).toBe(htpasswd === undefined ? 200 : 401);
  return host;
}
