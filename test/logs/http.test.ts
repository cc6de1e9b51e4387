/** P11.5: `/logs` as its readers and writers see it. */
import { expect, test } from "vitest";
import { scope, type TestHost, testHost } from "../worker/support/host.ts";
import { endJob, type LoggedJob, runningAction } from "./support/rows.ts";
import { presigned, signed } from "./support/signed.ts";

const line = (seq: number, text = `line ${seq}`, stream = "stdout") => ({
  seq,
  time: 1_000_000,
  stream,
  text,
});
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

async function append({ core }: TestHost, { actionExecutionId, jobId }: LoggedJob, from: number, to: number) {
  await core.logs.append({
    actionExecutionId,
    jobId,
    lines: lines(from, to).map((each) => ({ ...each, stream: "stdout" as const })),
  });
}

/** The events of a stream as they come: `id data`, `end` for the end. */
async function* eventsOf(answer: Response): AsyncGenerator<string> {
  let pending = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (pending + chunk).split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(block) ?? [];
      if (data !== undefined) yield `${id} ${(JSON.parse(data) as { text: string }).text}`;
      else if (block.startsWith("event: end")) yield "end";
    }
  }
}

test("a log is read as text, from any line on; markers carry their time", async () => {
  const host = await testHost();
  const job = await runningAction(host.core.store);
  await append(host, job, 1, 2);
  const { actionExecutionId, jobId } = job;
  await host.core.logs.append({
    actionExecutionId,
    jobId,
    lines: [{ ...line(3, "Entering phase BUILD"), stream: "system" }],
  });
  const path = `/logs/${actionExecutionId}`;
  const all = await signed(host.url, path, host.credentials);
  expect(all.status).toBe(200);
  expect(all.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const marker = "[Container] 1970/01/01 00:16:40.000000 Entering phase BUILD\n";
  expect(await all.text()).toBe(`line 1\nline 2\n${marker}`);
  expect(await (await signed(host.url, `${path}?from=3`, host.credentials)).text()).toBe(marker);
  expect(await (await signed(host.url, `${path}?from=9`, host.credentials)).text()).toBe("");
});

test("P11.5 a presigned address reads the log that it names, while it lasts, and appends nothing", async () => {
  const host = await testHost();
  const job = await runningAction(host.core.store);
  await append(host, job, 1, 2);
  const path = `/logs/${job.actionExecutionId}`;
  const address = await presigned(host.url, `${path}?from=2`, host.credentials);
  const read = await fetch(address);
  expect({ status: read.status, text: await read.text() }).toEqual({ status: 200, text: "line 2\n" });
  const following = await fetch(await presigned(host.url, path, host.credentials), {
    headers: { accept: "text/event-stream" },
  });
  expect((await eventsOf(following).next()).value).toBe("1 line 1");

  const other = await runningAction(host.core.store);
  const refused = [
    address.replace("from=2", "from=1"),
    address.replace(job.actionExecutionId, other.actionExecutionId),
    await presigned(host.url, path, { ...host.credentials, secretAccessKey: "wrong" }),
    await presigned(host.url, path, host.credentials, { signedAt: new Date(Date.now() - 120_000) }),
    await presigned(host.url, path, host.credentials, { expiresIn: 604_800 }).then((whole) =>
      whole.replace("604800", "704800"),
    ),
  ];
  for (const wrong of refused) expect((await fetch(wrong)).status, wrong).toBe(403);
  const posting = await presigned(host.url, path, host.credentials, { method: "POST" });
  const body = JSON.stringify({ jobId: job.jobId, lines: [] });
  expect((await fetch(posting, { method: "POST", body })).status).toBe(403);
});

test("a stream follows the log, resumes behind Last-Event-ID, and ends with the action", async () => {
  const host = await testHost();
  const job = await runningAction(host.core.store);
  const follow = (headers: Record<string, string> = {}, query = "") =>
    signed(host.url, `/logs/${job.actionExecutionId}${query}`, host.credentials, {
      headers: { accept: "text/event-stream", ...headers },
    });
  await append(host, job, 1, 3);
  const first = await follow();
  expect(first.headers.get("content-type")).toBe("text/event-stream");
  const seen = eventsOf(first);
  expect((await seen.next()).value).toBe("1 line 1");
  expect((await seen.next()).value).toBe("2 line 2");
  await seen.return(undefined);

  // As a browser's EventSource comes back: to the same address, with what it saw last.
  const second = eventsOf(await follow({ "last-event-id": "2" }, "?from=1"));
  expect((await second.next()).value).toBe("3 line 3");
  await append(host, job, 4, 4);
  expect((await second.next()).value).toBe("4 line 4");
  await append(host, job, 5, 6);
  await endJob(host.core.store, job);
  expect(await Array.fromAsync(second)).toEqual(["5 line 5", "6 line 6", "end"]);

  expect(await Array.fromAsync(eventsOf(await follow({}, "?from=6")))).toEqual(["6 line 6", "end"]);
  expect(await Array.fromAsync(eventsOf(await follow({ "last-event-id": "6" })))).toEqual(["end"]);
});

test("the actions of an execution that have a log are listed; an unknown execution has none", async () => {
  const host = await testHost();
  const { executionId, actionExecutionId } = await runningAction(host.core.store);
  const list = (id: string) => signed(host.url, `/logs?execution=${id}`, host.credentials);
  expect(await (await list(executionId)).json()).toEqual({
    actions: [{ actionExecutionId, stage: "Build", action: "Compile", attempt: 1, status: "InProgress" }],
  });
  expect(await (await list("unknown")).json()).toEqual({ actions: [] });
});

test("P11.5 no signature, a wrong one or another key is 403", async () => {
  const host = await testHost();
  const { actionExecutionId } = await runningAction(host.core.store);
  const path = `/logs/${actionExecutionId}`;
  const refusals = [
    await fetch(host.url + path),
    await signed(host.url, path, { ...host.credentials, secretAccessKey: "wrong" }),
    await signed(host.url, path, { ...host.credentials, accessKeyId: "AKIAOTHER" }),
  ];
  for (const answer of refusals) {
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ message: expect.stringMatching(/\w/) });
  }
});

test("P11.5 an unknown log and one of another account are the same 404", async () => {
  const host = await testHost();
  const foreign = await runningAction(host.core.store, "111111111111");
  const unknown = "00000000-0000-4000-8000-000000000000";
  for (const path of [`/logs/${foreign.actionExecutionId}`, `/logs/${unknown}`, "/logs/x", "/logs/..%2fx"]) {
    const answer = await signed(host.url, path, host.credentials);
    expect([path, answer.status, await answer.json()]).toEqual([
      path,
      404,
      { message: "There is no such log." },
    ]);
  }
  const write = await signed(host.url, `/logs/${foreign.actionExecutionId}`, host.credentials, {
    method: "POST",
    body: JSON.stringify({ jobId: foreign.jobId, lines: lines(1, 1) }),
  });
  expect(write.status).toBe(404);
  const listed = await signed(host.url, `/logs?execution=${foreign.executionId}`, host.credentials);
  expect(await listed.json()).toEqual({ actions: [] });
});

test("a method or a position that can't be is told what can", async () => {
  const host = await testHost();
  const { actionExecutionId } = await runningAction(host.core.store);
  const path = `/logs/${actionExecutionId}`;
  const put = await signed(host.url, path, host.credentials, { method: "PUT", body: "x" });
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, POST"]);
  for (const from of ["x", "-1", "1.5", "9".repeat(20)]) {
    const answer = await signed(host.url, `${path}?from=${from}`, host.credentials);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: `from is '${from}': give a line number, counted from 1.` },
    ]);
  }
});

test("A14 a job's own credentials append to its own log, and to no other; they read none", async () => {
  const host = await testHost();
  const [own, other] = [await runningAction(host.core.store), await runningAction(host.core.store)];
  const { artifactCredentials } = host.jobHere({ ...scope, ...own });
  const append = (job: LoggedJob, jobId = job.jobId) =>
    signed(host.url, `/logs/${job.actionExecutionId}`, artifactCredentials, {
      method: "POST",
      body: JSON.stringify({ jobId, lines: lines(1, 1) }),
    });
  expect((await append(own)).status).toBe(200);
  expect((await append(other)).status).toBe(403);
  expect((await append(own, other.jobId)).status).toBe(409);
  expect((await signed(host.url, `/logs/${own.actionExecutionId}`, artifactCredentials)).status).toBe(403);
  expect((await signed(host.url, `/logs?execution=${own.executionId}`, artifactCredentials)).status).toBe(
    403,
  );
  expect(await host.core.logs.read(other.actionExecutionId, 1)).toEqual([]);
  expect(await host.core.logs.read(own.actionExecutionId, 1)).toHaveLength(1);

  await endJob(host.core.store, own);
  const late = await append(own);
  expect(late.status).toBe(409);
  expect(await late.json()).toEqual({
    message: `Job ${own.jobId} has ended or does not work on this action.`,
  });
});

test("a batch that can't be taken is refused whole", async () => {
  const host = await testHost();
  const { actionExecutionId, jobId } = await runningAction(host.core.store);
  const post = (body: string, sent = body) =>
    signed(host.url, `/logs/${actionExecutionId}`, host.credentials, { method: "POST", body, sent });
  const good = JSON.stringify({ jobId, lines: lines(1, 2) });
  expect((await post(good, good.replace("line 2", "line 3"))).status).toBe(403);
  for (const bad of [
    "",
    "{",
    "null",
    "[]",
    JSON.stringify({ jobId }),
    JSON.stringify({ jobId, lines: [line(1), { ...line(2), text: 1 }] }),
    JSON.stringify({ jobId, lines: [{ ...line(1), stream: "stdin" }] }),
    JSON.stringify({ jobId, lines: [{ ...line(1), seq: 0.5 }] }),
  ]) {
    expect([bad, (await post(bad)).status]).toEqual([bad, 400]);
  }
  const large = await post(JSON.stringify({ jobId, lines: [line(1, "x".repeat(2 ** 20))] }));
  expect(large.status).toBe(413);
  expect(await host.core.logs.read(actionExecutionId, 1)).toEqual([]);
});
