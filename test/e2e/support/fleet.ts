/** Pipelines of every kind of work, for servers that are killed: custom workers, approvals, commands, git and S3. */
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CreatePipelineCommand,
  type PipelineDeclaration,
  type StageDeclaration,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { approval, commands, ROLE, source, stage } from "../../codepipeline/support/declarations.ts";
import { build, registerTypes, ship, worked } from "../../codepipeline/support/workers.ts";
import type { Clients } from "./clients.ts";

export const names = { repository: "app", bucket: "inbox", key: "release.zip" } as const;

const shipped = stage("Ship", ship());

/** Three alike: a hand-out whose answer was lost holds its pipeline up until its 30 s are over (E3.10). */
export const RELAYS = ["relay-1", "relay-2", "relay-3"] as const;

/** Custom workers, two at once in the middle, and an approval. */
function relay(name: string): PipelineDeclaration {
  const builds = stage("Build", build({ name: "Compile" }), build({ name: "Lint" }));
  return worked([builds, stage("Approve", approval()), shipped], { name });
}

/** The shortest that does something. */
export const short = (name: string): PipelineDeclaration => worked([shipped], { name });

const fromGit = (stages: StageDeclaration[]): PipelineDeclaration => ({
  name: "git",
  roleArn: ROLE,
  pipelineType: "V2",
  stages: [stage("Source", source()), ...stages, shipped],
});

const fromBucket: PipelineDeclaration = {
  name: "object",
  roleArn: ROLE,
  stages: [
    stage(
      "Source",
      source({
        actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
        configuration: { S3Bucket: names.bucket, S3ObjectKey: names.key, PollForSourceChanges: "false" },
      }),
    ),
    shipped,
  ],
};

/** Where the fleet's sources come from. */
export async function createSources({ codecommit, s3 }: Clients): Promise<void> {
  await codecommit.send(new CreateRepositoryCommand({ repositoryName: names.repository }));
  await s3.send(new CreateBucketCommand({ Bucket: names.bucket }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: names.bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
}

/** @param runs a file that each run of the Commands action adds a line to: its execution's id */
export async function createPipelines({ codepipeline }: Clients, runs: string): Promise<void> {
  await registerTypes(codepipeline);
  const check = commands({
    name: "Check",
    commands: [`echo "#{codepipeline.PipelineExecutionId}" >> '${runs}'`, "sleep 0.2"],
  });
  for (const pipeline of [...RELAYS.map(relay), fromGit([stage("Check", check)]), fromBucket])
    await codepipeline.send(new CreatePipelineCommand({ pipeline }));
}
