/** A template with its parameters: what its resources are called, and what its functions ask for. */
import { isObject, type Json, type JsonObject, kindOf, member, section } from "../json.ts";
import { at, ImportProblem } from "../problem.ts";
import { conditionsOf } from "./conditions.ts";
import { text } from "./functions.ts";
import { attributeOf, identityOf, refOf } from "./identities.ts";
import { physicalName, type StackPlace, stableId } from "./names.ts";
import { type GivenParameters, readParameters } from "./parameters.ts";
import { resolve } from "./resolve.ts";
import { NO_VALUE, type Resolved, type Scope } from "./scope.ts";

export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  /** The name of its own, or one made of the stack's and the logical id. @throws ImportProblem */
  name(): string;
  /** With all functions worked out. @throws ImportProblem */
  properties(): JsonObject;
  /** What `Ref` answers of it. @throws ImportProblem */
  ref(): Json;
}

export interface Stack {
  readonly place: StackPlace;
  /** Those whose condition holds, in the template's order. */
  readonly resources: readonly TemplateResource[];
  /** What of the template is passed over. */
  readonly notes: readonly string[];
  /** An output's value by its export name; undefined when it exports no such name. @throws ImportProblem */
  exported(name: string): Json | undefined;
}

/**
 * @param imported how the outputs of other stacks are found
 * @throws ImportProblem for what makes the template unreadable as a whole
 */
export function openStack(
  template: JsonObject,
  place: StackPlace,
  given: GivenParameters,
  imported: (name: string) => Json,
): Stack {
  if (member(template, "Transform") !== undefined)
    throw new ImportProblem(
      "Transform isn't supported: macros run on AWS only. Give the processed template (aws cloudformation get-template --template-stage Processed)",
    );
  const parameters = readParameters(section(template, "Parameters"), given);
  const declared = section(template, "Resources");
  const open = new Map<string, TemplateResource>();
  const naming = new Set<string>();

  const scope: Scope = {
    ref(name) {
      if (Object.hasOwn(PSEUDO, name)) return PSEUDO[name]?.(place) ?? NO_VALUE;
      const value = parameters.get(name);
      if (value !== undefined) return value;
      if (member(section(template, "Parameters"), name) !== undefined)
        throw new ImportProblem(`parameter ${name} has no value: give --parameter ${name}=VALUE`);
      const resource = required(name);
      return refOf(named(name, resource), place, () => resource.properties());
    },
    attribute: (logicalId, attribute) => {
      const resource = required(logicalId);
      return attributeOf(named(logicalId, resource), attribute, place, () => resource.properties());
    },
    condition: (name) => condition(name),
    mapping: (map, top, second) => mapped(section(template, "Mappings"), map, top, second),
    imported,
  };
  const condition = conditionsOf(section(template, "Conditions"), scope);

  for (const [logicalId, resource] of Object.entries(declared)) {
    if (!isObject(resource))
      throw new ImportProblem(`Resources.${logicalId}: takes an object, got ${kindOf(resource)}`);
    const given = member(resource, "Condition");
    if (given !== undefined && !condition(text(given))) continue;
    open.set(logicalId, opened(logicalId, resource));
  }

  function opened(logicalId: string, resource: JsonObject): TemplateResource {
    const type = text(member(resource, "Type"));
    const properties = section(resource, "Properties");
    const { nameProperty } = identityOf(type);
    return {
      logicalId,
      type,
      name() {
        const own = nameProperty === undefined ? undefined : member(properties, nameProperty);
        // A name that is made of the name of what refers to it would never end.
        if (naming.has(logicalId)) throw new ImportProblem(`the name of ${logicalId} depends on itself`);
        naming.add(logicalId);
        try {
          const value = own === undefined ? NO_VALUE : resolve(own, scope);
          return value === NO_VALUE || value === ""
            ? physicalName(place.stackName, logicalId, type)
            : text(value);
        } finally {
          naming.delete(logicalId);
        }
      },
      ref: () => scope.ref(logicalId) as Json,
      properties: () => at(`Resources.${logicalId}.Properties`, () => objectOf(resolve(properties, scope))),
    };
  }

  function required(logicalId: string): TemplateResource {
    const found = open.get(logicalId);
    if (found !== undefined) return found;
    throw new ImportProblem(
      member(declared, logicalId) === undefined
        ? `there is no parameter or resource '${logicalId}'`
        : `${logicalId} isn't there: its Condition doesn't hold`,
    );
  }

  function named(logicalId: string, { type, name }: TemplateResource) {
    return { logicalId, type, name: name(), id: stableId(place, logicalId) };
  }

  return {
    place,
    resources: [...open.values()],
    notes: member(template, "Rules") === undefined ? [] : notesOfRules(section(template, "Rules")),
    exported(name) {
      for (const [output, content] of Object.entries(section(template, "Outputs"))) {
        if (!isObject(content)) continue;
        const exportName = member(section(content, "Export"), "Name");
        if (exportName === undefined || resolve(exportName, scope) !== name) continue;
        return at(`Outputs.${output}`, () => resolve(member(content, "Value") ?? null, scope)) as Json;
      }
      return undefined;
    },
  };
}

const PSEUDO: Readonly<Record<string, (place: StackPlace) => Resolved>> = {
  "AWS::AccountId": ({ account }) => account,
  "AWS::NoValue": () => NO_VALUE,
  "AWS::NotificationARNs": () => [],
  "AWS::Partition": () => "aws",
  "AWS::Region": ({ region }) => region,
  "AWS::StackId": (place) =>
    `arn:aws:cloudformation:${place.region}:${place.account}:stack/${place.stackName}/${stableId(place, "")}`,
  "AWS::StackName": ({ stackName }) => stackName,
  "AWS::URLSuffix": () => "amazonaws.com",
};

function mapped(mappings: JsonObject, map: string, top: string, second: string): Json {
  const value = member(section(section(mappings, map), top), second);
  if (value === undefined) throw new ImportProblem(`Mappings have no ${map}.${top}.${second}`);
  return value;
}

/** The CDK's own rule asks for a bootstrapped account, which nothing here needs. */
function notesOfRules(rules: JsonObject): string[] {
  const others = Object.keys(rules).filter((name) => name !== "CheckBootstrapVersion");
  return others.length === 0 ? [] : [`Rules aren't checked: ${others.join(", ")}`];
}

function objectOf(value: Resolved): JsonObject {
  if (value !== NO_VALUE && isObject(value)) return value;
  throw new ImportProblem(`takes an object, got ${value === NO_VALUE ? "AWS::NoValue" : kindOf(value)}`);
}
