/** One resource of a plan: what will be done to it, in words and as calls. */
import type { Kind } from "../resources/desired.ts";
import type { Change } from "./diff.ts";

export interface Step {
  readonly kind: Kind;
  readonly name: string;
  readonly region: string;
  readonly action: "create" | "update" | "keep";
  readonly changes: readonly Change[];
  /** What can't be said by a change: secrets that can't be compared. */
  readonly notes: readonly string[];
  /** Does it; nothing for what is kept. */
  apply(): Promise<void>;
}
