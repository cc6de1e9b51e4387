/** Copies of input artifacts that lie in another region than the action or rule that takes them (E3.7). */
import type { Draft } from "./draft.ts";
import type { NamedArtifact } from "./effect.ts";
import type { JobPlace } from "./open-job.ts";
import { newLocation } from "./places.ts";
import type { InputCopy } from "./state.ts";

/** What holds copies: an action or a rule in progress. */
interface Taker {
  readonly copies?: readonly InputCopy[];
}

/**
 * Asks for a copy of each input of another region, to a key of its own in the store of `region`: each attempt asks anew,
 * so that nobody waits for, or fails by, what another asked for. Nothing where every input lies in the region.
 */
export function requestCopies(
  draft: Draft,
  place: JobPlace,
  region: string,
  inputs: readonly NamedArtifact[],
): Required<Taker> | undefined {
  const { version } = draft.execution(place.executionId);
  const copies: InputCopy[] = [];
  for (const { name: artifact, ...from } of inputs) {
    if (from.region === region) continue;
    const to = newLocation(draft, version, region, artifact);
    // Without a store in the region it didn't start (E3.5).
    if (to === undefined) continue;
    const id = draft.env.newId();
    const { revision } = from;
    copies.push({ id, artifact, to: { ...to, ...(revision !== undefined && { revision }) } });
    draft.effects.push({ type: "copyRequested", copy: { id, ...place, artifact, from, to } });
  }
  return copies.length === 0 ? undefined : { copies };
}

/** Whether any is outstanding: the job stays Created until then. */
export function isCopying({ copies = [] }: Taker): boolean {
  return copies.some(({ done }) => !done);
}

/** The inputs as the job gets them: of what was copied, the copy. */
export function localInputs(
  inputs: readonly NamedArtifact[],
  { copies = [] }: Taker,
): readonly NamedArtifact[] {
  return inputs.map((input) => {
    const copy = copies.find(({ artifact }) => artifact === input.name);
    return copy === undefined ? input : { name: input.name, ...copy.to };
  });
}

/** Who has ended needs no copies any more. */
export function cancelCopies(draft: Draft, { copies = [] }: Taker): void {
  for (const { id, done } of copies) {
    if (!done) draft.effects.push({ type: "copyCancelled", copyId: id });
  }
}
