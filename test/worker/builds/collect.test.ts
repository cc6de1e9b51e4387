import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { BuildLog } from "../../../src/worker/builds/build-log.ts";
import { collectFiles } from "../../../src/worker/builds/collect/collect.ts";
import { fakeTools } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await realpath(await tempFolder());
let count = 0;
const same = (path: string) => path;

interface Spec {
  readonly files: readonly string[];
  readonly baseDirectory?: string;
  readonly excludePaths?: readonly string[];
  readonly discardPaths?: boolean;
  readonly enableSymlinks?: boolean;
}

/** Collects from a tree of files; `links` maps a link's path to its target. */
async function collect(tree: readonly string[], spec: Spec, links: Record<string, string> = {}) {
  count += 1;
  const root = join(folder, `tree-${count}`);
  const sourceFolder = join(root, "output/src");
  await mkdir(sourceFolder, { recursive: true });
  await writeFile(join(root, "outside.txt"), "outside");
  for (const path of tree) {
    const file = join(sourceFolder, path);
    await mkdir(path.endsWith("/") ? file : dirname(file), { recursive: true });
    if (!path.endsWith("/")) await writeFile(file, path);
  }
  for (const [path, target] of Object.entries(links)) await symlink(target, join(sourceFolder, path));
  const world = await fakeTools(folder);
  const files = await collectFiles(
    { excludePaths: [], discardPaths: false, enableSymlinks: false, ...spec },
    {
      sourceFolder,
      sandbox: { folders: { ofBuild: [join(root, "output")] }, inside: same, outside: same },
      log: new BuildLog(world.tools.log),
    },
  );
  return { files, paths: files.map(({ path }) => path), texts: world.texts(), sourceFolder };
}

const TREE = ["a.js", "b.txt", ".hidden", "dir/c.js", "dir/sub/d.js", "dir/sub/.e", "empty/"];

describe("P3.27 to P3.33 what an artifact is made of", () => {
  test.each<[string, Spec, string[]]>([
    [
      "everything",
      { files: ["**/*"] },
      [".hidden", "a.js", "b.txt", "dir/c.js", "dir/sub/.e", "dir/sub/d.js"],
    ],
    ["the top", { files: ["*"] }, [".hidden", "a.js", "b.txt"]],
    ["several patterns, each file once", { files: ["*.js", "a.*", "./b.txt"] }, ["a.js", "b.txt"]],
    ["below a folder", { files: ["dir/**/*"] }, ["dir/c.js", "dir/sub/.e", "dir/sub/d.js"]],
    ["from a base", { files: ["**/*"], baseDirectory: "dir" }, ["c.js", "sub/.e", "sub/d.js"]],
    ["from bases by glob", { files: ["*"], baseDirectory: "d*/s?b" }, [".e", "d.js"]],
    ["without some", { files: ["**/*"], excludePaths: ["dir/**", ".*"] }, ["a.js", "b.txt"]],
    ["base names only", { files: ["**/*.js"], discardPaths: true }, ["a.js", "c.js", "d.js"]],
  ])("%s", async (_what, spec, expected) => {
    expect((await collect(TREE, spec)).paths).toEqual(expected);
  });

  test("P3.27 an absolute pattern is stored without its first slash", async () => {
    const first = await collect(TREE, { files: ["a.js"] });
    const { paths } = await collect(TREE, {
      files: ["a.js", `${join(folder, `tree-${count + 1}`, "output")}/src/*.txt`],
    });
    expect(first.paths).toEqual(["a.js"]);
    expect(paths).toEqual(["a.js", `${join(folder, `tree-${count}`, "output/src/b.txt").slice(1)}`]);
  });

  test("an absolute pattern or base outside the build's folders finds nothing", async () => {
    const { paths, texts } = await collect(TREE, {
      files: ["a.js", "/etc/passwd", `${folder}/*/outside.txt`],
    });
    expect(paths).toEqual(["a.js"]);
    expect(texts).toContain("Skipping invalid file path /etc/passwd");
    await expect(collect(TREE, { files: ["*"], baseDirectory: "/etc" })).rejects.toThrow(
      "no matching base directory path found for /etc",
    );
    await expect(collect(TREE, { files: ["*"], baseDirectory: "../.." })).rejects.toThrow(
      "no matching base directory path found for ../..",
    );
  });

  test("P3.29 the later of two bases wins, with a warning", async () => {
    const { files, texts, sourceFolder } = await collect(["x1/f", "x2/f"], {
      files: ["f"],
      baseDirectory: "x*",
    });
    expect(files).toMatchObject([{ path: "f", file: join(sourceFolder, "x2/f") }]);
    expect(texts.join("\n")).toContain("f is there more than once");
  });

  test("P3.29, P3.30 no base, no match", async () => {
    await expect(collect(TREE, { files: ["*"], baseDirectory: "no" })).rejects.toMatchObject({
      statusCode: "CLIENT_ERROR",
      message: "no matching base directory path found for no",
    });
    await expect(collect(TREE, { files: ["no/*", "*.md"] })).rejects.toMatchObject({
      statusCode: "CLIENT_ERROR",
      message: "no matching artifact paths found",
    });
  });

  test("P3.27, P3.30 hints: a folder by itself, patterns without match", async () => {
    const { texts } = await collect(TREE, { files: ["a.js", "dir", "*.md"] });
    expect(texts).toContain("[Millrace] dir is a folder: use dir/**/*");
    expect(texts).toContain("Skipping invalid file path dir");
    expect(texts).toContain("Skipping invalid file path *.md");
    expect(texts).toContain("Found 1 file(s)");
  });

  describe("P3.31 links", () => {
    test("are followed, to files and to folders", async () => {
      const { files, sourceFolder } = await collect(
        ["dir/a"],
        { files: ["l", "ld/**/*"] },
        { l: "dir/a", ld: "dir" },
      );
      expect(files).toMatchObject([
        { path: "l", file: join(sourceFolder, "dir/a") },
        { path: "ld/a", file: join(sourceFolder, "dir/a") },
      ]);
    });

    test("in a circle are walked once, with a warning", async () => {
      const { paths, texts } = await collect(
        ["dir/a"],
        { files: ["**/*"] },
        { "dir/up": "..", "dir/here": "." },
      );
      expect(paths).toContain("dir/a");
      expect(paths.length).toBeLessThan(5);
      expect(texts.join("\n")).toContain("is a link to a folder that is already taken and is skipped");
    });

    test("out of the build's folders, or to nothing, are skipped with a warning", async () => {
      const { paths, texts } = await collect(
        ["a"],
        { files: ["**/*"] },
        { out: "../../outside.txt", etc: "/etc", no: "nothing" },
      );
      expect(paths).toEqual(["a"]);
      expect(texts).toContain("[Millrace] out is a link that leaves the build's folders and is skipped");
      expect(texts).toContain("[Millrace] etc is a link that leaves the build's folders and is skipped");
      expect(texts).toContain("[Millrace] no is a link to nothing and is skipped");
    });

    test("stay links where the artifact asks for it, if they stay inside the base", async () => {
      const { files, paths, texts } = await collect(
        ["dir/a"],
        { files: ["**/*"], enableSymlinks: true },
        { l: "dir/a", ld: "dir", out: "../x" },
      );
      expect(paths).toEqual(["dir/a", "l", "ld"]);
      expect(files[1]).toMatchObject({ linkTarget: "dir/a" });
      expect(texts).toContain("[Millrace] out is a link that leaves the base directory and is skipped");
    });
  });
});
