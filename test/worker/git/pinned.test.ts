import dns from "node:dns/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DIRECT } from "../../../src/network/index.ts";
import { pinned } from "../../../src/worker/git/pinned.ts";

const unlimited = new AbortController().signal;
const github = (signal = unlimited) =>
  pinned("https://github.example/octo/shop.git", { allowed: [], way: DIRECT, service: "GitHub", signal });

/** What the resolver says, one after the other; the last again and again. */
const answers: (string | Error)[] = [];
let lookup: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  answers.length = 0;
  vi.spyOn(Math, "random").mockReturnValue(0);
  lookup = vi.spyOn(dns, "lookup").mockImplementation((async () => {
    const [answer = ""] = answers.length > 1 ? answers.splice(0, 1) : answers;
    if (answer instanceof Error) throw answer;
    return [{ address: answer, family: 4 }];
  }) as unknown as typeof dns.lookup);
});
afterEach(() => void vi.restoreAllMocks());

const failure = (code: string) => Object.assign(new Error(`queryA ${code} github.example`), { code });

test.each(["EAI_AGAIN", "ENOTFOUND", "ESERVFAIL"])(
  "P0.11 a name that can't be looked up for a moment (%s) is looked up again",
  async (code) => {
    answers.push(failure(code), failure(code), "140.82.121.3");
    expect(await github()).toEqual({ "http.curloptResolve": "github.example:443:140.82.121.3" });
    expect(lookup).toHaveBeenCalledTimes(3);
  },
);

test("P0.11 after five tries the action fails with SystemUnavailable", async () => {
  answers.push(failure("ENOTFOUND"));
  await expect(github()).rejects.toMatchObject({
    name: "ProviderError",
    type: "SystemUnavailable",
    message: "GitHub could not be reached: the host github.example is not known",
  });
  expect(lookup).toHaveBeenCalledTimes(5);
});

test("A18 an address that isn't allowed is not tried again", async () => {
  answers.push("10.0.0.1");
  await expect(github()).rejects.toMatchObject({ type: "ConfigurationError" });
  expect(lookup).toHaveBeenCalledTimes(1);
});

test("A18 a name with a dot at its end, which git would look up itself, isn't given to git", async () => {
  answers.push("140.82.121.3");
  await expect(
    pinned("https://github.example./a.git", { allowed: [], way: DIRECT, service: "Git", signal: unlimited }),
  ).rejects.toMatchObject({
    type: "ConfigurationError",
    message: "The host github.example. must be written without the dot at its end.",
  });
});

test("a job that is cancelled looks no further", async () => {
  answers.push(failure("EAI_AGAIN"));
  await expect(github(AbortSignal.abort())).rejects.toThrow("the host github.example is not known");
  expect(lookup).toHaveBeenCalledTimes(1);
});
