/** The one walker over the one table of constraints: all violations of a request at once, in the model's order. */
import type { ConstraintShape, ConstraintTable, ScalarShape } from "./constraints.ts";
import { Findings } from "./findings.ts";
import { type Check, lengthChecks, scalarChecks } from "./scalar-checks.ts";
import { SerializationError } from "./serialization-error.ts";

/** @throws AwsError ValidationException */
export type Validator = (input: unknown) => void;

/** Adds what is wrong with a value, which stands at `path`, and below it. */
type Visit = (value: unknown, path: string[], findings: Findings) => void;

/** What a value's container needs to know: a scalar's violations are told by the list or map around it. */
type Node = { readonly visit: Visit; readonly scalar?: readonly Check[] };

/** The model's integers have 32 bits, and so have PostgreSQL's. */
const LARGEST_INTEGER = 2 ** 31 - 1;
const NOT_NULL = "Member must not be null";

/** @param root the name of the input's shape @throws Error when the table lacks a shape that it names */
export function compileValidator(table: ConstraintTable, root: string): Validator {
  const nodes = new Map<string, Node>();

  function nodeOf(name: string): Node {
    const known = nodes.get(name);
    if (known !== undefined) return known;
    const shape = table.shapes[name];
    if (shape === undefined) throw new Error(`the constraints lack the shape ${name}`);
    // Shapes may contain themselves: the node is there before what it leads to is compiled.
    let visit: Visit | undefined;
    const node: Node = {
      visit: (value, path, findings) => {
        visit ??= compile(shape, nodeOf);
        visit(value, path, findings);
      },
      ...(isScalar(shape) && { scalar: scalarChecks(shape) }),
    };
    nodes.set(name, node);
    return node;
  }

  const { visit } = nodeOf(root);
  return (input) => {
    const findings = new Findings();
    visit(input, [], findings);
    findings.throwIfAny();
  };
}

function compile(shape: ConstraintShape, nodeOf: (name: string) => Node): Visit {
  switch (shape.type) {
    case "structure":
      return structure(shape, nodeOf);
    case "list":
      return list(shape, nodeOf(shape.member));
    case "map":
      return map(shape, nodeOf(shape.key), nodeOf(shape.value));
    default:
      return scalar(shape);
  }
}

function structure(
  shape: Extract<ConstraintShape, { type: "structure" }>,
  nodeOf: (name: string) => Node,
): Visit {
  const required = new Set(shape.required);
  const members = Object.entries(shape.members).map(([name, target]) => ({
    name,
    isRequired: required.has(name),
    node: nodeOf(target),
  }));
  return (value, path, findings) => {
    const given = value as Readonly<Record<string, unknown>>;
    for (const { name, isRequired, node } of members) {
      const member = given[name];
      if (member === undefined && !isRequired) continue;
      path.push(name);
      if (member === undefined) findings.add(path, NOT_NULL);
      else node.visit(member, path, findings);
      path.pop();
    }
  };
}

function list(shape: Extract<ConstraintShape, { type: "list" }>, member: Node): Visit {
  const own = lengthChecks(shape);
  return (value, path, findings) => {
    const elements = value as readonly unknown[];
    addBroken(own, elements, path, findings);
    const { scalar } = member;
    elements.forEach((element, at) => {
      if (scalar !== undefined && element !== null) return;
      path.push(`${at + 1}`, "member");
      if (element === null) findings.add(path, NOT_NULL);
      else member.visit(element, path, findings);
      path.length -= 2;
    });
    if (scalar !== undefined && !elements.every((element) => element === null || allHold(scalar, element)))
      findings.add(path, `Member must satisfy constraint: ${bracketed(scalar)}`);
  };
}

function map(shape: Extract<ConstraintShape, { type: "map" }>, key: Node, member: Node): Visit {
  const own = lengthChecks(shape);
  const keyChecks = key.scalar ?? [];
  return (value, path, findings) => {
    const entries = Object.entries(value as object);
    addBroken(own, value, path, findings);
    const sound = entries.filter(([name]) => allHold(keyChecks, name));
    if (sound.length < entries.length)
      findings.add(path, `Map keys must satisfy constraint: ${bracketed(keyChecks)}`);
    const { scalar } = member;
    if (scalar === undefined) {
      for (const [name, entry] of sound) {
        path.push(name, "member");
        member.visit(entry, path, findings);
        path.length -= 2;
      }
    } else if (!entries.every(([, entry]) => allHold(scalar, entry)))
      findings.add(path, `Map value must satisfy constraint: ${bracketed(scalar)}`);
  };
}

function scalar(shape: ScalarShape): Visit {
  const checks = scalarChecks(shape);
  const whole = shape.type === "integer" || shape.type === "long";
  const largest = shape.type === "integer" ? LARGEST_INTEGER : Number.MAX_SAFE_INTEGER;
  return (value, path, findings) => {
    // JSON has one kind of number, so only here a fraction, or too large a one, shows as the wrong type that it is.
    if (whole && !(Number.isSafeInteger(value) && Math.abs(Number(value)) <= largest))
      throw new SerializationError(
        `DECIMAL_VALUE can not be converted to an Integer (at '${path.join(".")}')`,
      );
    addBroken(checks, value, path, findings);
  };
}

/** Pattern before length, as AWS tells several broken constraints of one value: the brackets' order turned round. */
function addBroken(
  checks: readonly Check[],
  value: unknown,
  path: readonly string[],
  findings: Findings,
): void {
  for (let at = checks.length - 1; at >= 0; at--) {
    const check = checks[at];
    if (check !== undefined && !check.holds(value)) findings.add(path, check.text);
  }
}

function allHold(checks: readonly Check[], value: unknown): boolean {
  return checks.every((check) => check.holds(value));
}

function bracketed(checks: readonly Check[]): string {
  return `[${checks.map((check) => check.text).join(", ")}]`;
}

function isScalar(shape: ConstraintShape): shape is ScalarShape {
  return shape.type !== "structure" && shape.type !== "list" && shape.type !== "map";
}
