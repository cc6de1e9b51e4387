/** One request on its way through a route: its id, its signal, what is to be told of it. */
import type { ServerResponse } from "node:http";
import type { Core } from "../core/core.ts";
import type { Proxies } from "../services/client-address.ts";
import type { HttpCall } from "../services/http.ts";

export interface CallParts {
  readonly core: Core;
  readonly requestId: string;
  readonly path: string;
  readonly query: string;
  readonly proxies: Proxies;
  readonly response: ServerResponse;
  /** Aborted when the server drains. */
  readonly draining: AbortSignal;
  report(fault: unknown): void;
}

/** Most requests never look at their signal, so it is made when one does. */
export class ServedCall implements HttpCall {
  readonly core: Core;
  readonly requestId: string;
  readonly path: string;
  readonly query: string;
  readonly proxies: Proxies;
  readonly report: (fault: unknown) => void;
  /** What the route called the operation; `other` until it did. */
  operation = "other";
  readonly #response: ServerResponse;
  readonly #draining: AbortSignal;
  #signal: AbortSignal | undefined;

  constructor({ core, requestId, path, query, proxies, response, draining, report }: CallParts) {
    this.core = core;
    this.requestId = requestId;
    this.path = path;
    this.query = query;
    this.proxies = proxies;
    this.report = report;
    this.#response = response;
    this.#draining = draining;
  }

  label(operation: string): void {
    this.operation = operation;
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#makeSignal();
    return this.#signal;
  }

  #makeSignal(): AbortSignal {
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (this.#draining.aborted || this.#response.destroyed) abort();
    this.#draining.addEventListener("abort", abort, { once: true });
    this.#response.once("close", () => {
      this.#draining.removeEventListener("abort", abort);
      abort();
    });
    return controller.signal;
  }
}
