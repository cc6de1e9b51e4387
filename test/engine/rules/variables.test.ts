/** Rules E4 of semantics.md: variables. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ActionDefinition, parseReferences } from "../../../src/core/engine/index.ts";
import type { Options } from "../support/definitions.ts";
import { Driver } from "../support/driver.ts";

/** What `b` is configured with, once `s` (namespace N) gave these variables. */
function resolved(
  text: string,
  given: Record<string, string>,
  options: Options = {},
  start: Record<string, string> = {},
) {
  const p = new Driver(
    { S: "s", B: "b" },
    { ...options, actions: { s: { namespace: "N" }, b: { configuration: { text } }, ...options.actions } },
  );
  p.start({ variables: start });
  p.ok("s", 1, given);
  return { p, row: [...p.history.values()].find(({ action }) => action === "b")! };
}

describe("E4 variables", () => {
  test("E4.1 a value is the call's, else the default; what isn't declared is ignored; values are literal", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      {
        variables: [
          { name: "A", defaultValue: "1" },
          { name: "B", defaultValue: "#{N.x}" },
          { name: "C", defaultValue: "3" },
        ],
      },
    );
    p.start({ variables: { A: "#{variables.B}", D: "4", C: "" } });
    expect(p.executions.get(p.e(1))?.variables).toEqual({ A: "#{variables.B}", B: "#{N.x}", C: "" });
  });

  test("E4.2 three kinds of namespaces", () => {
    const { p, row } = resolved(
      "#{codepipeline.PipelineExecutionId} #{variables.Env} #{N.commit}",
      { commit: "abc" },
      {
        variables: [{ name: "Env", defaultValue: "dev" }],
      },
    );
    expect(row.resolvedConfiguration.text).toBe(`${p.e(1)} dev abc`);
    expect(row.configuration.text).toContain("#{N.commit}");
  });

  test("E4.2 'variables' is an action's namespace like any other while no pipeline variables are declared", () => {
    const { row } = resolved("#{variables.x}", { x: "mine" }, { actions: { s: { namespace: "variables" } } });
    expect(row.resolvedConfiguration.text).toBe("mine");
  });

  test("E4.3 what is a reference, what is malformed, what is text", () => {
    expect(parseReferences("#{a.b} #{A-1.c@d_e} #{x} #{ a.b} #{a.b.c} #{} #{open")).toEqual({
      references: [
        { text: "#{a.b}", namespace: "a", key: "b" },
        { text: "#{A-1.c@d_e}", namespace: "A-1", key: "c@d_e" },
      ],
      malformed: ["#{x}", "#{ a.b}", "#{a.b.c}", "#{}"],
    });
  });

  test("E4.6 values are those of the latest success; a retry resolves anew", () => {
    const p = new Driver(
      { S: "s", B: "b ; c" },
      { actions: { b: { namespace: "N" }, c: { configuration: { text: "#{N.v}" } } } },
    );
    p.start();
    p.ok("s");
    p.ok("b", 1, { v: "one" });
    expect(p.job("c").work.resolvedConfiguration.text).toBe("one");
    p.fail("c");
    p.run(p.retrying("B", 1, "ALL_ACTIONS"));
    p.ok("b", 1, { v: "two" });
    expect(p.job("c").work.resolvedConfiguration.text).toBe("two");
  });

  test("E4.7 inserts once, from left to right: what is inserted isn't looked at again", () => {
    const { row } = resolved("[#{N.a}|#{N.b}]", { a: "#{N.b}", b: "#{N.a}" });
    expect(row.resolvedConfiguration.text).toBe("[#{N.b}|#{N.a}]");
  });

  test("E4.7 inside JSON a value can't break or extend what it stands in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const { row } = resolved('[{"name":"MESSAGE","value":"#{N.message}"}]', { message: value });
        expect(JSON.parse(row.resolvedConfiguration.text!)).toEqual([{ name: "MESSAGE", value }]);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [' {"a": "#{N.v}"}', ' {"a": "1\\"2"}'],
    ['\n["#{N.v}"]', '\n["1\\"2"]'],
    ['{"a": "#{N.v}"', '{"a": "1"2"'],
    ['"#{N.v}"', '"1"2"'],
  ])("E4.7 escapes within a JSON object or array only: %j", (text, expected) => {
    expect(resolved(text, { v: '1"2' }).row.resolvedConfiguration.text).toBe(expected);
  });

  test("E4.7 outside JSON a value is inserted as it is", () => {
    const { row } = resolved('say "#{N.message}"', { message: 'a "b" $c' });
    expect(row.resolvedConfiguration.text).toBe('say "a "b" $c"');
  });

  test("E4.8 a key that wasn't produced fails the action and names the references; an empty string is a value", () => {
    const { p, row } = resolved("#{N.no} #{N.none} #{N.no} #{N.empty}", { empty: "" });
    expect(row.end?.error).toEqual({
      code: "ConfigurationError",
      message:
        "An action in this pipeline failed because one or more variables could not be resolved: Action name=b, #{N.no}, #{N.none}",
    });
    expect(p.at(1)).toBe("Failed");
    expect(resolved("[#{N.empty}]", { empty: "" }).row.resolvedConfiguration.text).toBe("[]");
  });

  test.each<Partial<ActionDefinition>>([
    { commands: ["true", "echo #{N.no}"] },
    { environmentVariables: [{ name: "A", value: "#{N.no}", type: "PLAINTEXT" }] },
  ])("E4.8 so does one in %j", (declared) => {
    const { row } = resolved("", {}, { actions: { b: declared } });
    expect(row.end?.error?.message).toMatch(/could not be resolved: Action name=b, #\{N\.no\}$/);
  });

  test("E4.8 names of Object's own are names like any other", () => {
    expect(resolved("#{N.constructor}", {}).row.end?.error?.code).toBe("ConfigurationError");
    expect(resolved("#{N.__proto__}", {}).row.end?.error?.code).toBe("ConfigurationError");
  });

  test("E4.9 commands carry text and values apart", () => {
    const { p } = resolved(
      "",
      { message: "$(rm -rf /)" },
      { actions: { b: { commands: ["echo #{N.message}", "true"] } } },
    );
    expect(p.job("b").work.commands).toEqual([
      { text: "echo #{N.message}", values: { "#{N.message}": "$(rm -rf /)" } },
      { text: "true", values: {} },
    ]);
  });

  test("E4.4 environment variables' values are resolved, their names are text", () => {
    const { p } = resolved(
      "",
      { v: "1" },
      {
        actions: { b: { environmentVariables: [{ name: "#{N.v}", value: "#{N.v}", type: "PLAINTEXT" }] } },
      },
    );
    expect(p.job("b").work.environmentVariables).toEqual([{ name: "#{N.v}", value: "1", type: "PLAINTEXT" }]);
  });

  test("E4.11 output variables are there from success on, and only under a namespace", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s", 1, { x: "1" });
    expect(p.executions.get(p.e(1))?.runs.S?.actions.s?.variables).toBeUndefined();
    expect([...p.history.values()][0]?.end?.variables).toEqual({ x: "1" });
  });
});
