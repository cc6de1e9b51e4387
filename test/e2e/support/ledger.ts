/** What a job worker knows of its own work: it tells when a server hands out what was finished. */
import type { Job } from "@aws-sdk/client-codepipeline";

export class Ledger {
  /** Jobs whose result a server has acknowledged. */
  readonly #ended = new Set<string>();
  /** Action executions that a server has acknowledged as finished, with the action's name. */
  readonly finished = new Map<string, string>();
  /** What no server may do, in words. */
  readonly wrongs: string[] = [];

  handedOut({ id = "", data }: Job): void {
    const { action } = data?.pipelineContext ?? {};
    if (this.#ended.has(id)) this.wrongs.push(`job ${id} of ${action?.name} was handed out after its result`);
    if (this.finished.has(action?.actionExecutionId ?? ""))
      this.wrongs.push(`${action?.name} ${action?.actionExecutionId} runs again after it was finished`);
  }

  continued({ id = "" }: Job): void {
    this.#ended.add(id);
  }

  succeeded({ id = "", data }: Job): void {
    const { action } = data?.pipelineContext ?? {};
    this.#ended.add(id);
    this.finished.set(action?.actionExecutionId ?? "", action?.name ?? "");
  }
}
