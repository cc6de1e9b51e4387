/** `millrace import` in this process: files of the test's own, against a whole server. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ImportOptions, importFiles } from "../../../src/import/index.ts";
import type { Server, ServerOptions } from "../../../src/server/index.ts";
import { type Clients, clientsOf } from "../../e2e/support/clients.ts";
import { testServer } from "../../support/server.ts";

export interface Importing extends AsyncDisposable {
  readonly server: Server;
  readonly clients: Clients;
  /** The same server's clients in another region. */
  clientsIn(region: string): Clients;
  /** Writes the contents to files of these names, imports them, and answers what was said. */
  imports(
    contents: Readonly<Record<string, unknown>>,
    options?: Partial<ImportOptions>,
    region?: string,
  ): Promise<string[]>;
  /** Imports files that are there. */
  importsFiles(
    options: Partial<ImportOptions> & Pick<ImportOptions, "files">,
    region?: string,
  ): Promise<string[]>;
  /** A region that no test was in before: nothing is there yet. */
  freshRegion(): string;
}

export async function importing(options: ServerOptions = {}): Promise<Importing> {
  await using stack = new AsyncDisposableStack();
  const { config, server } = stack.use(await testServer(options));
  const folder = await mkdtemp(join(tmpdir(), "millrace-import-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const clientsIn = (region: string) => stack.use(clientsOf({ ...config, region }));
  const clients = clientsIn(config.region);
  const owned = stack.move();
  let regions = 0;

  async function importsFiles(
    given: Partial<ImportOptions> & Pick<ImportOptions, "files">,
    region: string = server.region,
  ): Promise<string[]> {
    const said: string[] = [];
    const standard = {
      dryRun: false,
      stackName: undefined,
      parameters: {},
      secretValues: {},
      renewsSecrets: false,
    };
    await importFiles({ ...standard, ...given }, { ...config, region }, (line) => said.push(line));
    return said;
  }

  return {
    server,
    clients,
    clientsIn: (region) => owned.use(clientsOf({ ...config, region })),
    importsFiles,
    async imports(contents, given = {}, region = undefined) {
      const files = Object.entries(contents).map(async ([name, content]) => {
        const path = join(folder, name);
        await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
        return path;
      });
      return importsFiles({ ...given, files: await Promise.all(files) }, region);
    },
    freshRegion: () => `xx-import-${++regions}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A template of these resources. */
export function templateOf(resources: object, more: object = {}): object {
  return { Resources: resources, ...more };
}
