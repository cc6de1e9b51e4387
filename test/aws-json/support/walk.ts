/** Requests for every constraint that lies below an operation's input: one just inside, one just outside. */
import type {
  ConstraintShape,
  ConstraintTable,
  ScalarShape,
} from "../../../src/services/aws-json/constraints.ts";
import { bracketed, broken, inside, ofOtherTypes, outside, sample } from "./samples.ts";

export interface Case {
  readonly request: unknown;
  /** What is told, in order: `<path>: <constraint>`; empty for a request that passes; or the wrong JSON type. */
  readonly told: readonly string[] | "SerializationException";
}

type Wrap = (value: unknown) => unknown;
type Path = readonly string[];

const NOT_NULL = "Member must not be null";

export function createWalk({ shapes }: ConstraintTable) {
  function shapeOf(name: string): ConstraintShape {
    const shape = shapes[name];
    if (shape === undefined) throw new Error(`there is no shape ${name}`);
    return shape;
  }

  /** The smallest value that the shape takes. */
  function smallest(name: string): unknown {
    const shape = shapeOf(name);
    switch (shape.type) {
      case "structure":
        return Object.fromEntries(
          (shape.required ?? []).map((member) => [member, smallest(shape.members[member]!)]),
        );
      case "list":
        return Array.from({ length: shape.min ?? 0 }, () => smallest(shape.member));
      case "map":
        return {};
      default:
        return sample(shape);
    }
  }

  /** A value all of whose leaves are outside, and what is told of them, in the model's order. */
  function worst(name: string, path: Path): { value: unknown; told: string[] } {
    const shape = shapeOf(name);
    switch (shape.type) {
      case "structure": {
        const parts = Object.entries(shape.members).map(
          ([member, target]) => [member, worst(target, [...path, member])] as const,
        );
        return {
          value: Object.fromEntries(parts.map(([member, { value }]) => [member, value])),
          told: parts.flatMap(([, { told }]) => told),
        };
      }
      case "list": {
        const element = shapeOf(shape.member);
        if (isScalar(element)) {
          const [bad] = outside(element);
          const told =
            bad === undefined ? [] : [at(path, `Member must satisfy constraint: ${bracketed(element)}`)];
          return { value: [bad ?? sample(element)], told };
        }
        const { value, told } = worst(shape.member, [...path, "1", "member"]);
        return { value: [value], told };
      }
      case "map": {
        const key = sample(shapeOf(shape.key) as ScalarShape) as string;
        const element = shapeOf(shape.value);
        if (!isScalar(element)) {
          const { value, told } = worst(shape.value, [...path, key, "member"]);
          return { value: { [key]: value }, told };
        }
        const [bad] = outside(element);
        const told =
          bad === undefined ? [] : [at(path, `Map value must satisfy constraint: ${bracketed(element)}`)];
        return { value: { [key]: bad ?? sample(element) }, told };
      }
      default: {
        const [bad] = outside(shape);
        if (bad === undefined) return { value: sample(shape), told: [] };
        return { value: bad, told: broken(shape, bad).map((text) => at(path, text)) };
      }
    }
  }

  function* casesOf(name: string, wrap: Wrap = (value) => value, path: Path = []): Generator<Case> {
    const shape = shapeOf(name);
    switch (shape.type) {
      case "structure":
        yield* ofStructure(name, shape, wrap, path);
        break;
      case "list":
        yield* ofList(shape, wrap, path);
        break;
      case "map":
        yield* ofMap(shape, wrap, path);
        break;
      default:
        yield* ofScalar(shape, wrap, path);
    }
  }

  function* ofStructure(
    name: string,
    shape: Extract<ConstraintShape, { type: "structure" }>,
    wrap: Wrap,
    path: Path,
  ): Generator<Case> {
    const base = smallest(name) as Record<string, unknown>;
    yield { request: wrap(base), told: [] };
    yield { request: wrap({ ...base, unknownMember: [{ at: "every depth" }] }), told: [] };
    for (const value of ["text", 1, true, []]) yield { request: wrap(value), told: "SerializationException" };
    for (const [member, target] of Object.entries(shape.members)) {
      const below = [...path, member];
      const { [member]: _, ...without } = base;
      const told = shape.required?.includes(member) ? [at(below, NOT_NULL)] : [];
      yield { request: wrap(without), told };
      yield { request: wrap({ ...base, [member]: null }), told };
      yield* casesOf(target, (value) => wrap({ ...base, [member]: value }), below);
    }
  }

  function* ofList(
    { member, min = 0, max }: Extract<ConstraintShape, { type: "list" }>,
    wrap: Wrap,
    path: Path,
  ): Generator<Case> {
    const many = (count: number) => Array.from({ length: count }, () => smallest(member));
    yield* sizes(min, max, (count) => wrap(many(count)), path);
    for (const value of ["text", 1, true, {}]) yield { request: wrap(value), told: "SerializationException" };
    const rest = many(Math.max(min - 1, 0));
    yield { request: wrap([null, ...rest]), told: [at([...path, "1", "member"], NOT_NULL)] };
    const element = shapeOf(member);
    if (!isScalar(element)) {
      yield* casesOf(member, (value) => wrap([value, ...rest]), [...path, "1", "member"]);
      if (max !== 1)
        yield { request: wrap([smallest(member), null]), told: [at([...path, "2", "member"], NOT_NULL)] };
      return;
    }
    for (const value of inside(element)) yield { request: wrap([value, ...rest]), told: [] };
    const told = [at(path, `Member must satisfy constraint: ${bracketed(element)}`)];
    for (const value of outside(element)) yield { request: wrap([value, ...rest]), told };
    for (const value of ofOtherTypes(element))
      yield { request: wrap([value, ...rest]), told: "SerializationException" };
  }

  function* ofMap(
    { key, value: target, min = 0, max }: Extract<ConstraintShape, { type: "map" }>,
    wrap: Wrap,
    path: Path,
  ): Generator<Case> {
    const [keys, element] = [shapeOf(key) as ScalarShape, shapeOf(target)];
    const good = smallest(target);
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, good]));
    yield* sizes(min, max, (count) => wrap(many(count)), path);
    for (const value of ["text", 1, true, []]) yield { request: wrap(value), told: "SerializationException" };
    for (const name of inside(keys)) yield { request: wrap({ [String(name)]: good }), told: [] };
    for (const name of outside(keys))
      yield {
        request: wrap({ [String(name)]: good }),
        told: [at(path, `Map keys must satisfy constraint: ${bracketed(keys)}`)],
      };
    const name = String(sample(keys));
    if (!isScalar(element)) {
      yield* casesOf(target, (value) => wrap({ [name]: value }), [...path, name, "member"]);
      return;
    }
    for (const value of inside(element)) yield { request: wrap({ [name]: value }), told: [] };
    for (const value of outside(element))
      yield {
        request: wrap({ [name]: value }),
        told: [at(path, `Map value must satisfy constraint: ${bracketed(element)}`)],
      };
  }

  return { casesOf, worst };
}

function* ofScalar(shape: ScalarShape, wrap: Wrap, path: Path): Generator<Case> {
  for (const value of inside(shape)) yield { request: wrap(value), told: [] };
  for (const value of outside(shape))
    yield { request: wrap(value), told: broken(shape, value).map((text) => at(path, text)) };
  for (const value of ofOtherTypes(shape)) yield { request: wrap(value), told: "SerializationException" };
}

/** As many as can be and one more, as few as must be and one less. */
function* sizes(
  min: number,
  max: number | undefined,
  request: (count: number) => unknown,
  path: Path,
): Generator<Case> {
  yield { request: request(min), told: [] };
  if (min > 0)
    yield {
      request: request(min - 1),
      told: [at(path, `Member must have length greater than or equal to ${min}`)],
    };
  if (max === undefined) return;
  yield { request: request(max), told: [] };
  yield {
    request: request(max + 1),
    told: [at(path, `Member must have length less than or equal to ${max}`)],
  };
}

function at(path: Path, constraint: string): string {
  return `Value at '${path.join(".")}' failed to satisfy constraint: ${constraint}`;
}

function isScalar(shape: ConstraintShape): shape is ScalarShape {
  return shape.type !== "structure" && shape.type !== "list" && shape.type !== "map";
}
