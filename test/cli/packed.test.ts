/** What `npm publish` would send, as somebody has it who installed it: bundled, with its types, without the sources. */
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, temporaryFolder } from "./millrace.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** A project that has Millrace among its packages. */
let project: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const tarball = await pack(join(folder.path, "checkout"));
  project = join(folder.path, "project");
  const packages = join(project, "node_modules");
  await mkdir(join(packages, "millrace"), { recursive: true });
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", join(packages, "millrace")]);
  for (const name of await readdir(join(checkout, "node_modules")))
    if (!name.startsWith(".")) await symlink(join(checkout, "node_modules", name), join(packages, name));
  await writeFile(join(project, "package.json"), '{"type":"module"}');
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Packs a copy of the checkout, whose own dist/ stays as it is. @returns the tarball's path */
async function pack(copy: string): Promise<string> {
  await mkdir(copy);
  for (const name of await readdir(checkout))
    if (!["node_modules", "dist", "test", ".git"].includes(name))
      await cp(join(checkout, name), join(copy, name), { recursive: true });
  await symlink(join(checkout, "node_modules"), join(copy, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--silent"], { cwd: copy });
  return join(copy, stdout.trim());
}

test("the packed program's createServer starts a server, and its types tell what it answers", async () => {
  const program = `
    import { createServer, type Server } from "millrace";
    await using server: Server = await createServer({ worker: true });
    const answer = await fetch(new URL("/metrics", server.url));
    const region: string = server.region;
    console.log(region, answer.status, (await answer.text()).includes("millrace_requests_total"));
  `;
  await writeFile(join(project, "program.ts"), program);
  const compilerOptions = {
    noEmit: true,
    strict: true,
    module: "nodenext",
    lib: ["esnext"],
    types: ["node"],
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const tsc = join(checkout, "node_modules/typescript/bin/tsc");
  // The compiler's complaints come by stdout.
  expect(await run(process.execPath, [tsc, "-p", project]).catch(({ stdout }) => stdout)).toMatchObject({
    stdout: "",
  });
  const { stdout } = await run(process.execPath, ["program.ts"], { cwd: project });
  expect(stdout.trim()).toBe("us-east-1 200 true");
});

test("the packed command line starts a server, and says its version", async () => {
  const bin = join(project, "node_modules/millrace/bin/millrace.js");
  const { stdout } = await run(process.execPath, [bin, "--version"]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const server = launch(["start", "--port", "0", "--data-dir", join(folder.path, "data")], {}, "", bin);
  const [, url] = await server.line(/^listening on (.+)$/m);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  server.process.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
});
