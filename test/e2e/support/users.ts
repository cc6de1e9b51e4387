/** People and scripts that use a fleet's server, and remember what it acknowledged. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreatePipelineCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  TagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { names, RELAYS, short } from "./fleet.ts";
import type { MortalServer } from "./mortal-server.ts";
import { gitUrl, type WorkingCopy } from "./working-copy.ts";

export const TAGGED = "arn:aws:codepipeline:us-east-1:000000000000:relay-1";
const LOOK_EVERY_MS = 15;

export class Users {
  readonly #server: MortalServer;
  readonly #copy: WorkingCopy;
  /** Executions of the relays. */
  readonly started: string[] = [];
  readonly created: string[] = [];
  readonly tags: string[] = [];
  readonly commits: string[] = [];
  readonly objectVersions: string[] = [];
  /** Action execution ids of approvals (E5.1: their tokens). */
  readonly approved = new Set<string>();

  constructor(server: MortalServer, copy: WorkingCopy) {
    this.#server = server;
    this.#copy = copy;
  }

  /** What pipelines of sources need to begin with. */
  async provideSources(): Promise<void> {
    await Promise.all([this.#push("first"), this.#upload("first")]);
  }

  /** One round of everything at once. @param round its number, for names */
  async useEverything(round: number): Promise<void> {
    await Promise.all([
      ...[...RELAYS, ...RELAYS].map((name) => this.#start(name)),
      ...Array.from({ length: 3 }, (_, index) => this.#tag(`round-${round}-${index}`)),
      this.#create(`made-${round}`),
      this.#push(`round ${round}`),
      this.#upload(`round ${round}`),
    ]);
  }

  /** Approves every approval of a relay that is asked for, until the signal is aborted. */
  async approveAll(pipelineName: string, signal: AbortSignal): Promise<void> {
    const place = { pipelineName, stageName: "Approve", actionName: "Approve" };
    while (!signal.aborted) {
      const { stageStates = [] } = await this.#server.insist(({ codepipeline }) =>
        codepipeline.send(new GetPipelineStateCommand({ name: pipelineName })),
      );
      const [action] = stageStates.find(({ stageName }) => stageName === place.stageName)?.actionStates ?? [];
      const { token, status } = action?.latestExecution ?? {};
      if (token === undefined || status !== "InProgress" || this.approved.has(token))
        await sleep(LOOK_EVERY_MS);
      else {
        const result = { status: "Approved", summary: "fine" } as const;
        await this.#repeated(["ApprovalAlreadyCompletedException"], ({ codepipeline }) =>
          codepipeline.send(new PutApprovalResultCommand({ ...place, token, result })),
        );
        this.approved.add(token);
      }
    }
  }

  async #start(name: string): Promise<void> {
    const start = new StartPipelineExecutionCommand({ name, clientRequestToken: randomUUID() });
    const { pipelineExecutionId = "" } = await this.#server.insist(({ codepipeline }) =>
      codepipeline.send(start),
    );
    this.started.push(pipelineExecutionId);
  }

  async #tag(key: string): Promise<void> {
    const tag = new TagResourceCommand({ resourceArn: TAGGED, tags: [{ key, value: "kept" }] });
    await this.#server.insist(({ codepipeline }) => codepipeline.send(tag));
    this.tags.push(key);
  }

  async #create(name: string): Promise<void> {
    const create = new CreatePipelineCommand({ pipeline: short(name) });
    await this.#repeated(["PipelineNameInUseException"], ({ codepipeline }) => codepipeline.send(create));
    this.created.push(name);
  }

  async #upload(text: string): Promise<void> {
    const put = new PutObjectCommand({ Bucket: names.bucket, Key: names.key, Body: text });
    const { VersionId = "" } = await this.#server.insist(({ s3 }) => s3.send(put));
    this.objectVersions.push(VersionId);
  }

  async #push(message: string): Promise<void> {
    const commit = await this.#copy.commit(message);
    for (;;) {
      const { target } = await this.#server.request();
      try {
        await this.#copy.git("push", "--quiet", gitUrl(target, names.repository), "main");
        break;
      } catch (error) {
        await this.#server.deathOf(target, error);
      }
    }
    this.commits.push(commit);
  }

  /** @param taken the errors that an earlier try, whose answer was lost, leads to */
  async #repeated(taken: readonly string[], call: Parameters<MortalServer["insist"]>[0]): Promise<void> {
    let tries = 0;
    try {
      await this.#server.insist((clients) => {
        tries += 1;
        return call(clients);
      });
    } catch (error) {
      if (tries === 1 || !(error instanceof Error) || !taken.includes(error.name)) throw error;
    }
  }
}
