import { describe, expect, it } from "vitest";
import type { JobGrant } from "../../../src/core/access/types.ts";
import { embeddedJobClient } from "../../../src/server/embedded-worker.ts";
import { type JobClient, JobRefusedError } from "../../../src/worker/index.ts";
import { providers } from "../../../src/worker/providers/index.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { createProject } from "../support/project.ts";
import { action, httpClient, release } from "../support/release.ts";
import { testWorker } from "../support/worker.ts";

const build = action("Build", "CodeBuild", {
  configuration: { ProjectName: "site" },
  inputArtifacts: [{ name: "Source" }],
});

const buildspec = (url: string, helper: string) => `version: 0.2
env: {git-credential-helper: ${helper}}
phases:
  build:
    commands:
      - git clone -q ${url}/git/app.git copy && cat copy/name.txt
      - git clone -q ${url}/git/other.git || echo other refused
      - git -C copy push -q origin HEAD:refs/heads/mine || echo push refused
      - printf 'url=${url}\\n\\n' | git credential fill
      - printf 'url=http://elsewhere.example\\n\\n' | GIT_TERMINAL_PROMPT=0 git credential fill || echo not for others
      - env | grep ASIA || echo not in the environment
`;

/** Builds once with these keys noted as the server knows them. */
async function run(host: TestHost, client: JobClient, helper: string) {
  const grants: JobGrant[] = [];
  const jobs: string[] = [];
  await testWorker(
    {
      ...client,
      async cloneCredentials(jobId) {
        const keys = await client.cloneCredentials(jobId);
        const { accessKeyId, secretAccessKey, sessionToken } = keys;
        const caller = await host.core.access.verifySecret(accessKeyId, secretAccessKey, sessionToken);
        if (caller?.kind === "job") grants.push(caller.grant);
        jobs.push(jobId);
        return keys;
      },
    },
    providers,
  );
  await createProject(host, buildspec(host.url, helper));
  await host.core.repositories.create(scope, "other");
  const { reaches, actions } = await release(host, { "name.txt": "Ada\n" }, [build]);
  await reaches(helper === "yes" ? "Succeeded" : "Failed");
  const { Build } = await actions();
  const lines = await host.core.logs.read(Build?.actionExecutionId ?? "", 1);
  return { output: lines.filter(({ stream }) => stream === "stdout").map(({ text }) => text), grants, jobs };
}

describe("P3.5 env.git-credential-helper", () => {
  it.each([
    ["in the server's own process", (host: TestHost) => embeddedJobClient(host.core, scope.account)],
    ["over HTTP", httpClient],
  ])(
    "lets git in the build fetch what its sources came from, and nothing else: a worker %s",
    async (_where, clientOf) => {
      const host = await testHost();
      const client = clientOf(host);
      const { output, grants, jobs } = await run(host, client, "yes");
      expect(output).toEqual([
        "Ada",
        "other refused",
        "push refused",
        "protocol=http",
        `host=${new URL(host.url).host}`,
        expect.stringMatching(/^username=\*{4}%\*{4}$/),
        "password=****",
        "not for others",
        "not in the environment",
      ]);
      expect(grants[0]).toMatchObject({ read: [], write: [], pull: ["app"] });
      expect(grants[0]).not.toHaveProperty("actionExecutionId");
      await expect(client.cloneCredentials(jobs[0] ?? "")).rejects.toBeInstanceOf(JobRefusedError);
    },
  );

  it("is off unless asked for", async () => {
    const host = await testHost();
    const { grants } = await run(host, embeddedJobClient(host.core, scope.account), "no");
    expect(grants).toEqual([]);
  });
});
