import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const file = new URL("../../package-lock.json", import.meta.url);
const { packages } = JSON.parse(readFileSync(file, "utf8")) as {
  packages: Record<string, { version?: string; integrity?: string; resolved?: string; inBundle?: boolean }>;
};

test("the lockfile names no registry, so that anybody's own is asked, and pins what it must send", () => {
  const installed = Object.entries(packages).filter(([path]) => path !== "");
  expect(installed.length).toBeGreaterThan(50);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(
    installed.filter(([, { integrity, inBundle }]) => integrity === undefined && inBundle !== true),
  ).toEqual([]);
});
