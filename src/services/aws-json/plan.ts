/** What the pipe knows of each operation before the first request: a table over all services, complete or refused. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { type Permission, permissionOf } from "./authorize.ts";
import { compileDecoder, type Decoder } from "./decode.ts";
import { compileEncoder, type Encoder } from "./encode.ts";
import { modelOf } from "./model.ts";
import { requiredMembers } from "./required-members.ts";
import type { AnyOperation, Service } from "./service.ts";
import { compileValidator, type Validator } from "./validate.ts";

export interface Plan {
  readonly service: Service;
  readonly name: string;
  /** For metrics: `codepipeline:GetPipeline`. */
  readonly label: string;
  readonly decode: Decoder;
  readonly validate: Validator;
  readonly encode: Encoder;
  /** Undefined for what a service that is served in part doesn't have. */
  readonly operation: AnyOperation | undefined;
  readonly permission: Permission;
  /** Statuses of the service's errors that aren't 400. */
  readonly errorStatus: ReadonlyMap<string, number>;
}

/**
 * @returns plans by `X-Amz-Target`
 * @throws Error when an operation of a model has no handler, and the service isn't said to be served in part, or a
 * handler has no authorisation rule, so that no hole ships
 */
export function planOperations(services: readonly Service[]): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>();
  for (const service of services) {
    const { operations, errorStatus } = modelOf(service.schemas);
    const handlers = new Map(service.operations.map((operation) => [operation.name, operation]));
    checkComplete(service, operations, handlers);
    for (const [name, { input, output }] of operations) {
      const plan: Plan = {
        service,
        name,
        label: `${service.name}:${name}`,
        decode: compileDecoder(input),
        validate: lazily(() =>
          compileValidator(service.constraints ?? requiredMembers(input), shapeName(input)),
        ),
        encode: compileEncoder(output),
        operation: handlers.get(name),
        permission: permissionOf(service, name),
        errorStatus,
      };
      for (const target of targetsOf(service)) plans.set(`${target}.${name}`, plan);
    }
  }
  return plans;
}

/** All that may stand before an operation in `X-Amz-Target`. */
export function targetsOf({ target, otherTargets = [] }: Service): readonly string[] {
  return [target, ...otherTargets];
}

function checkComplete(
  { name, operations, servedInPart = false }: Service,
  model: ReadonlyMap<string, unknown>,
  handlers: ReadonlyMap<string, unknown>,
): void {
  const twice = operations.filter((operation) => handlers.get(operation.name) !== operation);
  const problems = [
    ...Array.from(model.keys(), (operation) =>
      servedInPart || handlers.has(operation) ? "" : `${operation} has no handler`,
    ),
    ...Array.from(handlers.keys(), (operation) =>
      model.has(operation) ? "" : `${operation} is not in the model`,
    ),
    ...twice.map((operation) => `${operation.name} is there twice`),
    ...operations.map((operation) =>
      typeof operation.authorization === "function" ? "" : `${operation.name} has no authorisation rule`,
    ),
  ].filter((problem) => problem !== "");
  if (problems.length > 0) throw new Error(`The service ${name} is not complete: ${problems.join("; ")}`);
}

/** Most operations are never called in a server's life, so their validators wait for the first call. */
function lazily(make: () => Validator): Validator {
  let made: Validator | undefined;
  return (input) => {
    made ??= make();
    made(input);
  };
}

function shapeName(schema: NormalizedSchema): string {
  return schema.getName() ?? "Unit";
}
