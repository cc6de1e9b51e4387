/** The container engines of this host that work, each with an image of the tests' own. */
import { execFile, execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { findProgram } from "../../../src/worker/find-program.ts";
import { ENGINES, type EngineName } from "../../../src/worker/sandbox/container/engine.ts";

export interface TestEngine {
  readonly name: EngineName;
  /** An image that this host has, and no registry: busybox, users `nobody` and `daemon`, an entry point that fails. */
  readonly image: string;
  /** Runs the engine and answers what it prints. */
  ask(...args: readonly string[]): Promise<string>;
  /** Makes an image of busybox with other files and settings (`ENV A=1`), gone after the test file. */
  imageOf(name: string, image?: ImageContents): Promise<string>;
}

export interface ImageContents {
  /** Links by their path, to what they point to. */
  readonly links?: Readonly<Record<string, string>>;
  /** Programs by their path, to their text. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly settings?: readonly string[];
}

const ENTRY_POINT = 'ENTRYPOINT ["/bin/false"]';

/**
 * Each engine, with its tests' side where it is installed here and can run a container: as the operator set it up, or
 * with runc.
 */
export async function findEngines(): Promise<
  readonly { name: EngineName; engine: TestEngine | undefined }[]
> {
  const busybox = await findProgram("busybox");
  return await Promise.all(
    ENGINES.map(async (name) => ({
      name,
      engine: busybox === undefined ? undefined : await tryEngine(name, busybox),
    })),
  );
}

async function tryEngine(name: EngineName, busybox: string): Promise<TestEngine | undefined> {
  if ((await findProgram(name)) === undefined) return undefined;
  const made: string[] = [];
  const ask = async (...args: readonly string[]) => (await promisify(execFile)(name, args)).stdout;
  const imageOf = async (tag: string, contents: ImageContents = {}) => {
    const image = `localhost/millrace-test-${process.pid}:${tag}`;
    await importImage(name, image, busybox, contents);
    made.push(image);
    return image;
  };
  const remove = () => made.map((image) => ask("rmi", "--force", image).catch(() => undefined));
  try {
    const image = await imageOf("plain");
    if (!(await runs(ask, image)) && !(await withRunc(() => runs(ask, image)))) {
      await Promise.all(remove());
      return undefined;
    }
    afterAll(async () => void (await Promise.all(remove())));
    return { name, image, ask, imageOf };
  } catch {
    return undefined;
  }
}

async function runs(ask: TestEngine["ask"], image: string): Promise<boolean> {
  const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];
  return await ask("run", "--rm", "--init", ...limits, "--entrypoint", "/bin/sh", image, "-c", ":").then(
    () => true,
    () => false,
  );
}

/** For hosts where podman's own choice doesn't work, as crun doesn't with both versions of control groups. */
async function withRunc(works: () => Promise<boolean>): Promise<boolean> {
  if (process.env.CONTAINERS_CONF !== undefined || (await findProgram("runc")) === undefined) return false;
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-runc-"));
  const file = join(folder, "containers.conf");
  await writeFile(file, '[engine]\nruntime = "runc"\n');
  process.env.CONTAINERS_CONF = file;
  afterAll(async () => {
    delete process.env.CONTAINERS_CONF;
    await rm(folder, { recursive: true });
  });
  if (await works()) return true;
  delete process.env.CONTAINERS_CONF;
  return false;
}

async function importImage(
  engine: EngineName,
  image: string,
  busybox: string,
  { settings = [], ...contents }: ImageContents,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-image-"));
  try {
    const root = join(folder, "root");
    await makeRoot(root, busybox, contents);
    const tar = join(folder, "image.tar");
    await promisify(execFile)("tar", ["-C", root, "--owner=0", "--group=0", "-cf", tar, "."]);
    const changes = [ENTRY_POINT, ...settings].flatMap((setting) => ["--change", setting]);
    await promisify(execFile)(engine, ["import", ...changes, tar, image]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeRoot(
  root: string,
  busybox: string,
  { links = {}, programs = {}, without = [] }: Omit<ImageContents, "settings">,
): Promise<void> {
  await mkdir(root);
  await chmod(root, 0o755);
  for (const folder of ["bin", "etc", "root"]) await mkdir(join(root, folder));
  await mkdir(join(root, "tmp"), { mode: 0o777 });
  await copyFile(busybox, join(root, "bin/busybox"));
  await chmod(join(root, "bin/busybox"), 0o755);
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n");
  const gone = [...without, ...Object.keys(programs)];
  for (const applet of applets) {
    const path = `bin/${applet}`;
    if (applet !== "" && applet !== "busybox" && !gone.includes(path))
      await symlink("busybox", join(root, path));
  }
  await writeFile(
    join(root, "etc/passwd"),
    "root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n",
  );
  await writeFile(join(root, "etc/group"), "root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n");
  for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path));
  for (const [path, text] of Object.entries(programs))
    await writeFile(join(root, path), text, { mode: 0o755 });
}
