import { expect, test } from "vitest";
import { type OptionDeclarations, readOptions, UsageError } from "../../src/cli/options.ts";

const declarations = {
  port: { type: "string", value: "PORT", default: "4750", help: "" },
  "public-url": { type: "string", value: "URL", help: "" },
  force: { type: "boolean", help: "" },
  set: { type: "list", value: "X", help: "" },
} as const satisfies OptionDeclarations;

const read = (args: string[], environment: Record<string, string> = {}) =>
  readOptions(declarations, args, environment);

test("the command line goes before the environment, that before defaults", () => {
  const environment = { MILLRACE_PORT: "1", MILLRACE_PUBLIC_URL: "http://x", MILLRACE_FORCE: "yes" };
  expect(read([]).options).toEqual({ port: "4750", "public-url": undefined, force: false, set: [] });
  expect(read([], environment).options).toMatchObject({ port: "1", "public-url": "http://x", force: true });
  expect(read(["--port", "2", "--force"], environment).options).toMatchObject({ port: "2", force: true });
});

test("an empty variable counts as none", () => {
  const { options } = read([], { MILLRACE_PORT: "", MILLRACE_PUBLIC_URL: "", MILLRACE_FORCE: "" });
  expect(options).toMatchObject({ port: "4750", "public-url": undefined, force: false });
});

test("a switch in the environment is true or false", () => {
  for (const text of ["1", "true", "YES", "on"])
    expect(read([], { MILLRACE_FORCE: text }).options.force).toBe(true);
  for (const text of ["0", "false", "no", "off"])
    expect(read([], { MILLRACE_FORCE: text }).options.force).toBe(false);
  expect(() => read([], { MILLRACE_FORCE: "perhaps" })).toThrow(
    new UsageError("MILLRACE_FORCE must be true or false, got 'perhaps'"),
  );
});

test("what is no option is positional, what looks like one and isn't is refused", () => {
  expect(read(["a", "--force", "b"]).positionals).toEqual(["a", "b"]);
  expect(() => read(["--other"])).toThrow(new UsageError("Unknown option '--other'"));
  expect(() => read(["--force=1"])).toThrow(UsageError);
});

test("a list is given again and again, on the command line only", () => {
  expect(read(["--set", "a", "--set=b"], { MILLRACE_SET: "c" }).options.set).toEqual(["a", "b"]);
  expect(read([], { MILLRACE_SET: "c" }).options.set).toEqual([]);
});
