/** What the functions of a template can ask for; the stack answers. */
import type { Json } from "../json.ts";

/** `Ref: AWS::NoValue`: the member that holds it isn't there. */
export const NO_VALUE = Symbol("AWS::NoValue");
export type Resolved = Json | typeof NO_VALUE;

export interface Scope {
  /** A parameter, a pseudo parameter or a resource's own name. @throws ImportProblem */
  ref(name: string): Resolved;
  /** @throws ImportProblem */
  attribute(logicalId: string, attribute: string): Json;
  /** @throws ImportProblem */
  condition(name: string): boolean;
  /** @throws ImportProblem */
  mapping(map: string, top: string, second: string): Json;
  /** An output that another template of the same import exports. @throws ImportProblem */
  imported(name: string): Json;
}
