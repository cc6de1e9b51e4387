/** Calls of the JSON API over one connection. */
import { Connection } from "./connection.ts";
import { createSigner, type Signer } from "./signer.ts";
import type { Target } from "./target.ts";

export const CODEPIPELINE = "CodePipeline_20150709";
export const WORKER = "MillraceWorker_20261101";

export class Api {
  readonly #connection: Connection;
  readonly #sign: Signer;

  private constructor(connection: Connection, sign: Signer) {
    this.#connection = connection;
    this.#sign = sign;
  }

  /** @param sign shared by the connections of one server, if given */
  static async open(target: Target, sign = createSigner(target)): Promise<Api> {
    return new Api(await Connection.open(target.url), sign);
  }

  /** @param target the service's, as in `X-Amz-Target` @throws Error unless the answer is 200 */
  async call<Output>(operation: string, input: object, target = CODEPIPELINE): Promise<Output> {
    const { status, body } = await this.#connection.send(this.#sign(`${target}.${operation}`, input));
    if (status !== 200) throw new Error(`${operation} was answered with ${status}: ${body}`);
    return (body === "" ? {} : JSON.parse(body)) as Output;
  }

  close(): void {
    this.#connection.close();
  }
}
