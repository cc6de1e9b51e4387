/** A provider that does nothing, and says when it did so often enough. */
import type { ActionTypeId } from "../../src/worker/protocol.ts";
import type { Provider } from "../../src/worker/provider.ts";

export interface NoOps {
  /** One for each type. */
  readonly providers: readonly Provider[];
  /** Resolves when `count` more jobs were run. */
  ran(count: number): Promise<void>;
}

export function createNoOps(types: readonly ActionTypeId[]): NoOps {
  let left = 0;
  let resolve = () => {};
  const any = { minimum: 0, maximum: 5 };
  const providers = types.map(
    (id): Provider => ({
      declaration: {
        id,
        tier: 1,
        inputs: any,
        outputs: any,
        properties: [],
        outputVariables: [],
        defaultTimeoutMinutes: 60,
        needs: [],
      },
      async run() {
        left -= 1;
        if (left === 0) resolve();
        return { kind: "done" };
      },
    }),
  );
  return {
    providers,
    ran(count) {
      left = count;
      return new Promise((done) => {
        resolve = done;
      });
    },
  };
}
