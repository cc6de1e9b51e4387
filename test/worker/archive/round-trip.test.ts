import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, readlink, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import {
  ArchiveTooLargeError,
  archiveFiles,
  type NewZipEntry,
  unpack,
  writeZip,
} from "../../../src/worker/archive/index.ts";
import { centralRecord, dataDescriptor } from "../../../src/worker/archive/zip/records.ts";
import { rawZip } from "../support/raw-zip.ts";
import { tempFolder } from "../support/temp-folder.ts";

const run = promisify(execFile);
const folder = await tempFolder();
const GIB = 2 ** 30;
const modified = new Date("2024-03-01T10:20:30Z");

const stream = (path: string, contents: string, mode = 0o644): NewZipEntry => ({
  path,
  mode,
  modified,
  source: { kind: "stream", open: () => Readable.from([Buffer.from(contents)]) },
});

const entries: NewZipEntry[] = [
  stream("z-last.txt", "z"),
  stream("bin/run.sh", "#!/bin/sh\necho run\n", 0o755),
  { path: "link", mode: 0o777, modified, source: { kind: "link", target: "bin/run.sh" } },
  { path: "bin-link", mode: 0o777, modified, source: { kind: "link", target: "bin" } },
  { path: "submodule", mode: 0o755, modified, source: { kind: "folder" } },
  stream("Grüße/日本語.txt", "utf-8 name"),
  stream("empty", ""),
];

describe("writing and unpacking zips", () => {
  test("P12.4, P12.6 what was written comes back: contents, modes, links, folders, times", async () => {
    const file = join(folder, "round.zip");
    await writeZip(entries, file, GIB);
    const out = join(folder, "round");
    await unpack(file, out, "Src");
    expect(await readFile(join(out, "Grüße/日本語.txt"), "utf8")).toBe("utf-8 name");
    expect((await stat(join(out, "bin/run.sh"))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(out, "z-last.txt"))).mode & 0o7777).toBe(0o644);
    expect((await stat(join(out, "z-last.txt"))).mtime).toEqual(modified);
    expect(await readlink(join(out, "link"))).toBe("bin/run.sh");
    expect((await lstat(join(out, "submodule"))).isDirectory()).toBe(true);
    expect((await stat(join(out, "empty"))).size).toBe(0);
  });

  test("P12.6 the same entries in another order make the same bytes, in every time zone", async () => {
    const digests = new Set<string>();
    const zone = process.env.TZ;
    try {
      for (const [index, tz] of ["UTC", "America/New_York", "Asia/Kolkata"].entries()) {
        process.env.TZ = tz;
        const file = join(folder, `same-${index}.zip`);
        await writeZip(index === 0 ? entries : entries.toReversed(), file, GIB);
        digests.add(
          createHash("sha256")
            .update(await readFile(file))
            .digest("hex"),
        );
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(digests.size).toBe(1);
  });

  test("P12.6 unzip finds nothing to complain about, and names in byte order", async () => {
    const file = join(folder, "checked.zip");
    await writeZip(entries, file, GIB);
    await run("unzip", ["-tqq", file]);
    const { stdout } = await run("python3", ["-c", LIST_NAMES, file]);
    const names = JSON.parse(stdout) as string[];
    expect(names).toEqual(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  test("P12.6 more entries than a plain zip counts make a zip64", async () => {
    const file = join(folder, "many.zip");
    const many = Array.from(
      { length: 66_000 },
      (_, index): NewZipEntry => ({ path: `d${index}`, mode: 0o755, modified, source: { kind: "folder" } }),
    );
    await writeZip([...many, stream("file.txt", "read me")], file, GIB);
    await run("unzip", ["-tqq", file]);
    const { stdout } = await run("python3", ["-c", COUNT_NAMES, file]);
    expect(stdout.trim()).toBe("66001 read me");
  });

  test("P12.6 sizes and offsets of 4 GiB and more go to an entry's zip64 part", () => {
    const large = { unpacked: 2 ** 33 + 1, packed: 2 ** 32 + 2, offset: 7 };
    const entry = { name: Buffer.from("a"), folder: false, unixMode: 0o100644, modified, crc: 9, ...large };
    const record = centralRecord(entry);
    const extra = record.subarray(-28);
    expect([record.readUInt32LE(20), record.readUInt32LE(24), record.readUInt32LE(42)]).toEqual(
      Array(3).fill(0xffffffff),
    );
    expect([extra.readUInt16LE(0), extra.readUInt16LE(2)]).toEqual([1, 24]);
    expect([4, 12, 20].map((at) => Number(extra.readBigUInt64LE(at)))).toEqual([
      large.unpacked,
      large.packed,
      large.offset,
    ]);
    expect(dataDescriptor(entry)).toHaveLength(24);
  });

  test.each(["a\\b", "/a", "C:a", "a/../b"])(
    "P12.6 a name that readers take for another: %s",
    async (path) => {
      const file = join(folder, "unfit.zip");
      await expect(writeZip([stream(path, "")], file, GIB)).rejects.toMatchObject({
        type: "ConfigurationError",
        message: `File name '${path}' can't be stored in a ZIP file`,
      });
    },
  );

  test("P1.3 no entries make a valid zip", async () => {
    const file = join(folder, "none.zip");
    await writeZip([], file, GIB);
    await unpack(file, join(folder, "none"), "Src");
    expect((await stat(join(folder, "none"))).isDirectory()).toBe(true);
  });

  test("P3.33 an archive beyond its limit is refused and leaves no file", async () => {
    const file = join(folder, "large.zip");
    const noise = Readable.from([Buffer.from(Array.from({ length: 9000 }, () => Math.random() * 256))]);
    const large: NewZipEntry = {
      path: "a",
      mode: 0o644,
      modified,
      source: { kind: "stream", open: () => noise },
    };
    await expect(writeZip([large], file, 1000)).rejects.toBeInstanceOf(ArchiveTooLargeError);
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  test("a source that can't be read fails the writing, and leaves no file", async () => {
    const file = join(folder, "gone.zip");
    const gone: NewZipEntry = {
      path: "a",
      mode: 0o644,
      modified,
      source: { kind: "file", path: join(folder, "no") },
    };
    await expect(writeZip([stream("b", "b"), gone], file, GIB)).rejects.toThrow("ENOENT");
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  test("a zip made by the system's zip is unpacked with modes and links", async () => {
    const source = join(folder, "tree");
    await mkdir(join(source, "sub"), { recursive: true });
    await writeFile(join(source, "sub/a.txt"), "a".repeat(100_000), { mode: 0o600 });
    await symlink("sub/a.txt", join(source, "l"));
    await utimes(join(source, "sub/a.txt"), modified, modified);
    await run("zip", ["-qry", join(folder, "system.zip"), "."], { cwd: source });
    const out = join(folder, "system");
    await unpack(join(folder, "system.zip"), out, "Src");
    expect(await readFile(join(out, "l"), "utf8")).toBe("a".repeat(100_000));
    expect((await stat(join(out, "sub/a.txt"))).mtime).toEqual(modified);
  });

  test("P12.2 a name without the UTF-8 flag is read as cp437", async () => {
    const file = join(folder, "cp437.zip");
    await writeFile(file, rawZip([{ name: Buffer.from([0x81, 0x2e, 0x74]), flags: 0, data: "u" }]));
    await unpack(file, join(folder, "cp437"), "Src");
    expect(await readFile(join(folder, "cp437/ü.t"), "utf8")).toBe("u");
  });
});

describe("reading a zip without unpacking it", () => {
  test("P12.5 links come as what they point to", async () => {
    const file = join(folder, "list.zip");
    await writeZip(entries, file, GIB);
    const found: Record<string, string> = {};
    for await (const entry of archiveFiles(file, "Src")) found[entry.path] = await text(await entry.open());
    expect(found).toEqual({
      "bin-link/run.sh": "#!/bin/sh\necho run\n",
      "bin/run.sh": "#!/bin/sh\necho run\n",
      empty: "",
      "Grüße/日本語.txt": "utf-8 name",
      link: "#!/bin/sh\necho run\n",
      "z-last.txt": "z",
    });
  });

  test("P12.1 something that isn't a zip is said to be none", async () => {
    const file = join(folder, "text.zip");
    await writeFile(file, '{"millraceCloneRef":1}');
    await expect(unpack(file, join(folder, "text"), "Src")).rejects.toMatchObject({
      type: "ConfigurationError",
      message: "Input artifact Src is not a ZIP file",
    });
  });

  test("P12.2 a zip that was cut short is refused", async () => {
    const file = join(folder, "short.zip");
    await writeFile(file, rawZip([{ name: "a", data: "abc" }]).subarray(0, 40));
    await expect(unpack(file, join(folder, "short"), "Src")).rejects.toThrow(
      "Artifact Src refused: its directory is damaged",
    );
  });
});

const COUNT_NAMES =
  "import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); print(len(z.namelist()), z.read('file.txt').decode())";
const LIST_NAMES = "import zipfile,sys,json; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))";
