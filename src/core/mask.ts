/** Secrets in what workers tell of an action (E12.7, attack A13): a careless one may quote what it was given. */

const MASK = "****";
/** Values that are too short, or stand in every text, would only hide it (P10.3). */
const SHORTEST = 4;
/** Access key ids, whoever's they are (P10.4). */
const KEY_ID = /(?:AKIA|ASIA)[A-Z0-9]{16}/g;
const MAX_SUMMARY = 2048;

/** @param secrets values that must not be shown */
export function masked(text: string, secrets: readonly string[]): string {
  const maskable = secrets
    .filter((value) => value.length >= SHORTEST && !/^(?:true|false|null|\d{1,5})$/.test(value))
    // A secret that holds another is hidden whole.
    .sort((a, b) => b.length - a.length);
  return maskable.reduce((shown, value) => shown.replaceAll(value, MASK), text).replaceAll(KEY_ID, MASK);
}

/** The same, no longer than a summary may be: masked first, so that no half of a secret is left. */
export function maskedSummary(text: string, secrets: readonly string[]): string {
  return cut(masked(text, secrets));
}

/** At most 2,048 characters, none of them half a one. */
function cut(text: string): string {
  return text.length <= MAX_SUMMARY ? text : text.slice(0, MAX_SUMMARY).replace(/[\uD800-\uDBFF]$/, "");
}
