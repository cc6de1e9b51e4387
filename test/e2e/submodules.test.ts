/** P1.7, P2.2 `gitSubmodulesConfig`: submodules of full clones, from a push to a build that uses them. */
import {
  BatchGetBuildsCommand,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { expect, test } from "vitest";
import { codeBuild, pipeline, ROLE, source, stage } from "../codepipeline/support/declarations.ts";
import { connected, connectionSource } from "../connections/support/connected.ts";
import { testServer } from "../support/server.ts";
import { TOKEN } from "../webhooks/support/github.ts";
import { workingTree } from "../worker/support/working-tree.ts";
import { type Clients, clientsOf } from "./support/clients.ts";
import { deliver } from "./support/delivery.ts";

const CLONED = { OutputArtifactFormat: "CODEBUILD_CLONE_REF" };

const BUILDSPEC = `version: 0.2
phases:
  build:
    commands:
      - git submodule status --recursive
      - cat lib/name.txt
      - git -C lib log --format=%s
`;

async function project({ codebuild }: Clients): Promise<void> {
  await codebuild.send(
    new CreateProjectCommand({
      name: "web",
      serviceRole: ROLE,
      source: {
        type: "CODEPIPELINE",
        buildspec: BUILDSPEC,
        gitSubmodulesConfig: { fetchSubmodules: true },
      },
      artifacts: { type: "CODEPIPELINE" },
      environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
    }),
  );
}

const built = (configuration: Record<string, string>, ...inputs: string[]) =>
  stage(
    "Build",
    codeBuild({
      configuration: { ProjectName: "web", ...configuration },
      inputArtifacts: inputs.map((name) => ({ name })),
      outputArtifacts: [],
    }),
  );

/** Phases of the project's newest build that didn't succeed. */
async function failedPhases({ codebuild }: Clients) {
  const { ids } = await codebuild.send(new ListBuildsForProjectCommand({ projectName: "web" }));
  const { builds: [newest] = [] } = await codebuild.send(
    new BatchGetBuildsCommand({ ids: ids?.slice(0, 1) }),
  );
  return newest?.phases?.filter(
    ({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== "SUCCEEDED",
  );
}

const gitmodules = (url: string) => `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n`;

test("P1.7 of a hosted repository: another one that the build's inputs came from, by the job's own keys; no other", async () => {
  await using server = await testServer();
  using clients = clientsOf({ ...server.config });
  for (const repositoryName of ["app", "lib"])
    await clients.codecommit.send(new CreateRepositoryCommand({ repositoryName }));
  await project(clients);
  const lib = await workingTree();
  const commitId = await lib.commit("Library", { "name.txt": "lib" });
  await lib.push(server.server, "lib", "main");
  const app = await workingTree();
  await app.commitWith({ lib: commitId }, { ".gitmodules": gitmodules("../lib.git") });
  await app.push(server.server, "app", "main");
  const from = (RepositoryName: string, name: string, configuration: Record<string, string> = {}) =>
    source({
      name,
      configuration: { RepositoryName, BranchName: "main", ...configuration },
      outputArtifacts: [{ name }],
    });

  const both = pipeline({
    name: "both",
    stages: [
      stage("Source", from("app", "App", CLONED), from("lib", "Lib")),
      built({ PrimarySource: "App" }, "App", "Lib"),
    ],
  });
  const { status, log } = await deliver(clients, both, "Build");
  expect({ status, log }).toEqual({
    status: "Succeeded",
    log: expect.stringContaining(` ${commitId} lib (`),
  });
  expect(log).toContain("lib\n");
  expect(log).toContain("Library");
  expect(log).not.toContain("submodules are not fetched");

  const alone = pipeline({
    name: "alone",
    stages: [stage("Source", from("app", "App", CLONED)), built({}, "App")],
  });
  const refused = await deliver(clients, alone, "Build");
  const url = `${server.server.url}/git/lib.git`;
  const reason = `Submodule lib could not be fetched from ${url}: access was denied.`;
  expect(refused.status).toBe("Failed");
  expect(refused.error).toContain(`PermissionError: ${reason}`);
  expect(await failedPhases(clients)).toMatchObject([
    {
      phaseType: "DOWNLOAD_SOURCE",
      phaseStatus: "FAILED",
      contexts: [{ message: expect.stringContaining(reason) }],
    },
  ]);
});

test("P1.7, attack A18: of a connection's repository: what anybody may read; its token goes to no other", async () => {
  await using at = await connected({ worker: true });
  const { host, fixture } = at;
  const { url: endpoint, region, credentials } = fixture.server;
  using clients = clientsOf({ endpoint, region, credentials });
  await project(clients);
  const commits: Record<string, string> = {};
  for (const name of ["octo/public", "octo/private"]) {
    await host.createRepository(name);
    commits[name] = await host.commit(name, "main", { "name.txt": name });
  }
  host.publish("octo/public");
  await host.createRepository("octo/shop");
  const push = async (branch: string, url: string, commitId = "") => {
    const tree = await workingTree();
    await tree.commitWith({ lib: commitId }, { ".gitmodules": gitmodules(url) });
    await tree.git("push", "--quiet", `${host.folder}/octo/shop.git`, `HEAD:refs/heads/${branch}`);
  };
  await push("main", "../public.git", commits["octo/public"]);
  await push("other", `${host.url}/octo/private`, commits["octo/private"]);
  const arn = await at.connect();
  const from = (name: string, BranchName: string) =>
    pipeline({
      name,
      pipelineType: "V2",
      stages: [stage("Source", connectionSource(arn, { BranchName, ...CLONED })), built({}, "Code")],
    });

  const { status, log } = await deliver(clients, from("public", "main"), "Build");
  expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringContaining("octo/public") });
  expect(host.shown.length).toBeGreaterThan(0);
  expect(host.shown.filter((authorization) => authorization !== undefined)).toEqual([]);

  const refused = await deliver(clients, from("private", "other"), "Build");
  expect(refused.error).toContain(
    `PermissionError: Submodule lib could not be fetched from ${host.url}/octo/private: access was denied.`,
  );
  expect(host.looks("octo/private")).toBe(0);
  expect(JSON.stringify(refused)).not.toContain(TOKEN);
});
