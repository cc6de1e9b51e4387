/** Pages that an action's type links to (api.md §11, §14): only http and https are ever emitted (P0.15). */

interface Values {
  readonly configuration: Readonly<Record<string, string>>;
  readonly externalExecutionId?: string;
  readonly revisionId?: string;
}

const PLACE = /\{(?:Config:([^{}]+)|(ExternalExecutionId)|RevisionId)\}/g;

/** @returns undefined when there is no template, a value is missing, or the result isn't a web address */
export function link(template: string | undefined, values: Values): string | undefined {
  if (template === undefined) return undefined;
  let complete = true;
  // A value that is the whole address is taken as it is: the entity page of an approval is a URL of the user's.
  const encode = template.startsWith("{Config:")
    ? String
    : (value: string) => encodeURI(value.toWellFormed());
  const url = template.replace(PLACE, (_place, key?: string, execution?: string) => {
    const value = key
      ? memberOf(values.configuration, key)
      : execution
        ? values.externalExecutionId
        : values.revisionId;
    complete &&= value !== undefined;
    return encode(value ?? "");
  });
  return complete ? webAddress(url) : undefined;
}

export function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

/** Names like `constructor` are callers' to choose, and are no members of a record that doesn't have them itself. */
function memberOf(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
