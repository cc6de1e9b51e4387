import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/access/types.ts";
import type { Call } from "../../src/services/aws-json/operation.ts";
import { pagesOf } from "../../src/services/codepipeline/paging.ts";
import { access } from "./support/access.ts";
import { SCOPE } from "./support/checking.ts";

const NOW = 1_800_000_000_000;
const DAY = 24 * 60 * 60 * 1000;

const root: Caller = {
  kind: "root",
  account: SCOPE.account,
  arn: `arn:aws:iam::${SCOPE.account}:root`,
  accessKeyId: "AKIATEST",
};

/** As much of a call as paging looks at. */
const call = (changes: Partial<Pick<Call, "now" | "scope" | "caller">> = {}) =>
  ({ core: { access }, scope: SCOPE, caller: root, now: NOW, ...changes }) as Call;
const pages = (changes?: Parameters<typeof call>[0], operation = "ListThings", filter: unknown = null) =>
  pagesOf<[number, string]>(call(changes), operation, filter);
const token = pages().token([7, "x"]);
const refused = expect.objectContaining({
  code: "InvalidNextTokenException",
  message:
    "The next token was specified in an invalid format. Make sure that the next token you provide is the token returned by a previous call.",
});

describe("api.md §3: page tokens", () => {
  it("say where a page ended, for 24 hours", () => {
    expect(pages().start(undefined)).toBeUndefined();
    expect(pages().start(token)).toEqual([7, "x"]);
    expect(pages({ now: NOW + DAY }).start(token)).toEqual([7, "x"]);
    expect(() => pages({ now: NOW + DAY + 1 }).start(token)).toThrowError(refused);
  });

  it.each([
    ["caller", pages({ caller: { ...root, arn: `arn:aws:iam::${SCOPE.account}:user/other` } })],
    ["account", pages({ scope: { ...SCOPE, account: "111111111111" } })],
    ["region", pages({ scope: { ...SCOPE, region: "eu-west-1" } })],
    ["operation", pages({}, "ListOthers")],
    ["filter", pages({}, "ListThings", ["p"])],
  ])("A23 are worth nothing for another %s", (_, others) => {
    expect(() => others.start(token)).toThrowError(refused);
  });

  it("are refused when altered in any place", () => {
    for (let i = 0; i < token.length; i++) {
      const altered = token.slice(0, i) + (token[i] === "A" ? "B" : "A") + token.slice(i + 1);
      const opened = (() => {
        try {
          return pages().start(altered);
        } catch (error) {
          return error;
        }
      })();
      // The last character of base64 may hold bits that say nothing.
      if (i < token.length - 1) expect(opened).toEqual(refused);
    }
  });

  it("stay within 2,048 characters", () => {
    expect(
      pagesOf<[number, number, string]>(call(), "L").token([NOW, 999, crypto.randomUUID()]).length,
    ).toBeLessThan(2048);
  });

  it("are there while there is more", () => {
    const cut = (count: number, size: number) =>
      pages().cut(
        Array.from({ length: count }, (_, i) => i),
        size,
        (last) => [last, ""],
      );
    expect(cut(2, 2)).toEqual({ rows: [0, 1] });
    expect(cut(0, 2)).toEqual({ rows: [] });
    const { rows, nextToken } = cut(3, 2);
    expect(rows).toEqual([0, 1]);
    expect(pages().start(nextToken)).toEqual([1, ""]);
  });
});
