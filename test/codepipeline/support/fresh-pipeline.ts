/** For tests that each work on a pipeline of their own: one server a file, one region a test. */
import type { CodePipelineClient, PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Fixture, startServer } from "./server.ts";
import { createWorked } from "./workers.ts";

export interface FreshPipeline {
  readonly fixture: Fixture;
  /** A client of this test's own region. */
  readonly client: CodePipelineClient;
  /** The execution that the pipeline's creation started. */
  readonly executionId: string;
}

/** Registers the hooks; the members have their values while a test runs. */
export function freshPipeline(declaration: PipelineDeclaration): FreshPipeline {
  const here: { -readonly [M in keyof FreshPipeline]?: FreshPipeline[M] } = {};
  beforeAll(async () => {
    here.fixture = await startServer();
  });
  beforeEach(async () => {
    here.client = here.fixture!.freshClient();
    here.executionId = await createWorked(here.client, declaration);
  });
  afterAll(() => here.fixture?.[Symbol.asyncDispose]());
  return here as FreshPipeline;
}
