import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../src/cli/options.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { run, temporaryFolder } from "./millrace.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:ship-it";
const VARIABLE = "MILLRACE_NOTIFY_ARN_AWS_SNS_US_EAST_1_000000000000_SHIP_IT";

async function configFile(folder: string, content: string): Promise<string> {
  const path = join(folder, "settings.json");
  await writeFile(path, content);
  return path;
}

test("P0.6 the command line goes before the environment, that before the file", async () => {
  await using dir = await temporaryFolder();
  const file = await configFile(
    dir.path,
    JSON.stringify({ [`notify.${TOPIC}`]: "file", "notify.*": "file", "notify.*.secret": "file" }),
  );
  const environment = { [VARIABLE]: "variable", MILLRACE_NOTIFY_ALL: "", PATH: "/bin" };
  expect(await readSettings([], environment, file)).toEqual({
    [VARIABLE]: "variable",
    "notify.*": "file",
    "notify.*.secret": "file",
  });
  const set = [`notify.${TOPIC}=https://x.example/?a=b`, "notify.*=other"];
  expect(await readSettings(set, environment, file)).toEqual({
    [VARIABLE]: "variable",
    [`notify.${TOPIC}`]: "https://x.example/?a=b",
    "notify.*": "other",
    "notify.*.secret": "file",
  });
});

test("P0.6 secrets come by file or variable only", async () => {
  await expect(readSettings(["notify.*.secret=hush"], {}, undefined)).rejects.toThrow(
    new UsageError(
      "'notify.*.secret' is secret, and command lines can be read by others: give it by MILLRACE_NOTIFY_ALL_SECRET or --config",
    ),
  );
});

test("a file that is none, or holds something else, is refused without showing what it holds", async () => {
  await using dir = await temporaryFolder();
  await expect(readSettings([], {}, join(dir.path, "none"))).rejects.toThrow(/can't be read \(ENOENT\)$/);
  for (const content of ["hush", '{"notify.*": "hush"', "[]", '"hush"', '{"notify.*": {"hush": 1}}']) {
    const error = await readSettings([], {}, await configFile(dir.path, content)).catch((e: unknown) => e);
    expect(String(error)).toMatch(/must hold one JSON object from names to texts$/);
    expect(String(error)).not.toContain("hush");
  }
});

test("millrace start refuses settings that it doesn't know, and ends with 2", async () => {
  const { code, stderr } = await run([
    "start",
    "--port",
    "0",
    "--set",
    "a=1",
    "--set",
    "notify.*=http://x.example",
  ]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /^millrace: there is no setting 'a'; there are events\.<name>, .*notify\.\*, .*github\.url, .*\n$/,
    ),
  });
  expect((await run(["start", "--set", "=x"])).stderr).toContain("--set takes <name>=<value>");
});
