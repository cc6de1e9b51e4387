import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMac } from "../../src/core/access/mac.ts";

test("a MAC is node's own HMAC-SHA-256, whatever the key's length and however often it is used", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 150 }),
      fc.array(fc.string({ unit: "binary", maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      (key, texts) => {
        const mac = createMac(key);
        for (const text of texts) {
          expect(mac(text)).toEqual(createHmac("sha256", key).update(text).digest());
        }
      },
    ),
  );
});

/** RFC 4231, test cases 2 and 6. */
test.each([
  [
    Buffer.from("Jefe"),
    "what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    Buffer.alloc(131, 0xaa),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
])("a MAC is the RFC's: %#", (key, text, expected) => {
  expect(createMac(key)(text).toString("hex")).toBe(expected);
});
