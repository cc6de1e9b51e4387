/** The constraints that the SDK's schemas know by themselves: which members are required, and what lies below them. */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { ConstraintShape, ConstraintTable } from "./constraints.ts";

/**
 * A table for a service that has none of its own, rooted at the schema's name.
 * @param prefix of all names, where the table stands beside another's
 */
export function requiredMembers(root: NormalizedSchema, prefix = ""): ConstraintTable {
  const shapes: Record<string, ConstraintShape> = {};

  function nameOf(schema: NormalizedSchema): string {
    const name = `${prefix}${shapeName(schema)}`;
    if (name in shapes) return name;
    // Stands in while the shape's members are walked, which may lead back to it.
    shapes[name] = { type: "any" };
    shapes[name] = shapeOf(schema);
    return name;
  }

  function shapeOf(schema: NormalizedSchema): ConstraintShape {
    if (schema.isListSchema()) return { type: "list", member: nameOf(schema.getValueSchema()) };
    if (schema.isMapSchema())
      return { type: "map", key: nameOf(schema.getKeySchema()), value: nameOf(schema.getValueSchema()) };
    if (!schema.isStructSchema()) return { type: "any" };
    const members = [...schema.structIterator()].map(([name, member]) => [name, nameOf(member)] as const);
    return {
      type: "structure",
      required: members.slice(0, requiredCount(schema)).map(([name]) => name),
      members: Object.fromEntries(members),
    };
  }

  nameOf(root);
  return { shapes };
}

/** Lists and maps of simple values have no name in the schemas. */
function shapeName(schema: NormalizedSchema): string {
  const shape: unknown = schema.getSchema();
  return Array.isArray(shape) ? String(shape[2]) : `simple ${shape}`;
}

/** A structure's last entry says how many of its first members are required. */
function requiredCount(schema: NormalizedSchema): number {
  const shape: unknown = schema.getSchema();
  const count: unknown = Array.isArray(shape) ? shape[6] : undefined;
  return typeof count === "number" ? count : 0;
}
