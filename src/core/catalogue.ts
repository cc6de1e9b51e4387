/**
 * The action and rule types that the server was started with, and what its operator has configured for them. The
 * declarations come from the worker (P0.1).
 */
import type { ActionTypeId } from "./engine/index.ts";
import { createPartners, type Partner, type Partners } from "./partners.ts";

export interface BuiltInActionType {
  readonly id: ActionTypeId;
  readonly tier: 1 | 2 | 3 | "none";
  readonly v2Only?: boolean;
  readonly inputs: { readonly minimum: number; readonly maximum: number };
  readonly outputs: { readonly minimum: number; readonly maximum: number };
  readonly properties: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly secret?: boolean;
    readonly description?: string;
    readonly allowed?: readonly string[];
  }[];
  readonly outputVariables: readonly string[] | "dynamic";
  readonly defaultTimeoutMinutes: number;
  readonly urls?: {
    readonly entityUrlTemplate?: string;
    readonly executionUrlTemplate?: string;
    readonly revisionUrlTemplate?: string;
  };
  readonly needs: readonly string[];
  /** Of the host of a worker that does its jobs. */
  readonly tools?: readonly string[];
  /** Its jobs may be ended by a function, with credentials of its own, which a parked one is left to (P7.3, P9). */
  readonly byFunction?: "parked" | "awaited";
  settings?(configuration: Configuration): readonly (readonly string[])[];
  readonly besides?: readonly string[];
}

type Configuration = Readonly<Record<string, string>>;

/** What the operator has set (P0.6). */
export interface SettingValues {
  /** By a setting's name. */
  get(name: string): string | undefined;
  /** Whether any setting of the kind has a value: `functions`. */
  hasAny(kind: string): boolean;
  /** The names of a kind that were set by name, not by a variable. */
  namesOf(kind: string): readonly string[];
}

export interface Catalogue {
  readonly builtIn: readonly BuiltInActionType[];
  /** Of category Rule (P9). */
  readonly rules: readonly BuiltInActionType[];
  find(id: ActionTypeId): BuiltInActionType | undefined;
  /** Action types that the operator's configuration brings. */
  readonly partners: Partners;
  /** What keeps the type from being used with this configuration on this server, but for tools of workers (P0.8). */
  missing(type: BuiltInActionType, configuration: Configuration): readonly string[];
  /** The settings that a job of the type gets: those that its configuration names, and no others (P0.6). */
  settingsFor(id: ActionTypeId, configuration: Configuration): Readonly<Record<string, string>>;
  /** Whether there are keys for any role. */
  readonly givesKeys: boolean;
  /**
   * What gives keys to builds that run as this role (P10.5): `millrace`, or a profile of the worker's AWS files;
   * undefined where they get none.
   */
  keysOfRole(roleArn: string): string | undefined;
}

const NOTHING_SET: SettingValues = { get: () => undefined, hasAny: () => false, namesOf: () => [] };

interface Besides {
  readonly rules?: readonly BuiltInActionType[];
  readonly partners?: readonly Partner[];
  readonly settings?: SettingValues;
}

export function createCatalogue(
  builtIn: readonly BuiltInActionType[],
  { rules = [], partners = [], settings: values = NOTHING_SET }: Besides = {},
): Catalogue {
  const byKey = new Map([...builtIn, ...rules].map((type) => [keyOf(type.id), type]));
  const isSet = (name: string) =>
    name.endsWith(".*") ? values.hasAny(name.slice(0, -2)) : values.get(name) !== undefined;
  const find = (id: ActionTypeId) => byKey.get(keyOf(id));
  return {
    builtIn,
    rules,
    find,
    partners: createPartners(partners),
    missing({ needs, settings }, configuration) {
      const unset = (settings?.(configuration) ?? []).filter((names) => !names.some(isSet));
      return [...needs, ...unset.map((names) => names.join(" or "))];
    },
    givesKeys: values.hasAny("roles"),
    keysOfRole: (roleArn) => values.get(`roles.${roleArn}`),
    settingsFor(id, configuration) {
      const { settings, besides = [] } = find(id) ?? {};
      const all = besides.flatMap((name) =>
        name.endsWith(".*") ? values.namesOf(name.slice(0, -2)) : [name],
      );
      const names = [...(settings?.(configuration) ?? []).flat(), ...all];
      return Object.fromEntries(
        names.flatMap((name) => {
          const value = values.get(name);
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
    },
  };
}

function keyOf(id: ActionTypeId): string {
  return `${id.owner}/${id.category}/${id.provider}/${id.version}`;
}
