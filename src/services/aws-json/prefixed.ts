import type { ConstraintShape, ConstraintTable } from "./constraints.ts";

type Shapes = ConstraintTable["shapes"];

/** The shapes by names that can stand beside another table's. */
export function prefixed(shapes: Shapes, prefix: string): Shapes {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [`${prefix}${name}`, renamed(shape, prefix)]),
  );
}

function renamed(shape: ConstraintShape, prefix: string): ConstraintShape {
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members).map(([name, of]) => [name, `${prefix}${of}`] as const);
      return { ...shape, members: Object.fromEntries(members) };
    }
    case "list":
      return { ...shape, member: `${prefix}${shape.member}` };
    case "map":
      return { ...shape, key: `${prefix}${shape.key}`, value: `${prefix}${shape.value}` };
    default:
      return shape;
  }
}
