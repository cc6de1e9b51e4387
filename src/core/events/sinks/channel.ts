/** How a sink takes events. */
import type { RenderedEvent } from "../types.ts";

/** What became of one event. `held`: not tried, because one before it of the same execution failed. */
export type Outcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "held" }
  | {
      readonly kind: "failed";
      /** Without the URL, which may hold a secret. */
      readonly reason: string;
      /** The receiver won't have it: trying on and on is of no use. */
      readonly refused: boolean;
    };

export interface Channel {
  /**
   * Tries events once, those of one execution in their order.
   * @param signal ends it early: what wasn't delivered is `held`
   * @returns an outcome for each, in their order
   */
  deliver(events: readonly RenderedEvent[], signal: AbortSignal): Promise<readonly Outcome[]>;
}
