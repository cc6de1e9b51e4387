/** A job keeper in memory that holds to the protocol: nonces, one result a job, leases, log lines by number. */
import { randomUUID } from "node:crypto";
import type {
  ActionTypeId,
  Job,
  JobClient,
  JobFailure,
  JobSuccess,
  LeaseVerdict,
  LogLine,
  WorkerDescription,
} from "../../../src/worker/protocol.ts";
import { JobRefusedError } from "../../../src/worker/protocol.ts";

export type Result = ({ readonly ok: true } & JobSuccess) | ({ readonly ok: false } & JobFailure);

interface Posted {
  readonly job: Job;
  status: "Queued" | "Dispatched" | "InProgress" | "Succeeded" | "Failed" | "Closed";
  readonly lines: LogLine[];
  readonly ended: PromiseWithResolvers<Result>;
  readonly acknowledged: PromiseWithResolvers<void>;
}

export const NO_OP: ActionTypeId = { category: "Invoke", owner: "AWS", provider: "NoOp", version: "1" };

export class JobBoard implements JobClient {
  readonly workers: WorkerDescription[] = [];
  readonly renewals: string[] = [];
  /** Jobs that were brought to their functions. */
  readonly parked: string[] = [];
  readonly #posted = new Map<string, Posted>();
  #waiters: (() => void)[] = [];
  /** Every call goes through here first: tests let some fail. */
  intercept: (operation: keyof JobClient, jobId?: string) => void = () => undefined;

  /** Queues a job and answers its id. */
  post(job: Partial<Job> = {}): string {
    const id = job.id ?? randomUUID();
    this.#posted.set(id, {
      job: { ...template(id), ...job },
      status: "Queued",
      lines: [],
      ended: Promise.withResolvers(),
      acknowledged: Promise.withResolvers(),
    });
    for (const wake of this.#waiters.splice(0)) wake();
    return id;
  }

  result(jobId: string): Promise<Result> {
    return this.#of(jobId).ended.promise;
  }

  acknowledged(jobId: string): Promise<void> {
    return this.#of(jobId).acknowledged.promise;
  }

  status(jobId: string): string {
    return this.#of(jobId).status;
  }

  texts(jobId: string): string[] {
    return this.#of(jobId).lines.map(({ text }) => text);
  }

  /** The action was stopped and abandoned, or timed out. */
  close(jobId: string): void {
    this.#of(jobId).status = "Closed";
  }

  async register(worker: WorkerDescription): Promise<void> {
    this.intercept("register");
    this.workers.push(worker);
  }

  async poll(
    request: { actionTypeIds: readonly ActionTypeId[]; maxBatchSize: number },
    signal: AbortSignal,
  ): Promise<readonly Job[]> {
    this.intercept("poll");
    while (!signal.aborted) {
      const found = [...this.#posted.values()]
        .filter(
          ({ status, job }) =>
            status === "Queued" && request.actionTypeIds.some((id) => same(id, job.actionTypeId)),
        )
        .slice(0, request.maxBatchSize);
      if (found.length > 0) {
        for (const posted of found) posted.status = "Dispatched";
        return found.map(({ job }) => job);
      }
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return [];
  }

  async acknowledge(jobId: string, nonce: string): Promise<string> {
    this.intercept("acknowledge", jobId);
    const posted = this.#of(jobId);
    if (nonce !== posted.job.nonce) throw new JobRefusedError("InvalidNonceException", "wrong nonce");
    if (posted.status === "Dispatched") posted.status = "InProgress";
    posted.acknowledged.resolve();
    return posted.status;
  }

  async extendLease(jobId: string): Promise<LeaseVerdict> {
    this.intercept("extendLease", jobId);
    this.renewals.push(jobId);
    return this.#of(jobId).status === "InProgress"
      ? { leaseSeconds: 60, verdict: "continue" }
      : { leaseSeconds: 60, verdict: "cancel", reason: "The action was abandoned" };
  }

  async refresh(jobId: string) {
    this.intercept("refresh", jobId);
    return this.#of(jobId).job.artifactCredentials;
  }

  async cloneCredentials(jobId: string) {
    this.intercept("cloneCredentials", jobId);
    return this.#of(jobId).job.artifactCredentials;
  }

  async giveUp(jobId: string, nonce: string): Promise<void> {
    this.intercept("giveUp", jobId);
    const posted = this.#of(jobId);
    if (nonce !== posted.job.nonce) return;
    if (posted.status === "Dispatched" || posted.status === "InProgress") posted.status = "Queued";
    for (const wake of this.#waiters.splice(0)) wake();
  }

  async park(jobId: string): Promise<void> {
    this.intercept("park", jobId);
    this.parked.push(jobId);
  }

  async progress(jobId: string): Promise<void> {
    this.intercept("progress", jobId);
  }

  async succeed(jobId: string, result: JobSuccess): Promise<void> {
    this.intercept("succeed", jobId);
    this.#end(jobId, "Succeeded", { ok: true, ...result });
  }

  async fail(jobId: string, failure: JobFailure): Promise<void> {
    this.intercept("fail", jobId);
    this.#end(jobId, "Failed", { ok: false, ...failure });
  }

  async appendLog(_actionExecutionId: string, jobId: string, lines: readonly LogLine[]): Promise<void> {
    this.intercept("appendLog", jobId);
    const posted = this.#of(jobId);
    if (posted.status !== "InProgress") throw new JobRefusedError("notOpen", "the job is not open");
    for (const line of lines) {
      if (line.seq === posted.lines.length + 1) posted.lines.push(line);
      else if (line.seq > posted.lines.length) throw new Error(`line ${posted.lines.length + 1} is missing`);
    }
  }

  async putBuildState(): Promise<void> {
    this.intercept("putBuildState");
  }

  async startBuild() {
    this.intercept("startBuild");
    return undefined;
  }

  async jobRole() {
    this.intercept("jobRole");
    return { kind: "none" } as const;
  }

  async startChild() {
    this.intercept("startChild");
    return { refused: { type: "ConfigurationError", message: "this board has no pipelines" } } as const;
  }

  async describeChild() {
    this.intercept("describeChild");
    return undefined;
  }

  async connectedRepository() {
    this.intercept("connectedRepository");
    return { refused: "no job of this board has a connection" };
  }

  async doubtConnection() {
    this.intercept("doubtConnection");
  }

  async resolveSecret() {
    this.intercept("resolveSecret");
    return { refused: "no job of this board has a secret" };
  }

  #end(jobId: string, status: "Succeeded" | "Failed", result: Result): void {
    const posted = this.#of(jobId);
    if (posted.status !== "InProgress") {
      throw new JobRefusedError("InvalidJobStateException", `Job with id ${jobId} has already terminated`);
    }
    posted.status = status;
    posted.ended.resolve(result);
  }

  #of(jobId: string): Posted {
    const posted = this.#posted.get(jobId);
    if (posted === undefined) throw new JobRefusedError("JobNotFoundException", `no job ${jobId}`);
    return posted;
  }
}

function same(a: ActionTypeId, b: ActionTypeId): boolean {
  return a.category === b.category && a.owner === b.owner && a.provider === b.provider;
}

function template(id: string): Job {
  return {
    id,
    nonce: `nonce of ${id}`,
    accountId: "000000000000",
    actionTypeId: NO_OP,
    configuration: {},
    inputArtifacts: [],
    outputArtifacts: [],
    artifactCredentials: {
      accessKeyId: "ASIAJOBJOBJOBJOBJOB1",
      secretAccessKey: "the-secret-of-the-job",
      sessionToken: "the-token-of-the-job",
      expires: Date.UTC(2026, 10, 24, 13, 34, 56),
    },
    pipeline: {
      pipelineName: "release",
      pipelineArn: "arn:aws:codepipeline:us-east-1:000000000000:release",
      executionId: randomUUID(),
      stage: "Stage",
      action: "Action",
      actionExecutionId: randomUUID(),
    },
    region: "us-east-1",
    timeoutMinutes: 60,
    actionStartedAt: Date.UTC(2026, 10, 24, 12, 34, 56, 789),
    delivery: 1,
    artifactEndpoint: "http://127.0.0.1:9",
    publicUrl: "http://127.0.0.1:9",
  };
}
