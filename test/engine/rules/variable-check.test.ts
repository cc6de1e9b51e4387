import { describe, expect, test } from "vitest";
import { checkVariable } from "../../../src/core/engine/rules/variable-check.ts";

const check = (Variable: string, Operator: string, Value: string) =>
  checkVariable({ Variable, Operator, Value });

describe("E9.15: VariableCheck", () => {
  test.each([
    ["main", "EQ", "main"],
    ["main", "NE", "Main"],
    ["release/1.2", "CONTAINS", "/1."],
    ["", "EQ", ""],
    ["", "CONTAINS", ""],
    ["release-42", "MATCHES", "release-\\d+"],
    ["a\nb", "MATCHES", "a\\nb"],
    ["main", "MATCHES", "^main$"],
    ["main", "MATCHES", "(?i)MAIN"],
    ["main", "MATCHES", "main|next"],
    ["a b", "MATCHES", "a\\b.\\bb"],
  ])("'%s' %s '%s' succeeds", (variable, operator, value) => {
    expect(check(variable, operator, value)).toEqual({ status: "Succeeded" });
  });

  test.each([
    ["main", "EQ", "Main"],
    ["main", "EQ", "main "],
    ["main", "NE", "main"],
    ["main", "CONTAINS", "MAI"],
    ["release-42x", "MATCHES", "release-\\d+"],
    ["xmain", "MATCHES", "main"],
    ["main", "MATCHES", "ma|main2"],
    ["a\nb", "MATCHES", "a.b"],
  ])("'%s' %s '%s' fails", (variable, operator, value) => {
    expect(check(variable, operator, value)).toEqual({
      status: "Failed",
      error: {
        code: "JobFailed",
        message: `The value '${variable}' does not compare by ${operator} with '${value}'.`,
      },
    });
  });

  test.each([
    ["a", "eq", "a", "Operator 'eq' is not one of EQ, NE, CONTAINS and MATCHES."],
    ["a", "constructor", "a", "Operator 'constructor' is not one of EQ, NE, CONTAINS and MATCHES."],
    [
      "a",
      "MATCHES",
      "(?=a)a",
      "The pattern '(?=a)a' cannot be used: look-around, atomic groups and other flags are not supported (character 2).",
    ],
    ["a", "MATCHES", "(a)\\1", "The pattern '(a)\\1' cannot be used: \\1 is not supported (character 6)."],
  ])("'%s' %s '%s' can't be compared", (variable, operator, value, message) => {
    expect(check(variable, operator, value)).toEqual({
      status: "Failed",
      error: { code: "ConfigurationError", message },
    });
  });

  test("a value that isn't there can't be compared", () => {
    expect(checkVariable({ Variable: "a", Operator: "EQ" })).toMatchObject({
      error: { code: "ConfigurationError" },
    });
  });

  test("P9.2: no pattern takes longer than a second", () => {
    const started = performance.now();
    const text = "a".repeat(100_000);
    expect(check(`${text}b`, "MATCHES", "(a+)+")).toMatchObject({ error: { code: "JobFailed" } });
    // As large as it may be, with all places of the pattern taken at every character.
    expect(check("a".repeat(25_000), "MATCHES", "(.*x?){39}z")).toMatchObject({
      error: { code: "JobFailed" },
    });
    expect(check(text, "MATCHES", "(a?){1000}")).toMatchObject({
      error: {
        code: "ConfigurationError",
        message: expect.stringMatching(/too large for a value of 100000/),
      },
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
