import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeJobFolder } from "../../../src/worker/job-folder.ts";
import { type Job, JobRefusedError } from "../../../src/worker/protocol.ts";
import { type Outcome, ProviderError } from "../../../src/worker/provider.ts";
import { JobBoard } from "../support/job-board.ts";
import { done, Journal, provider, testFolder, testWorker } from "../support/worker.ts";

const heavy = { category: "Build", provider: "Heavy" };

describe("P0.2 taking jobs", () => {
  it("announces itself, acknowledges a job, runs it and reports", async () => {
    const board = new JobBoard();
    const worker = await testWorker(board, [provider(() => ({ kind: "done", summary: "did it" }))]);
    expect(board.workers).toEqual([
      { workerId: worker.id, version: "0.0.0", capabilities: worker.capabilities },
    ]);
    expect(worker.capabilities).toContain("git");
    expect(await board.result(board.post())).toEqual({ ok: true, summary: "did it" });
  });

  it("P0.9: takes no jobs of a type whose tools it doesn't have: another worker may", async () => {
    const board = new JobBoard();
    const run = vi.fn(() => done);
    const other = provider(run, { category: "Deploy", provider: "Needy" });
    const needy = { ...other, declaration: { ...other.declaration, tools: ["git", "no-such-tool"] } };
    await testWorker(board, [needy, provider(() => done)]);
    board.post({ actionTypeId: needy.declaration.id });
    await board.result(board.post());
    expect(run).not.toHaveBeenCalled();
  });

  it("leaves a job that is no longer open when it acknowledges it", async () => {
    const board = new JobBoard();
    const run = vi.fn(() => done);
    await testWorker(board, [provider(run)]);
    board.intercept = (operation, jobId) => {
      if (operation === "acknowledge" && jobId !== undefined) board.close(jobId);
    };
    const left = board.post();
    await board.acknowledged(left);
    board.intercept = () => undefined;
    await board.result(board.post());
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("runs as many builds at once as it may, and no more", async () => {
    const board = new JobBoard();
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const build = provider(async () => {
      most = Math.max(most, ++running);
      if (running === 2) started.resolve();
      await gate.promise;
      running--;
      return done;
    }, heavy);
    await testWorker(board, [build], { concurrency: 2 });
    const ids = Array.from({ length: 5 }, () => board.post({ actionTypeId: build.declaration.id }));
    await started.promise;
    gate.resolve();
    await Promise.all(ids.map((id) => board.result(id)));
    expect(most).toBe(2);
  });

  it("runs sources and deployments while all build slots are taken", async () => {
    const board = new JobBoard();
    const gate = Promise.withResolvers<void>();
    const build = provider(() => gate.promise.then(() => done), heavy);
    await testWorker(board, [build, provider(() => done)], { concurrency: 1 });
    const built = board.post({ actionTypeId: build.declaration.id });
    await board.acknowledged(built);
    expect(await board.result(board.post())).toEqual({ ok: true });
    gate.resolve();
    await board.result(built);
  });

  it("A25: runs sources and deployments while functions don't answer", async () => {
    const board = new JobBoard();
    const gate = Promise.withResolvers<void>();
    const slow = provider(() => gate.promise.then(() => done), { provider: "Slow" });
    const call = { ...slow, declaration: { ...slow.declaration, byFunction: "parked" as const } };
    await testWorker(board, [call, provider(() => done)], { concurrency: 1 });
    const calls = Array.from({ length: 20 }, () => board.post({ actionTypeId: call.declaration.id }));
    await Promise.all(calls.slice(0, 8).map((id) => board.acknowledged(id)));
    expect(await board.result(board.post())).toEqual({ ok: true });
    expect(calls.slice(8).map((id) => board.status(id))).toEqual(Array(12).fill("Queued"));
    gate.resolve();
    await Promise.all(calls.map((id) => board.result(id)));
  });

  // Each of 40 waits for a poll's end would be far longer than the test may take.
  it("takes a chain of 40 jobs, each as soon as the one before is reported", {
    timeout: 20_000,
  }, async () => {
    const board = new JobBoard();
    await testWorker(board, [provider(() => done)]);
    for (let action = 0; action < 40; action++) {
      expect(await board.result(board.post())).toEqual({ ok: true });
    }
  });

  it("goes on polling after the server couldn't be reached", async () => {
    const board = new JobBoard();
    let failures = 3;
    board.intercept = (operation) => {
      if (operation === "poll" && failures-- > 0) throw new Error("connection refused");
    };
    const journal = new Journal();
    await testWorker(board, [provider(() => done)], { journal });
    expect(await board.result(board.post())).toEqual({ ok: true });
    expect(journal.entries.filter(({ text }) => text.includes("polled"))).toHaveLength(1);
  });

  it("starts although it can't announce itself yet", async () => {
    const board = new JobBoard();
    board.intercept = (operation) => {
      if (operation === "register") throw new Error("connection refused");
    };
    await testWorker(board, [provider(() => done)]);
    expect(await board.result(board.post())).toEqual({ ok: true });
  });

  it("P0.9: announces itself as soon as it can: pipelines that need its tools aren't refused for long", async () => {
    const board = new JobBoard();
    let failures = 3;
    board.intercept = (operation) => {
      if (operation === "register" && failures-- > 0) throw new Error("connection refused");
    };
    const worker = await testWorker(board, [provider(() => done)]);
    expect(board.workers).toEqual([]);
    await vi.waitFor(() => expect(board.workers).toMatchObject([{ workerId: worker.id }]), 20_000);
  });
});

describe("P0.4 outcomes", () => {
  it("P7.3: says that a job was brought to its function, until that is heard, and nothing else of it", async () => {
    const board = new JobBoard();
    let failures = 2;
    board.intercept = (operation) => {
      if (operation === "park" && failures-- > 0) throw new Error("connection refused");
    };
    const parking: Outcome = { kind: "parked" };
    await testWorker(board, [
      provider((_, { log }) => {
        log.system("[Millrace] invoked");
        return parking;
      }),
    ]);
    const id = board.post();
    await vi.waitFor(() => expect(board.parked).toEqual([id]), 10_000);
    expect(board.texts(id)).toEqual(["[Millrace] invoked"]);
    expect(board.status(id)).toBe("InProgress");
  });

  it("reports what a provider throws on purpose with its type and message", async () => {
    const board = new JobBoard();
    const failing = provider(() => {
      throw new ProviderError("ConfigurationError", "no such branch");
    });
    await testWorker(board, [failing]);
    expect(await board.result(board.post())).toEqual({
      ok: false,
      type: "ConfigurationError",
      message: "no such branch",
    });
  });

  it("answers an exception with a reference, under which its own log has the stack", async () => {
    const board = new JobBoard();
    const journal = new Journal();
    const broken = provider(() => {
      throw new Error("secret internals");
    });
    await testWorker(board, [broken], { journal });
    const result = await board.result(board.post());
    expect(result).toMatchObject({ ok: false, type: "JobFailed" });
    const message = result.ok ? "" : result.message;
    const [, reference] = /^Internal error in provider NoOp \(([0-9a-f-]{36})\)$/.exec(message) ?? [];
    const noted = journal.entries.find(({ bindings }) => bindings.reference === reference);
    expect(noted?.level).toBe("error");
    expect(noted?.bindings.err).toMatchObject({ message: "secret internals" });
  });

  it("cuts long texts at a character border, ending in …", async () => {
    const board = new JobBoard();
    const wordy: Outcome = {
      kind: "done",
      summary: `${"x".repeat(2_046)}😀😀`,
      externalExecutionId: "e".repeat(1_501),
      currentRevision: { revision: "r", changeIdentifier: "r", revisionSummary: "m".repeat(3_000) },
    };
    await testWorker(board, [provider(() => wordy)]);
    expect(await board.result(board.post())).toEqual({
      ok: true,
      summary: `${"x".repeat(2_046)}…`,
      externalExecutionId: `${"e".repeat(1_499)}…`,
      currentRevision: { revision: "r", changeIdentifier: "r", revisionSummary: `${"m".repeat(2_047)}…` },
    });
  });

  it("P10.3 masks the job's credentials and secret properties in everything that it says", async () => {
    const board = new JobBoard();
    const talkative = provider((job, { log }) => {
      log.output("stdout", Buffer.from(`key ${job.artifactCredentials.secretAccessKey}\n`));
      log.output("stdout", Buffer.from("token gh0-t0ken\n"));
      return { kind: "failed", type: "JobFailed", message: "gh0-t0ken was refused" };
    });
    const properties = [{ name: "OAuthToken", required: true, secret: true }];
    const declaration = { ...talkative.declaration, properties };
    await testWorker(board, [{ ...talkative, declaration }]);
    const id = board.post({ configuration: { OAuthToken: "gh0-t0ken" } });
    expect(await board.result(id)).toEqual({ ok: false, type: "JobFailed", message: "**** was refused" });
    expect(board.texts(id)).toEqual([
      "key ****",
      "token ****",
      "[Millrace] the action failed: JobFailed: **** was refused",
    ]);
  });

  it("delivers the log before the result", async () => {
    const board = new JobBoard();
    const calls: string[] = [];
    board.intercept = (operation) => calls.push(operation);
    await testWorker(board, [
      provider((_job, { log }) => {
        log.output("stdout", Buffer.from("last words"));
        return done;
      }),
    ]);
    await board.result(board.post());
    expect(calls.filter((call) => call !== "poll").slice(-3)).toEqual([
      "acknowledge",
      "appendLog",
      "succeed",
    ]);
  });

  it("repeats a result until it is delivered", async () => {
    const board = new JobBoard();
    let failures = 2;
    board.intercept = (operation) => {
      if (operation === "succeed" && failures-- > 0) throw new Error("connection reset");
    };
    await testWorker(board, [provider(() => done)]);
    expect(await board.result(board.post())).toEqual({ ok: true });
  });

  it("fails the job when its success is refused: it must not stay open", async () => {
    const board = new JobBoard();
    board.intercept = (operation) => {
      if (operation === "succeed")
        throw new JobRefusedError("OutputVariablesSizeExceededException", "too large");
    };
    await testWorker(board, [provider(() => done)]);
    expect(await board.result(board.post())).toEqual({
      ok: false,
      type: "JobFailed",
      message: "The result was refused: too large",
    });
  });
});

describe("P0.12, P0.13 leases", () => {
  it("P0.13 aborts a cancelled job within seconds and reports nothing", async () => {
    const board = new JobBoard();
    const reports = vi.fn();
    board.intercept = (operation) => {
      if (operation === "succeed" || operation === "fail") reports(operation);
    };
    const aborted = Promise.withResolvers<unknown>();
    const waiting = provider(
      (_job, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted.resolve(signal.reason);
            resolve(done);
          });
        }),
    );
    const worker = await testWorker(board, [waiting]);
    const id = board.post();
    await board.acknowledged(id);
    const before = board.renewals.length;
    board.close(id);
    expect(await aborted.promise).toMatchObject({ message: "The action was abandoned" });
    // The first that comes, as it does every few seconds (lease.test.ts).
    expect(board.renewals).toHaveLength(before + 1);
    await worker.stop(5_000);
    expect(reports).not.toHaveBeenCalled();
  });

  it("P0.13 learns of a cancellation at once when its log lines are refused", async () => {
    // The lease is never renewed of itself.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const board = new JobBoard();
    const aborted = Promise.withResolvers<void>();
    const chatty = provider(
      (job, { signal, log }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted.resolve();
            resolve(done);
          });
          board.close(job.id);
          log.system("anyone there?");
        }),
    );
    await testWorker(board, [chatty]);
    board.post();
    await aborted.promise;
  });

  it("P0.12 says in the log that a worker was lost, and P0.16 that a role isn't used", async () => {
    const board = new JobBoard();
    await testWorker(board, [provider(() => done)]);
    const id = board.post({ delivery: 2, roleArn: "arn:aws:iam::000000000000:role/deploy" });
    await board.result(id);
    expect(board.texts(id)).toEqual([
      "[Millrace] worker lost, starting again (attempt 2)",
      "[Millrace] roleArn arn:aws:iam::000000000000:role/deploy is not used by this provider here",
    ]);
  });
});

describe("P0.16 the role of an action", () => {
  const roleArn = "arn:aws:iam::000000000000:role/deploy";

  it("is said to be unused once, not in every continuation", async () => {
    const board = new JobBoard();
    await testWorker(board, [provider(() => done)]);
    const id = board.post({ roleArn, continuationToken: "1" });
    await board.result(id);
    expect(board.texts(id)).toEqual([]);
  });

  it("isn't said to be unused where the provider uses it", async () => {
    const board = new JobBoard();
    const usesRole = ({ rolesCount }: Job) => rolesCount === true;
    await testWorker(board, [{ ...provider(() => done), usesRole }]);
    const used = board.post({ roleArn, rolesCount: true });
    const unused = board.post({ roleArn });
    await Promise.all([board.result(used), board.result(unused)]);
    expect(board.texts(used)).toEqual([]);
    expect(board.texts(unused)).toEqual([`[Millrace] roleArn ${roleArn} is not used by this provider here`]);
  });
});

describe("P10.1 the job's folder", () => {
  it("is empty at the start, and gone after the end", async () => {
    const board = new JobBoard();
    const workDir = await testFolder();
    const seen = Promise.withResolvers<{ folder: string; files: string[] }>();
    const worker = await testWorker(
      board,
      [
        provider(async (_job, { workDir: folder }) => {
          seen.resolve({ folder, files: await readdir(folder) });
          await writeFile(join(folder, "left"), "over");
          return done;
        }),
      ],
      { workDir },
    );
    await board.result(board.post());
    const { folder, files } = await seen.promise;
    expect(files).toEqual([]);
    expect(folder.startsWith(workDir)).toBe(true);
    await worker.stop(5_000);
    expect(existsSync(folder)).toBe(false);
  });

  it("may take what --disk-limit says on disk, 20 GiB without it", async () => {
    for (const [given, gib] of [
      [{}, 20],
      [{ diskLimitGiB: 3 }, 3],
    ] as const) {
      const board = new JobBoard();
      const limit = Promise.withResolvers<number>();
      const tell = provider((_job, { diskLimit }) => {
        limit.resolve(diskLimit);
        return done;
      });
      await testWorker(board, [tell], given);
      board.post();
      expect(await limit.promise).toBe(gib * 2 ** 30);
    }
  });

  it("stays for the hours of --keep-failed when the job failed, where its log says", async () => {
    const board = new JobBoard();
    const workDir = await testFolder();
    const long = join(workDir, "failed", "long-ago");
    await mkdir(long, { recursive: true });
    const hourAgo = new Date(Date.now() - 3_601_000);
    await utimes(long, hourAgo, hourAgo);
    const run = provider(async (job, { workDir: folder }) => {
      await writeFile(join(folder, "seen"), job.id);
      return job.configuration.ends === "well"
        ? done
        : { kind: "failed", type: "JobFailed", message: "exit 1" };
    });
    const worker = await testWorker(board, [run], { workDir, keepFailedHours: 1 });
    expect(existsSync(long)).toBe(false);
    await board.result(board.post({ configuration: { ends: "well" } }));
    const failed = board.post();
    await board.result(failed);
    await worker.stop(5_000);
    expect(await readdir(join(workDir, "failed"))).toEqual([failed]);
    const path = join(workDir, "failed", failed);
    expect(await readFile(join(path, "seen"), "utf8")).toBe(failed);
    const texts = board.texts(failed);
    expect(texts.at(-2)).toMatch(/^\[Millrace\] the job's folder is kept until \S+Z on host /);
    expect(texts.at(-2)).toContain(`: ${path}`);
  });

  it("is removed when a worker starts where one crashed, and its job given up, unless its process still runs", async () => {
    const workDir = await testFolder();
    const job = { id: "job", nonce: "nonce of job" };
    const { path: crashed } = await makeJobFolder(join(workDir, "jobs", "999999999"), job);
    const { path: alive } = await makeJobFolder(join(workDir, "jobs", String(process.ppid)), job);
    const board = new JobBoard();
    const givenUp: (string | undefined)[] = [];
    board.intercept = (operation, jobId) => {
      if (operation === "giveUp") givenUp.push(jobId);
    };
    await testWorker(board, [provider(() => done)], { workDir });
    expect(givenUp).toEqual(["job"]);
    expect(existsSync(crashed)).toBe(false);
    expect(existsSync(alive)).toBe(true);
  });

  it("is never made, nor removed, for a job id that leaves it", async () => {
    const board = new JobBoard();
    const run = vi.fn(() => done);
    const workDir = await testFolder();
    const outside = join(workDir, "outside");
    await mkdir(outside);
    const journal = new Journal();
    const worker = await testWorker(board, [provider(run)], { workDir, journal });
    const id = board.post({ id: "../../outside" });
    await expect
      .poll(() => journal.entries.map(({ text }) => text), { timeout: 30_000 })
      .toContain("job left");
    expect(board.status(id)).toBe("Dispatched");
    expect(run).not.toHaveBeenCalled();
    await worker.stop(5_000);
    expect(existsSync(outside)).toBe(true);
  });
});

describe("stopping", () => {
  it("lets running jobs end and report, and takes no more", async () => {
    const board = new JobBoard();
    const gate = Promise.withResolvers<void>();
    const worker = await testWorker(board, [provider(() => gate.promise.then(() => done))]);
    const running = board.post();
    await board.acknowledged(running);
    const stopped = worker.stop(10_000);
    const late = board.post();
    gate.resolve();
    await stopped;
    expect(await board.result(running)).toEqual({ ok: true });
    expect(board.status(late)).toBe("Queued");
  });

  it("aborts what runs longer than it may, and gives it up: the job comes again at once", async () => {
    const board = new JobBoard();
    const endless = provider(
      (_job, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const journal = new Journal();
    const worker = await testWorker(board, [endless], { journal });
    const id = board.post();
    await board.acknowledged(id);
    await worker.stop(50);
    expect(board.status(id)).toBe("Queued");
    expect(journal.entries.filter(({ level }) => level === "error")).toEqual([]);
  });
});
