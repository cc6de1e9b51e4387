/** Copies of artifacts between regions: made, or found impossible (E3.7). */
import type { RequestedCopy } from "../../src/core/engine/index.ts";
import { deleteCopy } from "../../src/core/store/copies.ts";
import { takePipelineNamed } from "../../src/core/store/pipelines.ts";
import { copiesOf, failCopy, finishCopy } from "../model/work.ts";
import type { System } from "../system.ts";
import { copyName } from "./compare-waiting.ts";
import { command } from "./deliver.ts";
import { pick, type Step } from "./step.ts";
import type { Track } from "./track.ts";

/** @returns whether one was outstanding */
export async function endCopy(system: System, track: Track, step: Step): Promise<boolean> {
  const { store, commands } = system;
  const { model, scope, name } = track;
  const [whose, outstanding] = pick([...copiesOf(model)], step.which) ?? [];
  if (outstanding === undefined) return false;
  const rows = await store.read
    .selectFrom("artifact_copy")
    .select("copy")
    .where("account", "=", scope.account)
    .execute();
  const copies = rows.map(({ copy }) => JSON.parse(copy) as RequestedCopy);
  const copy = copies.find((one) => copyName(track, one) === whose);
  if (copy === undefined) return false;
  const { id, executionId, stage, action, actionExecutionId } = copy;
  const report = { executionId, stage, action, actionExecutionId, copyId: id };
  const fails = step.how === 0;
  model.clock = system.now;
  await command(
    system,
    step.fault,
    `end of copy ${whose}`,
    () =>
      store.transaction(async (tx) => {
        const pipeline = await takePipelineNamed(tx, scope, name);
        if (pipeline === undefined || !(await deleteCopy(tx, id))) return;
        const message = "no such object";
        await commands.runOn(
          tx,
          pipeline,
          fails ? { type: "copyFailed", ...report, message } : { type: "copyDone", ...report },
        );
      }),
    () => {
      if (fails) failCopy(model, outstanding.place);
      else finishCopy(model, outstanding.place, outstanding.artifact);
      return undefined;
    },
  );
  return true;
}
