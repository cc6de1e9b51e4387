import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { accessAt } from "./support.ts";

const access = accessAt(0);

test("what was sealed opens for the same context, and shows nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (plain, context) => {
      const sealed = access.seal(plain, context);
      expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(access.unseal(sealed, context)).toBe(plain);
      expect(access.unseal(sealed, `${context}.`)).toBeUndefined();
    }),
  );
});

test("the same text is sealed differently each time", () => {
  expect(access.seal("secret", "x")).not.toBe(access.seal("secret", "x"));
});

test("what was altered in any place, cut or made elsewhere doesn't open", () => {
  const sealed = access.seal("a next token", "ListPipelines");
  for (let at = 0; at < sealed.length; at++) {
    const other = sealed[at] === "A" ? "B" : "A";
    expect(
      access.unseal(sealed.slice(0, at) + other + sealed.slice(at + 1), "ListPipelines"),
    ).toBeUndefined();
    expect(access.unseal(sealed.slice(0, at), "ListPipelines")).toBeUndefined();
  }
  for (const foreign of [`${sealed}=`, ` ${sealed}`, `${sealed}A`, "", "####"])
    expect(access.unseal(foreign, "ListPipelines")).toBeUndefined();
  expect(accessAt(0).unseal(sealed, "ListPipelines")).toBeUndefined();
});

test("another server with the same secret opens it", () => {
  const secret = randomBytes(32);
  expect(accessAt(0, { secret }).unseal(accessAt(0, { secret }).seal("text", "x"), "x")).toBe("text");
});
