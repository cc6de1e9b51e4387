import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Masker } from "../../../src/worker/log/mask.ts";

function maskerOf(...secrets: string[]): Masker {
  const masker = new Masker();
  masker.add(secrets);
  return masker;
}

describe("P10.3 masking", () => {
  it("hides the value wherever it stands, again and again", () => {
    expect(maskerOf("hunter2!").mask("hunter2! and hunter2!hunter2!")).toBe("**** and ********");
  });

  it("hides each line of a value", () => {
    expect(maskerOf("first line\nsecond line").mask("x second line y")).toBe("x **** y");
  });

  it("hides the JSON-escaped and percent-encoded forms, small hex digits too", () => {
    const masker = maskerOf('pa"ss\\wörd+/');
    expect(masker.mask(JSON.stringify({ p: 'pa"ss\\wörd+/' }))).toBe('{"p":"****"}');
    expect(masker.mask(`?p=${encodeURIComponent('pa"ss\\wörd+/')}&`)).toBe("?p=****&");
    expect(masker.mask(`?p=${encodeURIComponent('pa"ss\\wörd+/').toLowerCase()}&`)).toBe("?p=****&");
  });

  it("hides base64 of anything that holds the value, in both alphabets, with and without padding", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40, unit: "grapheme" }),
        fc.uint8Array({ maxLength: 7 }),
        fc.uint8Array({ maxLength: 7 }),
        fc.constantFrom<BufferEncoding>("base64", "base64url"),
        (secret, before, after, encoding) => {
          fc.pre(!/^\d{1,5}$/.test(secret));
          const encoded = Buffer.concat([before, Buffer.from(secret), after]).toString(encoding);
          const masked = maskerOf(secret).mask(encoded);
          // At most the characters that share bits with what stands next to the secret are left.
          expect(masked).toContain("****");
          const own = Math.floor((Buffer.byteLength(secret) * 8) / 6) - 2;
          expect(masked.replaceAll("****", "").length).toBeLessThanOrEqual(encoded.length - own);
        },
      ),
    );
  });

  it("leaves alone what is too short or too plain, and says how many", () => {
    const masker = new Masker();
    expect(masker.add(["abc", "true", "false", "null", "12345", "123456", "abcd"])).toBe(5);
    expect(masker.mask("abc true false null 12345 123456 abcd")).toBe("abc true false null 12345 **** ****");
  });

  it("hides all of secrets that overlap", () => {
    expect(maskerOf("abcdef", "defghi").mask("xabcdefghiy")).toBe("x****y");
  });
});

describe("P10.4 access key ids", () => {
  it("hides key ids, whoever's they are", () => {
    expect(new Masker().mask("key AKIAIOSFODNN7EXAMPLE, ASIAIOSFODNN7EXAMPLE")).toBe("key ****, ****");
  });
});
