import { existsSync } from "node:fs";
import { link as hardLink, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { unpack } from "../../src/worker/archive/index.ts";
import { TargetFolder } from "../../src/worker/archive/target-folder.ts";
import { type RawEntry, rawZip } from "../worker/support/raw-zip.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();
let count = 0;

const link = (name: string, target: string): RawEntry => ({ name, data: target, mode: 0o120777 });
const good: RawEntry = { name: "good.txt", data: "fine" };

const attacks: readonly [what: string, entries: readonly RawEntry[], refusal: string][] = [
  ["an absolute path", [{ name: "/etc/evil" }], "entry '/etc/evil' has an absolute path"],
  ["a drive letter", [{ name: "C:/evil" }], "entry 'C:/evil' has an absolute path"],
  ["a UNC path", [{ name: "\\\\host\\evil" }], "entry '//host/evil' has an absolute path"],
  ["..", [{ name: "a/../../evil" }], "entry 'a/../../evil' leaves the target folder"],
  [".. behind a backslash", [{ name: "a\\..\\..\\evil" }], "entry 'a/../../evil' leaves the target folder"],
  ["NUL in the name", [{ name: "a\0b" }], "entry 'a\\x00b' has an invalid name"],
  ["an escape sequence in the name", [{ name: "a\x1b[2Jb" }], "entry 'a\\x1b[2Jb' has an invalid name"],
  ["an empty name", [{ name: "" }], "entry '' has an invalid name"],
  ["an empty segment", [{ name: "a//b" }], "entry 'a//b' has an invalid name"],
  [
    "bytes that claim to be UTF-8",
    [{ name: Buffer.from([0x61, 0xff]) }],
    "entry 'a\\ufffd' has an invalid name",
  ],
  ["a segment of 256 bytes", [{ name: "x".repeat(256) }], `entry '${"x".repeat(256)}' has an invalid name`],
  ["the same name twice", [good, good], "entry 'good.txt' appears twice"],
  ["a file that is a folder too", [{ name: "a" }, { name: "a/b" }], "entry 'a' appears twice"],
  ["a device", [{ name: "d", mode: 0o020666 }], "entry 'd' is a device"],
  ["a fifo", [{ name: "f", mode: 0o010666 }], "entry 'f' is a fifo"],
  ["a socket", [{ name: "s", mode: 0o140666 }], "entry 's' is a socket"],
  ["setuid", [{ name: "su", mode: 0o104755 }], "entry 'su' has a setuid or setgid bit"],
  ["setgid", [{ name: "sg", mode: 0o102755 }], "entry 'sg' has a setuid or setgid bit"],
  ["a link up and out", [link("l", "../outside")], "entry 'l' is a link that leaves the target folder"],
  ["an absolute link", [link("l", "/etc/passwd")], "entry 'l' is a link that leaves the target folder"],
  [
    "a link out through another link",
    [link("a/b", ".."), link("l", "a/b/../x")],
    "entry 'l' is a link that leaves the target folder",
  ],
  ["a link to itself", [link("l", "l")], "entry 'l' is a link that leaves the target folder"],
  ["a file through a link", [link("l", "inside"), { name: "l/x" }], "entry 'l/x' lies below a link"],
  ["encryption", [{ name: "e", flags: 0x801 }], "entry 'e' is encrypted"],
  ["an unknown method", [{ name: "m", method: 12 }], "entry 'm' uses an unsupported method 12"],
  [
    "two entries over the same bytes",
    [good, { name: "again", data: "fine", sharesHeaderOf: 0, localName: "good.txt" }],
    "entry 'again' differs between the central directory and its local header",
  ],
  [
    "another name in the local header",
    [{ name: "a", localName: "b" }],
    "entry 'a' differs between the central directory and its local header",
  ],
  [
    "another method in the local header",
    [{ name: "a", localMethod: 8 }],
    "entry 'a' differs between the central directory and its local header",
  ],
  [
    "more bytes than declared",
    [{ name: "a", data: "12345", deflate: true, claimedSize: 3 }],
    "entry 'a' is larger than declared",
  ],
  [
    "fewer bytes than declared",
    [{ name: "a", data: "12345", deflate: true, claimedSize: 9 }],
    "entry 'a' has a wrong checksum",
  ],
  ["a wrong checksum", [{ name: "a", data: "12345", claimedCrc: 1 }], "entry 'a' has a wrong checksum"],
];

describe("A11, P12.2: an archive with a hostile entry is refused whole", () => {
  test.each(attacks)("%s", async (_what, entries, refusal) => {
    count += 1;
    const file = join(folder, `${count}.zip`);
    const target = join(folder, `${count}`, "target");
    await writeFile(file, rawZip([{ name: "first.txt", data: "x" }, ...entries]));
    await expect(unpack(file, join(folder, `out-${count}`), "Src")).rejects.toMatchObject({
      type: "JobFailed",
      message: `Artifact Src refused: ${refusal}`,
    });
    expect(existsSync(join(folder, `out-${count}`))).toBe(false);
    expect(existsSync(target)).toBe(false);
    expect((await readdir(folder)).filter((name) => !name.endsWith(".zip"))).toEqual([]);
  });

  test("an entry that ends inside another one is refused", async () => {
    const bytes = rawZip([
      { name: "a", data: "0123456789" },
      { name: "b", data: "y" },
    ]);
    // The first entry claims, in both headers' sizes, to reach into the second.
    const central = bytes.indexOf("PK\x01\x02", 0, "latin1");
    bytes.writeUInt32LE(30, central + 20);
    const file = join(folder, "overlap.zip");
    await writeFile(file, bytes);
    await expect(unpack(file, join(folder, "out-overlap"), "Src")).rejects.toThrow(
      "Artifact Src refused: entry 'b' overlaps another entry",
    );
  });

  test("names that the file system folds into one are found out by it, whatever it folds", async () => {
    const root = join(folder, "folding");
    await mkdir(join(root), { recursive: true });
    const target = new TargetFolder(root, "Src");
    await using file = await target.createFile("README", 0o644);
    await file.writeFile("first");
    // What a file system that ignores case would show of it.
    await hardLink(join(root, "README"), join(root, "ReadMe"));
    const refusal = "Artifact Src refused: entry 'ReadMe' becomes 'README' on this file system";
    await expect(target.createFile("ReadMe", 0o644)).rejects.toThrow(refusal);
    await expect(target.createLink("ReadMe", "x")).rejects.toThrow(refusal);
    await expect(target.makeFolder("ReadMe")).rejects.toThrow(refusal);
    await rm(root, { recursive: true });
  });

  test("nothing is written through a link that stands in the target folder", async () => {
    const root = join(folder, "planted");
    await mkdir(root);
    await symlink("../planted-outside", join(root, "file"));
    await expect(new TargetFolder(root, "Src").createFile("file", 0o644)).rejects.toThrow("becomes 'file'");
    expect(existsSync(join(folder, "planted-outside"))).toBe(false);
    await rm(root, { recursive: true });
  });
});
