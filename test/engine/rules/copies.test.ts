/** Rule E3.7 of semantics.md: inputs of another region. */
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../../src/core/engine/index.ts";
import { rule } from "../support/definitions.ts";
import { copied, Driver, notCopied, reportOf } from "../support/driver.ts";
import { MINUTE } from "../support/pipeline.ts";

const FAR = "eu-west-1";
const makes = (...names: string[]) => ({ outputs: names.map((name) => ({ name })) });
const takes = (...inputs: string[]) => ({ region: FAR, inputs });

/** Execution 1 is at `b` of stage B in another region, which takes `Out` and perhaps more of `s`. */
function atB(b: Partial<ActionDefinition> = {}, stages: Record<string, string> = { S: "s", B: "b" }): Driver {
  const p = new Driver(stages, {
    regions: [FAR],
    actions: { s: makes("Out", "More"), b: { ...takes("Out"), ...b } },
  });
  p.start();
  p.ok("s");
  return p;
}

const endOf = (p: Driver, action: string) =>
  [...p.history.values()].filter((row) => row.action === action).at(-1)?.end;

describe("E3.7 inputs of another region", () => {
  test("E3.7 outputs go to the store of the action's region; each input of another is copied there, to a new key", () => {
    const p = atB({ ...takes("Out", "More"), ...makes("Far") });
    const source = p.executions.get(p.e(1))!.runs.S!.actions.s!.outputs;
    const [out, more] = p.copiesOf("b");
    expect(out).toMatchObject({ artifact: "Out", from: source.Out, to: { region: FAR, bucket: FAR } });
    expect(more).toMatchObject({ artifact: "More", from: source.More });
    expect(out?.to.key).toMatch(/^web\/Out\/[0-9a-z]{7}\.zip$/);
    const { inputs, outputs } = p.job("b").work;
    expect(inputs).toEqual([
      { name: "Out", ...out?.to },
      { name: "More", ...more?.to },
    ]);
    expect(outputs[0]).toMatchObject({ region: FAR, bucket: FAR });
    expect(new Set([out, more].map((copy) => copy?.to.key).concat(outputs[0]?.key)).size).toBe(3);
  });

  test("E3.7 an input of the action's own region isn't copied, and a job without copies is Queued at once", () => {
    const p = new Driver(
      { S: "s", B: "b ; c" },
      {
        regions: [FAR],
        actions: { s: makes("Out"), b: { ...takes("Out"), ...makes("Far") }, c: takes("Far") },
      },
    );
    p.start();
    p.ok("s");
    p.run(copied(p.copiesOf("b")[0]!));
    p.ok("b");
    expect([p.copies.size, p.job("c").status]).toEqual([0, "Queued"]);
  });

  test("E3.7 a copy keeps the revision of its source", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      { regions: [FAR], actions: { s: makes("Out"), b: takes("Out") } },
    );
    p.start();
    const revision = { revision: "r1", changeIdentifier: "c1" };
    p.run({ ...p.success(p.job("s")), revision } as never);
    expect(p.job("b").work.inputs[0]).toMatchObject({ bucket: FAR, revision: "r1" });
  });

  test("E3.6 history and events tell where the producer put an input", () => {
    const p = atB();
    const key = p.executions.get(p.e(1))!.runs.S!.actions.s!.outputs.Out?.key;
    expect([...p.history.values()].at(-1)?.inputs).toMatchObject([{ name: "Out", bucket: "artifacts", key }]);
    const started = p.events.filter(({ action }) => action === "b").at(-1);
    expect(started?.detail?.inputs).toMatchObject([{ name: "Out", bucket: "artifacts", key }]);
  });

  test("E3.9 the job is Created until the last copy is reported done, then Queued", () => {
    const p = atB(takes("Out", "More"));
    const [out, more] = p.copiesOf("b");
    expect(p.job("b").status).toBe("Created");
    p.run(copied(more!));
    expect(p.job("b").status).toBe("Created");
    p.run(copied(out!));
    expect(p.job("b").status).toBe("Queued");
    p.ok("b");
    expect(p.at(1)).toBe("Succeeded");
  });

  test("E3.7 a copy that was reported once changes nothing when it is reported again", () => {
    const p = atB(takes("Out", "More"));
    const [out] = p.copiesOf("b");
    p.run(copied(out!));
    for (const again of [copied(out!), notCopied(out!)]) {
      expect(p.decide(again)).toMatchObject({ kind: "done", executions: [], effects: [] });
    }
  });

  test("E3.7 a failed copy fails the action: JobFailed, its job ends, the other copies are called off", () => {
    const p = atB(takes("Out", "More"));
    const job = p.job("b");
    const [out, more] = p.copiesOf("b");
    p.run(notCopied(out!));
    expect(endOf(p, "b")).toEqual({
      status: "Failed",
      error: { code: "JobFailed", message: "no such object" },
    });
    expect([p.at(1), p.jobs.get(job.id)?.state, p.copies.size, p.timers.size]).toEqual([
      "Failed",
      "ended",
      0,
      0,
    ]);
    expect(p.decide(copied(more!))).toMatchObject({ kind: "done", executions: [], effects: [] });
  });

  test("E3.12 a continued action's next job has the same copies, and waits for none", () => {
    const p = atB();
    p.run(copied(p.copiesOf("b")[0]!));
    const first = p.job("b");
    p.run({ type: "jobContinued", ...reportOf(first), details: {}, continuationToken: "t", delay: 0 });
    const next = p.job("b");
    expect([next.status, next.work.inputs, p.copies.size]).toEqual(["Queued", first.work.inputs, 0]);
  });

  test("E3.15 a redelivered job has the same copies, and new keys for its outputs", () => {
    const p = atB(makes("Far"));
    p.run(copied(p.copiesOf("b")[0]!));
    const first = p.job("b");
    p.run({ type: "jobLost", ...reportOf(first) });
    const next = p.job("b");
    expect([next.status, next.work.inputs, p.copies.size]).toEqual(["Queued", first.work.inputs, 0]);
    expect(next.work.outputs).not.toEqual(first.work.outputs);
  });

  test("E10.4 the action's time-out runs while it copies", () => {
    const p = atB({ timeoutMinutes: 5 });
    const job = p.job("b");
    p.now += 5 * MINUTE;
    p.fireDue();
    expect(endOf(p, "b")?.error?.message).toBe("The action timed out after 5 minutes.");
    expect([p.at(1), p.jobs.get(job.id)?.state, p.copies.size]).toEqual(["Failed", "ended", 0]);
  });

  test("E6.2 stop and wait: the copies and then the job go on to their end", () => {
    const p = atB();
    p.run(p.stopping(1));
    expect([p.at(1), p.copies.size]).toEqual(["@B", 1]);
    p.run(copied(p.copiesOf("b")[0]!));
    p.ok("b");
    expect(p.at(1)).toBe("Stopped");
  });

  test("E6.2 stop and wait: a copy that fails ends it", () => {
    const p = atB();
    p.run(p.stopping(1));
    p.run(notCopied(p.copiesOf("b")[0]!));
    expect([p.at(1), p.actionStatus("B", "b", 1)]).toEqual(["Stopped", "Failed"]);
  });

  test("E6.2 abandon: the copies are called off, and one that ends later changes nothing", () => {
    const p = atB();
    const [copy] = p.copiesOf("b");
    p.run(p.stopping(1, true));
    expect([p.at(1), p.actionStatus("B", "b", 1), p.copies.size]).toEqual(["Stopped", "Abandoned", 0]);
    expect(p.decide(copied(copy!))).toMatchObject({ kind: "done", executions: [], effects: [] });
  });

  test("E7.1 a retry copies anew, and what the attempt before asked for counts no more", () => {
    const p = atB(takes("Out", "More"));
    const [failing, late] = p.copiesOf("b");
    p.run(notCopied(failing!));
    p.run(p.retrying("B", 1));
    const anew = p.copiesOf("b");
    expect(anew.map(({ artifact }) => artifact)).toEqual(["Out", "More"]);
    const keys = [failing!, late!, ...anew].map(({ to }) => to.key);
    expect(new Set(keys).size).toBe(4);
    p.run(copied(late!));
    for (const copy of anew) p.run(copied(copy));
    p.ok("b");
    expect(p.at(1)).toBe("Succeeded");
  });

  test("E8.5 a rollback copies its target's artifacts", () => {
    const p = atB({}, { S: "s", B: "b", C: "c" });
    p.run(copied(p.copiesOf("b")[0]!));
    p.ok("b");
    p.rollBack("B", 1);
    const [copy] = p.copiesOf("b");
    expect(copy).toMatchObject({
      executionId: p.e(2),
      from: p.executions.get(p.e(1))!.runs.S!.actions.s!.outputs.Out,
    });
    expect(p.job("b").status).toBe("Created");
    p.run(copied(copy!));
    p.ok("b");
    expect(p.at(2)).toBe("Succeeded");
  });

  test("E11.2 an update cuts: the copies and then the job go on to their end", () => {
    const p = atB({}, { S: "s", B: "b", C: "c" });
    p.update();
    p.run(copied(p.copiesOf("b")[0]!));
    expect(p.job("b").status).toBe("Queued");
    p.ok("b");
    expect(p.at(1)).toBe("Cancelled");
  });

  test("E11.7 a deletion calls the copies off", () => {
    const p = atB();
    p.run({ type: "delete" });
    expect([p.at(1), p.copies.size]).toEqual(["Cancelled", 0]);
  });
});

describe("E9.10 inputs of rules", () => {
  const far = (name: string, ...inputs: string[]) => rule(name, "Commands", { region: FAR, inputs });

  function asking(regions: readonly string[], ...rules: ReturnType<typeof far>[]): Driver {
    const conditions = { B: { beforeEntry: { result: "FAIL", rules } as const } };
    const p = new Driver({ S: "s", B: "b" }, { regions, conditions, actions: { s: makes("Out") } });
    p.start();
    p.ok("s");
    return p;
  }

  test("E9.10 a rule's inputs are copied to its region before its job is Queued", () => {
    const p = asking([FAR], far("check", "Out"));
    const [copy] = p.copiesOf("check");
    expect([p.job("check").status, p.job("check").work.inputs]).toEqual([
      "Created",
      [{ name: "Out", ...copy?.to }],
    ]);
    p.run(copied(copy!));
    expect(p.job("check").status).toBe("Queued");
    p.ok("check");
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("Succeeded (Succeeded)");
  });

  test("E9.5 a failed copy fails the rule; its condition is Errored, for nothing was decided", () => {
    const p = asking([FAR], far("check", "Out"), far("other", "Out"));
    p.run(notCopied(p.copiesOf("check")[0]!));
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("Errored (Failed, Abandoned)");
    expect([...p.rules.values()][0]?.end?.error).toEqual({ code: "JobFailed", message: "no such object" });
    expect([p.at(1), p.copies.size, p.timers.size]).toEqual(["Failed", 0, 0]);
  });

  test("E3.5 a rule whose input would have to be copied needs a store in its region, others don't", () => {
    const p = asking([], far("none"), far("check", "Out"));
    expect(p.condition("B", 1, "BEFORE_ENTRY")?.summary).toBe(
      "Rule 'check': There is no artifact store for region 'eu-west-1'.",
    );
    expect(asking([], far("none")).job("none").status).toBe("Queued");
  });

  test("E9.12 an override calls the copies off", () => {
    const p = asking([FAR], far("check", "Out"));
    p.run(p.overriding("B", 1, "BEFORE_ENTRY"));
    expect([p.copies.size, p.at(1), p.job("b").status]).toEqual([0, "@B", "Queued"]);
  });

  test("E9.14 the rule's time-out runs while it copies", () => {
    const p = asking([FAR], far("check", "Out"));
    p.now += 60 * MINUTE;
    p.fireDue();
    expect([p.verdict("B", 1, "BEFORE_ENTRY"), p.copies.size]).toEqual(["Errored (Failed)", 0]);
  });
});
