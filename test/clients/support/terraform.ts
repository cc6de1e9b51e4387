/** Terraform with AWS's provider, where a machine has both: the registry isn't asked. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Server } from "../../../src/server/index.ts";
import { runs } from "../../support/found.ts";

const configuration = fileURLToPath(new URL("../terraform/main.tf", import.meta.url));

/** A folder in the form of Terraform's filesystem mirrors that has the provider. */
export const mirror = [
  process.env.TF_PLUGIN_CACHE_DIR,
  join(homedir(), ".terraform.d", "plugins"),
  "/usr/local/share/terraform/plugins",
  "/usr/share/terraform/plugins",
  "/opt/tf-plugins",
].find(
  (folder) => folder !== undefined && existsSync(join(folder, "registry.terraform.io", "hashicorp", "aws")),
);

export const hasTerraform = mirror !== undefined && runs("terraform", "version");

export interface Terraform extends AsyncDisposable {
  /** Runs a command with these variables. @returns its exit code and what it said */
  run(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ended>;
}

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A working folder with the configuration, initialised. */
export async function terraform({ url, credentials }: Server): Promise<Terraform> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-terraform-"));
  await cp(configuration, join(folder, "main.tf"));
  const settings = join(folder, "terraformrc");
  await writeFile(
    settings,
    `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(mirror)} }\n}\ndisable_checkpoint = true\n`,
  );

  async function run(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ended> {
    const given = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      TF_CLI_CONFIG_FILE: settings,
      TF_IN_AUTOMATION: "1",
      // The provider's schema is so large that Go's collector takes a third of the time.
      GOGC: "400",
      TF_VAR_endpoint: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...Object.fromEntries(given),
    };
    try {
      const { stdout } = await promisify(execFile)("terraform", [...args, "-no-color"], { cwd: folder, env });
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  }

  const { code, output } = await run(["init", "-input=false"], {});
  if (code !== 0) throw new Error(output);
  return { run, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
