/** The operations and errors of a service, read from the SDK's schemas (design decision 1). */
import { isStaticSchema, NormalizedSchema } from "@smithy/core/schema";

export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  /** Absent where the model has no output: the answer's body is empty (api.md §1.2). */
  readonly output: NormalizedSchema | undefined;
}

export interface Model {
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** Statuses that errors carry in the model, by shape name: 409 for ConflictException. */
  readonly errorStatus: ReadonlyMap<string, number>;
}

/** The first entry of an exported schema says what it is. */
const OPERATION = 9;
const ERROR = -3;

/** @param exported what a client package of the SDK exports; what isn't a schema is passed over */
export function modelOf(exported: Readonly<Record<string, unknown>>): Model {
  const operations = new Map<string, OperationModel>();
  const errorStatus = new Map<string, number>();
  for (const schema of Object.values(exported)) {
    if (!Array.isArray(schema) || !isStaticSchema(schema as never)) continue;
    const [kind, , name] = schema;
    if (kind === OPERATION) operations.set(name, operationModel(name, schema[4], schema[5]));
    if (kind === ERROR) {
      const { httpError } = NormalizedSchema.of(schema as never).getMergedTraits();
      if (typeof httpError === "number") errorStatus.set(name, httpError);
    }
  }
  return { operations, errorStatus };
}

function operationModel(name: string, input: unknown, output: unknown): OperationModel {
  const answer = NormalizedSchema.of(output as never);
  return {
    name,
    input: NormalizedSchema.of(input as never),
    output: answer.isUnitSchema() ? undefined : answer,
  };
}
