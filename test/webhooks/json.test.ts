/** Payloads: strict JSON, numbers as they stand, nothing that two readers could read in two ways (S1.16). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberText, type Value } from "../../src/core/webhooks/types.ts";
import { parsePayload } from "../../src/services/webhooks/json.ts";

const parse = (text: string) => parsePayload(Buffer.from(text));

function plain(value: Value): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

test("whatever JSON.parse reads is read alike", () => {
  const json = fc.jsonValue({ maxDepth: 6 }).filter((value) => !JSON.stringify(value).includes("__proto__"));
  fc.assert(
    fc.property(json, fc.integer({ min: 0, max: 2 }), (value, indent) => {
      const text = JSON.stringify({ value }, undefined, indent);
      expect(plain(parse(text))).toEqual(JSON.parse(text));
    }),
  );
});

test("what JSON.parse refuses is refused", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(),
      fc.constantFrom('{"a":[1,true,"x\\n"],"b":{}}', '{"n":-1.5e3}'),
      (junk, at, text) => {
        const place = at % (text.length + 1);
        const broken = text.slice(0, place) + junk + text.slice(place + 1);
        let expected: unknown;
        try {
          expected = JSON.parse(broken);
        } catch {
          expect(() => parse(broken)).toThrow("payload");
          return;
        }
        if (typeof expected === "object" && expected !== null && !Array.isArray(expected))
          expect(() => parse(broken)).not.toThrow("not JSON");
      },
    ),
  );
});

test("numbers keep their text (S2.9)", () => {
  expect(parse('{"a":1.0,"b":1e0,"c":12345678901234567890}')).toEqual(
    new Map([
      ["a", new NumberText("1.0")],
      ["b", new NumberText("1e0")],
      ["c", new NumberText("12345678901234567890")],
    ]),
  );
});

test.each([
  ['{"a":1,"a":2}', "the same name twice"],
  [`${'{"a":'.repeat(101)}1${"}".repeat(101)}`, "more than 100 levels"],
  [`${"[".repeat(10_000)}`, "more than 100 levels"],
  ['{"a":1e400}', "too large"],
  ['{"a":"\\ud800"}', "lone surrogate"],
  ['{"a":"\\u0000"}', "NUL"],
  ["[1]", "must be a JSON object"],
  ['"a"', "must be a JSON object"],
  ["", "unexpected end"],
  ["\ufeff{}", "unexpected character at position 0"],
  ['{"a":01}', "unexpected character"],
  ['{"a":"\\x"}', "wrong escape"],
  ['{"a":"b', "has no end"],
  ['{"a":"\n"}', "has no end"],
  ["{} {}", "unexpected character"],
])("%s is refused: %s", (text, why) => {
  expect(() => parse(text)).toThrow(why);
});

test("bytes that are no UTF-8 are refused, and 100 levels are taken", () => {
  expect(() => parsePayload(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow("not UTF-8");
  expect(parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`).size).toBe(1);
});
