/** kill -9 while an artifact is copied: the next server makes the copy, and the job is handed out (E3.7). */
import { execFileSync } from "node:child_process";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test, vi } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { createHttpJobClient } from "../../src/worker/index.ts";
import { codeBuild, stage } from "../codepipeline/support/declarations.ts";
import { ORIGIN, registerTypes, succeed, take, worked } from "../codepipeline/support/workers.ts";
import { versionedBucket } from "../e2e/support/delivery.ts";
import { mortalServer } from "../e2e/support/mortal-server.ts";

test("E3.7 a copy that was under way when the server was killed is made by the next one", {
  timeout: 60_000,
}, async () => {
  await using server = await mortalServer("--no-worker");
  await server.start();
  const { codepipeline, s3 } = await server.clients();
  await versionedBucket({ s3 }, "near");
  await versionedBucket({ s3 }, "far", "eu-west-1");
  await registerTypes(codepipeline);
  const artifactStores = {
    "us-east-1": { type: "S3" as const, location: "near" },
    "eu-west-1": { type: "S3" as const, location: "far" },
  };
  const pipeline = worked([stage("Build", codeBuild({ region: "eu-west-1" }))], {
    pipelineType: "V2",
    artifactStores,
  });
  await codepipeline.send(new CreatePipelineCommand({ pipeline }));
  const source = await take(codepipeline, ORIGIN);
  const place = source.data?.outputArtifacts?.[0]?.location?.s3Location;
  await s3.send(new PutObjectCommand({ Bucket: place?.bucketName, Key: place?.objectKey, Body: "the code" }));

  // A pipe that nobody writes to: whoever copies it waits for ever.
  const file = await onlyFile(join(server.dataDir, "objects"));
  await rename(file, `${file}.kept`);
  execFileSync("mkfifo", [file]);
  await succeed(codepipeline, source);
  await claimed(server.place);
  await server.kill();
  await rename(`${file}.kept`, file);

  await server.start();
  const next = await server.clients();
  const { endpoint, region, credentials } = next.target;
  const worker = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  const types = [{ category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" }];
  const request = { workerId: "far", actionTypeIds: types, maxBatchSize: 1, waitSeconds: 20 };
  // The claim of the server that died ends first.
  const [job] = await worker.poll(request, new AbortController().signal);
  worker.close();
  const input = job?.inputArtifacts[0];
  expect(input?.bucket).toBe("far");
  const got = await next.s3.send(new GetObjectCommand({ Bucket: input?.bucket, Key: input?.key }));
  expect(await got.Body?.transformToString()).toBe("the code");
});

async function onlyFile(folder: string): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const [file, ...more] = found.filter((entry) => entry.isFile());
  if (file === undefined || more.length > 0) throw new Error(`${more.length + 1} files`);
  return join(file.parentPath, file.name);
}

/** Resolves when a server has taken the one copy. */
async function claimed(place: Parameters<typeof openStore>[0]): Promise<void> {
  const store = await openStore(place);
  try {
    await vi.waitFor(
      async () => {
        const { due } = await store.read.selectFrom("artifact_copy").select("due").executeTakeFirstOrThrow();
        expect(due).toBeGreaterThan(Date.now());
      },
      { timeout: 30_000, interval: 20 },
    );
  } finally {
    await store.close();
  }
}
