import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createArtifactTransfer } from "../../../src/worker/artifacts.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { testFolder } from "../support/worker.ts";

const input = { name: "Source", bucket: "artifacts", key: "release/Source/aaaa" };
const output = { bucket: "artifacts", key: "release/Build/bbbb" };

async function hostWithBucket(): Promise<TestHost> {
  const host = await testHost();
  await host.s3.send(new CreateBucketCommand({ Bucket: "artifacts" }));
  return host;
}

function transferOf(host: TestHost, refresh = vi.fn()) {
  const job = { id: "job", region: scope.region, ...host.jobHere({ read: [input], write: [output] }) };
  const transfer = createArtifactTransfer(job, { refresh }, new AbortController().signal);
  onTestFinished(() => transfer.close());
  return { transfer, refresh };
}

describe("P0.18 inputs", () => {
  it("come down byte for byte with the job's own credentials", async () => {
    const host = await hostWithBucket();
    const body = randomBytes(3 * 1024 * 1024 + 17);
    await host.s3.send(new PutObjectCommand({ Bucket: "artifacts", Key: input.key, Body: body }));
    const file = join(await testFolder(), "input.zip");
    const { transfer } = transferOf(host);
    const { etag, bytes } = await transfer.download(input, file);
    expect(body.equals(await readFile(file))).toBe(true);
    expect(bytes).toBe(body.length);
    expect(etag).toMatch(/^[0-9a-f]{32}$/);
  });

  it("that are missing fail the job in P0.18's words", async () => {
    const host = await hostWithBucket();
    const { transfer } = transferOf(host);
    await expect(transfer.download(input, join(await testFolder(), "x"))).rejects.toMatchObject({
      type: "ConfigurationError",
      message:
        "The input artifact Source could not be found at s3://artifacts/release/Source/aaaa. The action that declares it did not upload it.",
    });
  });

  it("that the job's credentials don't open fail with PermissionError", async () => {
    const host = await hostWithBucket();
    const { transfer } = transferOf(host);
    const other = { ...input, key: "release/Source/another" };
    await expect(transfer.download(other, join(await testFolder(), "x"))).rejects.toMatchObject({
      type: "PermissionError",
    });
  });

  it("P0.11 that break off are fetched again, and a store that stays away is named", async () => {
    let requests = 0;
    const broken = createServer((_request, response) => {
      requests++;
      response.writeHead(200, { "content-length": "1000" });
      response.write("x".repeat(10));
      setTimeout(() => response.destroy(), 5);
    });
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void broken.close());
    const host = await hostWithBucket();
    const artifactEndpoint = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const job = { id: "job", region: scope.region, ...host.jobHere({}), artifactEndpoint };
    const transfer = createArtifactTransfer(job, { refresh: vi.fn() }, new AbortController().signal);
    await expect(transfer.download(input, join(await testFolder(), "x"))).rejects.toMatchObject({
      type: "SystemUnavailable",
      message: expect.stringMatching(/^Amazon S3 could not be reached: /),
    });
    expect(requests).toBe(5);
  });
});

describe("P0.19 outputs", () => {
  it("go up whole, as application/zip unless said otherwise", async () => {
    const host = await hostWithBucket();
    const body = randomBytes(2 * 1024 * 1024 + 5);
    const file = join(await testFolder(), "output.zip");
    await writeFile(file, body);
    const { transfer } = transferOf(host);
    await transfer.upload(file, output);
    const got = await host.s3.send(new GetObjectCommand({ Bucket: output.bucket, Key: output.key }));
    expect(body.equals(await got.Body!.transformToByteArray())).toBe(true);
    expect(got.ContentType).toBe("application/zip");

    await transfer.upload(file, output, { contentType: "application/json", metadata: { kind: "reference" } });
    const head = await host.s3.send(new HeadObjectCommand({ Bucket: output.bucket, Key: output.key }));
    expect(head.ContentType).toBe("application/json");
    expect(head.Metadata).toEqual({ kind: "reference" });
  });

  it("leave nothing when the job is cancelled on the way", async () => {
    const host = await hostWithBucket();
    const file = join(await testFolder(), "output.zip");
    await writeFile(file, randomBytes(32 * 1024 * 1024));
    const cancelled = new AbortController();
    const job = { id: "job", region: scope.region, ...host.jobHere({ write: [output] }) };
    const transfer = createArtifactTransfer(job, { refresh: vi.fn() }, cancelled.signal);
    const upload = transfer.upload(file, output);
    setTimeout(() => cancelled.abort(new Error("cancelled")), 5);
    await expect(upload).rejects.toThrow();
    await expect(
      host.s3.send(new HeadObjectCommand({ Bucket: output.bucket, Key: output.key })),
    ).rejects.toMatchObject({ name: "NotFound" });
  });
});

describe("P0.2 credentials", () => {
  it("are asked for again when they are about to expire", async () => {
    const host = await hostWithBucket();
    const file = join(await testFolder(), "output.zip");
    await writeFile(file, "zip");
    const fresh = host.jobHere({ write: [output] }).artifactCredentials;
    const { transfer, refresh } = transferOf(
      host,
      vi.fn(async () => fresh),
    );
    await transfer.upload(file, output);
    expect(refresh).not.toHaveBeenCalled();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 46 * 60_000 });
    onTestFinished(() => void vi.useRealTimers());
    await transfer.s3().then((s3) => s3.config.credentials());
    expect(refresh).toHaveBeenCalledWith("job");
  });
});
