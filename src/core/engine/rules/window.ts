/** The DeploymentWindow rule (E9.15 to E9.17): when it opens next. */
import type { ActionError } from "../command.ts";
import { type Cron, LAST_YEAR, readCron } from "./cron.ts";
import { CronError } from "./cron-field.ts";
import { type OffsetAt, readTimeZone } from "./time-zone.ts";
import { configurationError } from "./verdict.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * @param configuration resolved: Cron, and TimeZone (absent: UTC)
 * @param now milliseconds since the epoch
 * @returns the beginning of the first open minute that isn't over; it isn't later than `now` when the window is open
 */
export function nextOpening(
  configuration: Readonly<Record<string, string>>,
  now: number,
): { readonly opensAt: number } | { readonly error: ActionError } {
  const window = readWindow(configuration);
  if (typeof window === "string") return { error: configurationError(window) };
  const opensAt = findOpening(window, Math.floor(now / MINUTE) * MINUTE);
  if (opensAt !== undefined) return { opensAt };
  return { error: configurationError(`The deployment window '${configuration.Cron}' never opens again.`) };
}

/** What is wrong with the expression or the time zone, if anything. */
export function windowProblem(configuration: Readonly<Record<string, string>>): string | undefined {
  const window = readWindow(configuration);
  return typeof window === "string" ? window : undefined;
}

interface Window {
  readonly cron: Cron;
  readonly offsetAt: OffsetAt;
}

function readWindow({
  Cron: expression = "",
  TimeZone: zone,
}: Readonly<Record<string, string>>): Window | string {
  const offsetAt = readTimeZone(zone);
  if (offsetAt === undefined) {
    return `The time zone '${zone}' is not known. Use Region/City, UTC, UTC+HH:MM or UTC-HH:MM.`;
  }
  try {
    return { cron: readCron(expression), offsetAt };
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    return `The cron expression '${expression.slice(0, 200)}' is not valid: ${error.message}.`;
  }
}

/**
 * Goes through the days of the expression, not through minutes: some ten thousand months at most, whatever it says.
 * Where the clock was set back over midnight, a minute of the day before can come after one of the day: so it begins a
 * day early, and looks at the day after the first that opens.
 */
function findOpening(window: Window, from: number): number | undefined {
  let found: number | undefined;
  let foundOn = Number.POSITIVE_INFINITY;
  for (const day of daysFrom(window.cron, dayOf(from + window.offsetAt(from)) - DAY)) {
    if (day > foundOn + DAY) break;
    const opening = openingOn(day, window, from);
    if (opening === undefined || (found !== undefined && found <= opening)) continue;
    found = opening;
    foundOn = Math.min(foundOn, day);
  }
  return found;
}

/** Days that the expression takes, as midnights of a clock without zone, from one on. */
function* daysFrom({ years, months, daysOf }: Cron, first: number): Generator<number> {
  for (let year = new Date(first).getUTCFullYear(); year <= LAST_YEAR; year += 1) {
    if (!years.has(year)) continue;
    for (let month = 0; month < 12; month += 1) {
      if (!months.has(month + 1)) continue;
      const start = Date.UTC(year, month, 1);
      const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      const days = daysOf({ lastDay, firstWeekday: new Date(start).getUTCDay() + 1 });
      for (let day = 1; day <= lastDay; day += 1) {
        const midnight = start + (day - 1) * DAY;
        if (midnight >= first && days.has(day)) yield midnight;
      }
    }
  }
}

/** The first open minute of a local day that isn't before `from`. */
function openingOn(day: number, { cron, offsetAt }: Window, from: number): number | undefined {
  const offsets = new Set([offsetAt(day - DAY), offsetAt(day + 2 * DAY)]);
  let first: number | undefined;
  for (const offset of offsets) {
    for (const local of minutesOf(day, cron)) {
      const time = local - offset;
      if (time < from || offsetAt(time) !== offset) continue;
      first = first === undefined ? time : Math.min(first, time);
      break;
    }
  }
  return first;
}

/** Open minutes of a day on a clock without zone, in order. */
function* minutesOf(day: number, { hours, minutes }: Cron): Generator<number> {
  for (let hour = 0; hour < 24; hour += 1) {
    if (!hours.has(hour)) continue;
    for (let minute = 0; minute < 60; minute += 1) {
      if (minutes.has(minute)) yield day + hour * HOUR + minute * MINUTE;
    }
  }
}

function dayOf(local: number): number {
  return Math.floor(local / DAY) * DAY;
}
