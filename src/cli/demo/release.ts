/** The end of the good run: what was deployed, from which commit, and how long each stage took. */
import { type ActionExecutionDetail, GetPipelineCommand } from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { type Clients, names } from "./pipeline.ts";
import { duration, type Screen } from "./screen.ts";

/** Fetches every deployed file and prints it. @throws Error when one is missing, or isn't of this commit */
export async function showRelease(
  { codepipeline, s3 }: Clients,
  screen: Screen,
  commitId: string,
  actions: readonly ActionExecutionDetail[],
): Promise<void> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: names.bucket }));
  const keys = Contents.map(({ Key = "" }) => Key);
  const notes = keys.find((key) => key.endsWith("RELEASE.md"));
  const tarball = keys.find((key) => key.endsWith(".tgz"));
  if (notes === undefined || tarball === undefined) {
    throw new Error(
      `the bucket ${names.bucket} holds ${keys.join(", ") || "nothing"}: a deployed file is missing`,
    );
  }
  for (const key of [tarball, notes]) {
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: names.bucket, Key: key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    screen.good(`s3://${names.bucket}/${key}: ${bytes.length} bytes of ${ContentType}`);
    if (key !== notes) continue;
    const text = new TextDecoder().decode(bytes);
    for (const line of text.trimEnd().split("\n")) screen.say(`  ${line}`);
    if (!text.includes(commitId)) throw new Error(`${key} doesn't name commit ${commitId}`);
  }
  screen.say(`deployed from commit ${commitId}`);

  const { pipeline } = await codepipeline.send(new GetPipelineCommand({ name: names.pipeline }));
  for (const { name } of pipeline?.stages ?? []) {
    const own = actions.filter((action) => action.stageName === name);
    const started = Math.min(...own.map((action) => Number(action.startTime)));
    const ended = Math.max(...own.map((action) => Number(action.lastUpdateTime)));
    screen.say(`stage ${(name ?? "").padEnd(10)} ${duration(ended - started)}`);
  }
}
