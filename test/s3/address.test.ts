import { expect, test } from "vitest";
import { addressOf, bucketOfHost } from "../../src/services/s3/address.ts";

test.each([
  ["/", undefined, { kind: "service" }],
  ["/things", undefined, { kind: "bucket", bucket: "things" }],
  ["/things/", undefined, { kind: "bucket", bucket: "things" }],
  ["/things/a/b%20c", undefined, { kind: "object", bucket: "things", key: "a/b c" }],
  ["/", "things.localhost:4750", { kind: "bucket", bucket: "things" }],
  ["/a/b", "things.localhost", { kind: "object", bucket: "things", key: "a/b" }],
  ["//a", "things.localhost", { kind: "object", bucket: "things", key: "/a" }],
])("%s at %s is %o", (path, host, address) => {
  expect(addressOf(path, host, "127.0.0.1")).toEqual(address);
});

test.each([
  ["things.localhost:4750", "127.0.0.1", "things"],
  ["my.things.localhost", "127.0.0.1", "my.things"],
  ["things.s3.eu-central-1.amazonaws.com", "127.0.0.1", "things"],
  ["things.s3-eu-west-1.amazonaws.com", "127.0.0.1", "things"],
  ["things.ci.example.com", "ci.example.com", "things"],
  ["things.millrace.localhost", "millrace.localhost", "things"],
  ["ci.example.com", "ci.example.com", undefined],
  ["millrace.localhost:4750", "millrace.localhost", undefined],
  ["other.example.com", "ci.example.com", undefined],
  ["s3.example.com", "ci.example.com", undefined],
  ["localhost:4750", "127.0.0.1", undefined],
  ["127.0.0.1:4750", "127.0.0.1", undefined],
  ["1.127.0.0.1", "127.0.0.1", undefined],
  ["[::1]:4750", "::1", undefined],
  [undefined, "127.0.0.1", undefined],
])("the host %s of a server at %s names the bucket %s", (host, publicHost, bucket) => {
  expect(bucketOfHost(host, publicHost)).toBe(bucket);
});
