/** What the plan of one resource knows of the others. */
import type { Desired } from "../resources/desired.ts";

type Of<K extends Desired["kind"]> = Extract<Desired, { readonly kind: K }>;

export interface Planned {
  readonly buckets: readonly Of<"bucket">[];
  readonly actionTypes: readonly Of<"action type">[];
  readonly connections: readonly Of<"connection">[];
  readonly pipelines: readonly Of<"pipeline">[];
  /** Secrets are sent though nothing else changed. */
  readonly renewsSecrets: boolean;
}
