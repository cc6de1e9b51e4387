/** A worker that brings jobs to functions: its log, its secrets, and its end in the midst of it (P7.1 to P7.6). */
import { expect, test, vi } from "vitest";
import { lambda } from "../../../src/worker/providers/lambda.ts";
import { JobBoard } from "../support/job-board.ts";
import { type Answer, outside, type Received } from "../support/outside.ts";
import { provider, testWorker } from "../support/worker.ts";

/** A worker with one job for a function, whose server answers so. */
async function invoking(answer: (received: Received, id: string) => Promise<Answer> | Answer) {
  const board = new JobBoard();
  const service = await outside((received) =>
    answer(received, JSON.parse(received.body)["CodePipeline.job"].id),
  );
  const worker = await testWorker(board, [lambda]);
  const post = () =>
    board.post({
      actionTypeId: lambda.declaration.id,
      configuration: { FunctionName: "resize" },
      settings: { "functions.resize": service.url },
    });
  return { board, worker, post, received: service.received };
}

const secretOf = ({ body }: Received) =>
  JSON.parse(body)["CodePipeline.job"].data.artifactCredentials.secretAccessKey as string;

test("the log says that a function was invoked, however soon it reports", async () => {
  const { board, post } = await invoking(async (_, id) => {
    await board.succeed(id, {});
    return {};
  });
  const id = post();
  await board.result(id);
  await vi.waitFor(
    () => expect(board.texts(id)).toEqual(["[Millrace] invoking the AWS Lambda function resize"]),
    20_000,
  );
});

test("A13 what a function's server answers shows no part of the job's keys, wherever it is cut", async () => {
  const { board, post } = await invoking((received) => ({
    status: 400,
    body: `${"x".repeat(485)}${secretOf(received)} is no key`,
  }));
  const id = post();
  expect(JSON.stringify([await board.result(id), board.texts(id)])).not.toContain("the-secret");
});

test("an error as long as functions may answer is told in the log as it is reported", async () => {
  const { board, post } = await invoking(() => ({
    headers: { "x-amz-function-error": "Unhandled" },
    body: JSON.stringify({ errorMessage: "no ".repeat(1_000_000) }),
  }));
  const id = post();
  const result = await board.result(id);
  expect(board.texts(id).at(-1)).toBe(
    `[Millrace] the action failed: JobFailed: ${"message" in result && result.message}`,
  );
});

test("a worker that ends when its function has the job says so: it isn't invoked again", async () => {
  const { board, post, worker, received } = await invoking(() => ({}));
  const asked = Promise.withResolvers<void>();
  board.intercept = (operation) => {
    if (operation !== "park") return;
    board.intercept = () => undefined;
    asked.resolve();
    throw new Error("connection refused");
  };
  const id = post();
  await asked.promise;
  await worker.stop(0);
  expect(received).toHaveLength(1);
  expect([board.status(id), board.parked]).toEqual(["InProgress", [id]]);
});

test("so does one that is told to end just as its function takes the job", async () => {
  const board = new JobBoard();
  const taken = provider(
    (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({ kind: "parked" }))),
  );
  const worker = await testWorker(board, [taken]);
  const id = board.post();
  await board.acknowledged(id);
  await worker.stop(0);
  expect([board.status(id), board.parked]).toEqual(["InProgress", [id]]);
});
