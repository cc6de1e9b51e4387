import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { awsCli, hasAwsCli } from "../support/aws-cli.ts";
import { type Endpoint, root, startEndpoint } from "./support/endpoint.ts";

describe.skipIf(!hasAwsCli)("the AWS CLI (skipped where `aws` is not installed, and on PostgreSQL)", () => {
  let endpoint: Endpoint;
  let folder: string;
  let aws: ReturnType<typeof awsCli>;

  beforeAll(async () => {
    endpoint = await startEndpoint();
    folder = await mkdtemp(join(tmpdir(), "millrace-cli-"));
    // Version 1 of the CLI presigns with signatures of version 2 by default, which AWS itself has given up.
    await mkdir(join(folder, ".aws"));
    await writeFile(join(folder, ".aws", "config"), "[default]\ns3 =\n  signature_version = s3v4\n");
    aws = awsCli({ endpoint: endpoint.url, region: "us-east-1", credentials: root }, folder);
  });
  afterEach(() => endpoint.reset());
  afterAll(async () => {
    await endpoint[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test("makes a bucket, copies files in and out (in parts when large), lists, removes", async () => {
    const large = randomBytes(20 * 1024 * 1024);
    await writeFile(join(folder, "large.bin"), large);
    await writeFile(join(folder, "small file ü.txt"), "hello");
    await aws("s3", "mb", "s3://things");
    await aws("s3", "cp", "large.bin", "s3://things/a/large.bin", "--only-show-errors");
    await aws("s3", "cp", "small file ü.txt", "s3://things/a/small file ü.txt", "--only-show-errors");
    expect(await aws("s3", "ls", "s3://things/")).toMatch(/PRE a\/\n/);
    const listed = await aws("s3", "ls", "s3://things/a/", "--recursive");
    expect(listed).toMatch(/ 20971520 a\/large\.bin\n/);
    expect(listed).toMatch(/ 5 a\/small file ü\.txt\n/);
    await aws("s3", "cp", "s3://things/a/large.bin", "back.bin", "--only-show-errors");
    expect((await readFile(join(folder, "back.bin"))).equals(large)).toBe(true);
    await aws("s3", "cp", "s3://things/a/large.bin", "s3://things/b/large.bin", "--only-show-errors");
    await aws("s3", "rm", "s3://things", "--recursive", "--only-show-errors");
    await aws("s3", "rb", "s3://things");
    expect(await endpoint.files()).toEqual([]);
  });

  test("syncs a folder, and only what changed the second time", async () => {
    const site = join(folder, "site");
    await mkdir(join(site, "css"), { recursive: true });
    await writeFile(join(site, "index.html"), "<h1>1</h1>");
    await writeFile(join(site, "css", "a.css"), "a{}");
    await aws("s3", "mb", "s3://site");
    expect((await aws("s3", "sync", "site", "s3://site")).match(/upload:/g)).toHaveLength(2);
    await writeFile(join(site, "index.html"), "<h1>22</h1>");
    await rm(join(site, "css", "a.css"));
    const second = await aws("s3", "sync", "site", "s3://site", "--delete");
    expect(second).toMatch(/upload: site\/index\.html/);
    expect(second).toMatch(/delete: s3:\/\/site\/css\/a\.css/);
    const url = (await aws("s3", "presign", "s3://site/index.html")).trim();
    const page = await fetch(url);
    expect(page.headers.get("content-type")).toBe("text/html");
    expect(await page.text()).toBe("<h1>22</h1>");
  });

  test("s3api speaks of versions, checksums, conditions and deletions", async () => {
    const api = async (...args: string[]) => {
      const answer = await aws("s3api", ...args);
      return answer === "" ? {} : JSON.parse(answer);
    };
    await writeFile(join(folder, "v.txt"), "hello");
    await api("create-bucket", "--bucket", "things");
    await api("put-bucket-versioning", "--bucket", "things", "--versioning-configuration", "Status=Enabled");
    const object = ["--bucket", "things", "--key", "v.txt"];
    const put = await api("put-object", ...object, "--body", "v.txt", "--checksum-algorithm", "SHA256");
    expect(put).toMatchObject({ VersionId: expect.any(String), ChecksumSHA256: expect.any(String) });
    const head = await api("head-object", ...object, "--checksum-mode", "ENABLED");
    expect(head).toMatchObject({
      VersionId: put.VersionId,
      ContentLength: 5,
      ChecksumSHA256: put.ChecksumSHA256,
    });
    await expect(api("put-object", ...object, "--body", "v.txt", "--if-none-match", "*")).rejects.toThrow(
      "PreconditionFailed",
    );
    const got = await api("get-object", ...object, "--range", "bytes=1-3", "part.txt");
    expect(got.ContentRange).toBe("bytes 1-3/5");
    expect(await readFile(join(folder, "part.txt"), "utf8")).toBe("ell");
    const deletion = JSON.stringify({ Objects: [{ Key: "v.txt" }] });
    const deleted = await api("delete-objects", "--bucket", "things", "--delete", deletion);
    expect(deleted.Deleted[0]).toMatchObject({ Key: "v.txt", DeleteMarker: true });
    const versions = await api("list-object-versions", "--bucket", "things");
    expect(versions.Versions[0]).toMatchObject({ Key: "v.txt", VersionId: put.VersionId, IsLatest: false });
    expect(versions.DeleteMarkers).toHaveLength(1);
  });
});
