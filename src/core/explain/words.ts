/** Times and names in sentences. */
import type { ActionTypeId } from "../engine/index.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-24 10:00:00 UTC` */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `3 min`, `2 h`, `5 d`: the two largest units at most. */
export function span(ms: number): string {
  const units = [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
    [SECOND, "s"],
  ] as const;
  const largest = units.findIndex(([size]) => ms >= size);
  if (largest < 0) return "0 s";
  let rest = ms;
  const parts = units.slice(largest, largest + 2).flatMap(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.join(" ");
}

/** `since 2026-11-24 10:00:00 UTC (3 min)` */
export function since(at: number, now: number): string {
  return `since ${moment(at)} (${span(Math.max(0, now - at))})`;
}

/** `Build/Custom/Jenkins/1` */
export function typeName({ category, owner, provider, version }: ActionTypeId): string {
  return `${category}/${owner}/${provider}/${version}`;
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A sentence's end: texts of workers often have one of their own. */
export function closed(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
