/** P10.1 what builds and commands are told of a proxy: by `builds.proxy`, and not without. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { parseProxy } from "../../../src/network/index.ts";
import type { Job } from "../../../src/worker/protocol.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { commands } from "../../../src/worker/providers/commands.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const PRINT = "env | grep -i _proxy | sort";

async function runCommands(texts: readonly string[], job: Partial<Job>, workersProxy?: string) {
  const world = await fakeTools(folder);
  const proxy = workersProxy === undefined ? undefined : parseProxy(workersProxy);
  const list = texts.map((text) => ({ text, values: {} }));
  await commands.run(fakeJob({ commands: list, publicUrl: "http://ci.example:4750", ...job }), {
    ...world.tools,
    way: proxy === undefined ? {} : { proxy },
  });
  return world;
}

const told = (proxy: string, without: string) => [
  `HTTPS_PROXY=${proxy}`,
  `HTTP_PROXY=${proxy}`,
  `NO_PROXY=${without}`,
  `http_proxy=${proxy}`,
  `https_proxy=${proxy}`,
  `no_proxy=${without}`,
];
const HERE = "localhost,127.0.0.1,::1,ci.example";

test("commands see it in lower and upper case, and reach this host, the server and builds.noProxy without it", async () => {
  const settings = { "builds.proxy": "http://proxy.example:3128", "builds.noProxy": "git.example,.corp" };
  const { output } = await runCommands([PRINT], { settings });
  expect(output().toSorted()).toEqual(told("http://proxy.example:3128", `${HERE},git.example,.corp`));
});

test("so do builds of projects", async () => {
  const world = await fakeTools(folder, { project: {} });
  const input = await world.input("Source", {
    "buildspec.yml": `version: 0.2\nphases: { build: { commands: ["${PRINT}"] } }\n`,
  });
  await codeBuildBuild.run(
    fakeJob({
      configuration: { ProjectName: "project" },
      inputArtifacts: [input],
      settings: { "builds.proxy": "http://proxy.example:3128" },
      publicUrl: "http://[::1]:4750",
    }),
    world.tools,
  );
  expect(world.output().toSorted()).toEqual(told("http://proxy.example:3128", "localhost,127.0.0.1,::1"));
});

test("P10.3 its password is hidden, as it is written and as it is meant", async () => {
  const settings = { "builds.proxy": "http://ci:pa%24%24word@proxy.example:3128" };
  const { output } = await runCommands(["echo $http_proxy", "printf '%s\\n' 'pa$$word'"], { settings });
  expect(output()).toEqual(["http://ci:****@proxy.example:3128", "****"]);
});

test("true is the proxy of the worker that runs them, if it has one", async () => {
  const settings = { "builds.proxy": "true" };
  const workers = await runCommands([PRINT], { settings }, "http://proxy.here:8080");
  expect(workers.output().toSorted()).toEqual(told("http://proxy.here:8080", HERE));
  expect((await runCommands([PRINT, "echo none"], { settings })).output()).toEqual(["none"]);
});

test("without the setting they see neither the worker's --proxy nor its variables", async () => {
  vi.stubEnv("HTTPS_PROXY", "http://of.the.worker:1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { output } = await runCommands([PRINT, "echo none"], {}, "http://proxy.here:8080");
  expect(output()).toEqual(["none"]);
});

test("a variable of the action's own goes before", async () => {
  const { output } = await runCommands(["echo $https_proxy $http_proxy"], {
    settings: { "builds.proxy": "http://proxy.example:3128" },
    environmentVariables: [{ name: "https_proxy", value: "http://mine:1" }],
  });
  expect(output()).toEqual(["http://mine:1 http://proxy.example:3128"]);
});

test("git in a build goes through it, with user and password", async () => {
  const asked: string[] = [];
  const expected = `Basic ${Buffer.from("ci:hush$").toString("base64")}`;
  const proxy = createServer((request, response) => {
    if (request.headers["proxy-authorization"] !== expected)
      return void response.writeHead(407, { "proxy-authenticate": 'Basic realm="proxy"' }).end();
    asked.push(request.url ?? "");
    response.writeHead(404).end();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  await runCommands(["git ls-remote http://elsewhere.example/app.git || true"], {
    settings: { "builds.proxy": `http://ci:hush%24@127.0.0.1:${port}` },
  });
  expect(asked).toContain("http://elsewhere.example/app.git/info/refs?service=git-upload-pack");
});
