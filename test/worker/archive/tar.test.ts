import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import {
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ARCHIVE_LIMITS, archiveFiles, unpack } from "../../../src/worker/archive/index.ts";
import { paxRecord, type RawMember, rawTar, rawTarGz } from "../support/raw-tar.ts";
import { tempFolder } from "../support/temp-folder.ts";

const run = promisify(execFile);
const folder = await tempFolder();
const modified = new Date("2024-03-01T10:20:30Z");
const longName = `${"long-".repeat(30)}/${"name-".repeat(40)}.txt`;

/** A tree with everything that tars keep in ways of their own. */
const source = join(folder, "source");
await mkdir(join(source, "bin"), { recursive: true });
await mkdir(join(source, "empty"));
await mkdir(join(source, longName, ".."), { recursive: true });
await writeFile(join(source, "bin/run.sh"), "#!/bin/sh\n", { mode: 0o755 });
await writeFile(join(source, "Grüße.txt"), "a".repeat(100_000), { mode: 0o600 });
await writeFile(join(source, longName), "long");
await link(join(source, "bin/run.sh"), join(source, "same.sh"));
await symlink("bin/run.sh", join(source, "link"));
await symlink("bin", join(source, "bin-link"));
await utimes(join(source, "Grüße.txt"), modified, modified);

async function packed(name: string, options: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await run("tar", ["-czf", file, ...options], { cwd: source });
  return file;
}

describe("unpacking gzipped tars", () => {
  test.each(["gnu", "pax", "ustar", "oldgnu"])(
    "P12.1, P12.4 what the system's tar packed in %s format comes back",
    async (format) => {
      const exclude = format === "ustar" ? ["--exclude=long-*"] : [];
      const file = await packed(`${format}.zip`, [`--format=${format}`, ...exclude, "."]);
      const out = join(folder, format);
      await unpack(file, out, "Src");
      expect(await readFile(join(out, "Grüße.txt"), "utf8")).toBe("a".repeat(100_000));
      expect((await stat(join(out, "Grüße.txt"))).mtime).toEqual(modified);
      expect((await stat(join(out, "Grüße.txt"))).mode & 0o7777).toBe(0o600);
      expect((await stat(join(out, "bin/run.sh"))).mode & 0o7777).toBe(0o755);
      expect(await readFile(join(out, "same.sh"), "utf8")).toBe("#!/bin/sh\n");
      expect(await readlink(join(out, "link"))).toBe("bin/run.sh");
      expect((await lstat(join(out, "empty"))).isDirectory()).toBe(true);
      if (format !== "ustar") expect(await readFile(join(out, longName), "utf8")).toBe("long");
    },
  );

  test("P12.1 `git archive` makes one, with its global header", async () => {
    await run("git", ["init", "-q"], { cwd: source });
    await run("git", ["add", "bin"], { cwd: source });
    const as = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    await run("git", [...as, "commit", "-qm", "x"], { cwd: source });
    const file = join(folder, "git.tgz");
    await run("git", ["archive", "--format=tar.gz", "-o", file, "HEAD"], { cwd: source });
    await unpack(file, join(folder, "git"), "Src");
    expect(await readdir(join(folder, "git"))).toEqual(["bin"]);
  });

  test("P12.5 read without unpacking, links come as what they point to", async () => {
    const file = await packed("list.tgz", ["bin", "same.sh", "link", "bin-link"]);
    const found: Record<string, string> = {};
    for await (const entry of archiveFiles(file, "Src")) found[entry.path] = await text(await entry.open());
    const script = "#!/bin/sh\n";
    expect(found).toEqual({
      "bin/run.sh": script,
      "bin-link/run.sh": script,
      link: script,
      "same.sh": script,
    });
  });

  test("an archive of no members makes an empty folder", async () => {
    await unpackBytes(rawTarGz([]), "none");
    expect(await readdir(join(folder, "out-none"))).toEqual([]);
  });

  test("P12.1 what was gzipped and isn't a tar is said to be no archive", async () => {
    await expect(unpackBytes(gzipSync("just text"), "text")).rejects.toMatchObject({
      type: "ConfigurationError",
      message: "Input artifact Src is not a ZIP file",
    });
    await expect(unpackBytes(gzipSync(""), "nothing")).rejects.toThrow("is not a ZIP file");
  });
});

const file: RawMember = { name: "good.txt", data: "fine" };
const symbolic = (name: string, linkTarget: string): RawMember => ({ name, linkTarget, type: "2" });
const pax = (...records: [string, string][]): RawMember => ({
  name: "pax",
  type: "x",
  data: records.map(([key, value]) => paxRecord(key, value)).join(""),
});

const attacks: readonly [what: string, members: readonly RawMember[], refusal: string][] = [
  ["an absolute path", [{ name: "/etc/evil" }], "entry '/etc/evil' has an absolute path"],
  [
    "an absolute path behind ./",
    [{ name: ".//etc/../../evil" }],
    "entry 'etc/../../evil' leaves the target folder",
  ],
  ["..", [{ name: "a/../../evil" }], "entry 'a/../../evil' leaves the target folder"],
  [".. behind a backslash", [{ name: "a\\..\\..\\evil" }], "entry 'a/../../evil' leaves the target folder"],
  [".. in a pax record", [pax(["path", "../evil"]), file], "entry '../evil' leaves the target folder"],
  [
    ".. in GNU's long name",
    [{ name: "././@LongLink", type: "L", data: "../evil\0" }, file],
    "entry '../evil' leaves the target folder",
  ],
  ["an empty name", [{ name: "" }], "entry '' has an invalid name"],
  ["a name that isn't UTF-8", [{ name: Buffer.from([0x61, 0xff]) }], "entry 'a\\ufffd' has an invalid name"],
  ["an escape sequence in the name", [{ name: "a\x1b[2Jb" }], "entry 'a\\x1b[2Jb' has an invalid name"],
  ["NUL in a pax name", [pax(["path", "a\0b"]), file], "entry 'a\\x00b' has an invalid name"],
  ["the same name twice", [file, file], "entry 'good.txt' appears twice"],
  ["a device", [{ name: "d", type: "3" }], "entry 'd' is a device"],
  ["a fifo", [{ name: "f", type: "6" }], "entry 'f' is a fifo"],
  ["setuid", [{ name: "su", mode: 0o4755 }], "entry 'su' has a setuid or setgid bit"],
  ["a link up and out", [symbolic("l", "../outside")], "entry 'l' is a link that leaves the target folder"],
  ["an absolute link", [symbolic("l", "/etc/passwd")], "entry 'l' is a link that leaves the target folder"],
  ["a file through a link", [symbolic("l", "inside"), { name: "l/x" }], "entry 'l/x' lies below a link"],
  [
    "a hard link to a file outside",
    [{ name: "h", type: "1", linkTarget: "/etc/passwd" }],
    "entry 'h' is a link to nothing before it in this archive",
  ],
  ["an unknown type", [{ name: "v", type: "V" }], "entry 'v' uses an unsupported method V"],
  [
    "a sparse file",
    [pax(["GNU.sparse.major", "1"]), { name: "s" }],
    "entry 's' uses an unsupported method 0",
  ],
  ["contents beyond its end", [{ name: "a", claimedSize: 1e9 }], "entry 'a' has a wrong checksum"],
  [
    "a wrong header checksum",
    [file, { name: "a", claimedChecksum: 1 }],
    "its directory is damaged: no header at byte 1024",
  ],
  [
    "a damaged pax record",
    [{ name: "p", type: "x", data: "99 path=x\n" }],
    "its directory is damaged: no header at byte 512",
  ],
];

describe("A11, P12.2: a tar with a hostile entry is refused whole", () => {
  test.each(attacks)("%s", async (what, members, refusal) => {
    await expect(unpackBytes(rawTarGz(members), what)).rejects.toMatchObject({
      type: "JobFailed",
      message: `Artifact Src refused: ${refusal}`,
    });
    await expectNothingLeft(what);
  });

  test("a stream that was cut short, or changed", async () => {
    const bytes = rawTarGz([{ name: "a", data: Buffer.alloc(5000, "abcdefg") }]);
    await expect(unpackBytes(bytes.subarray(0, bytes.length - 12), "cut")).rejects.toThrow(
      "Artifact Src refused: its directory is damaged: unexpected end of file",
    );
    bytes.writeUInt32LE(1, bytes.length - 8);
    await expect(unpackBytes(bytes, "changed")).rejects.toThrow(
      "Artifact Src refused: its directory is damaged: incorrect data check",
    );
    await expectNothingLeft("changed");
  });
});

describe("A12, P12.3: a tar that is too large is refused while it is read", () => {
  const limits = { ...ARCHIVE_LIMITS, unpackedBytes: 100_000, entries: 3 };

  test("by its size unpacked", async () => {
    const bytes = rawTarGz([{ name: "a", data: Buffer.alloc(200_000) }]);
    await expect(unpackBytes(bytes, "large", limits)).rejects.toThrow(
      "Artifact Src refused: unpacked size of 100000 bytes exceeded",
    );
    await expectNothingLeft("large");
  });

  test("by what hard links make of it", async () => {
    const bytes = rawTarGz([
      { name: "a", data: Buffer.alloc(60_000) },
      { name: "b", type: "1", linkTarget: "a" },
    ]);
    await expect(unpackBytes(bytes, "linked", limits)).rejects.toThrow(
      "Artifact Src refused: unpacked size of 100000 bytes exceeded",
    );
    await expectNothingLeft("linked");
  });

  test("by its ratio", async () => {
    const bytes = gzipSync(rawTar([{ name: "a", data: Buffer.alloc(90_000) }]), { level: 9 });
    const strict = { ...limits, ratio: 50, ratioFreeBytes: 1000 };
    await expect(unpackBytes(bytes, "ratio", strict)).rejects.toThrow(
      "Artifact Src refused: compression ratio of 50:1 exceeded",
    );
  });

  test("by its number of entries", async () => {
    const bytes = rawTarGz(["a", "b", "c", "d"].map((name) => ({ name })));
    await expect(unpackBytes(bytes, "many", limits)).rejects.toThrow(
      "Artifact Src refused: number of entries of 3 exceeded",
    );
  });
});

async function unpackBytes(bytes: Buffer, name: string, limits = ARCHIVE_LIMITS): Promise<void> {
  const input = join(folder, `in-${name.replaceAll("/", "")}`);
  await writeFile(input, bytes);
  await unpack(input, outputOf(name), "Src", limits);
}

/** Neither a part of the target, nor the tar that was decompressed. */
async function expectNothingLeft(name: string): Promise<void> {
  expect(existsSync(outputOf(name))).toBe(false);
  expect((await readdir(folder)).filter((found) => found.endsWith(".tar"))).toEqual([]);
}

function outputOf(name: string): string {
  return join(folder, `out-${name.replaceAll("/", "")}`);
}
