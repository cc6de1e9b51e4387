/** Cron expressions of deployment windows (E9.16): which minutes of the wall clock are open. */
import { type DaysOf, readDaysOfMonth, readDaysOfWeek } from "./cron-days.ts";
import { CronError, type FieldKind, type Numbers, readNumbers } from "./cron-field.ts";

export interface Cron {
  readonly minutes: Numbers;
  readonly hours: Numbers;
  /** 1 = January. */
  readonly months: Numbers;
  readonly years: Numbers;
  readonly daysOf: DaysOf;
}

export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2199;

const SECOND: FieldKind = { name: "second", least: 0, most: 59 };
const MINUTE: FieldKind = { name: "minute", least: 0, most: 59 };
const HOUR: FieldKind = { name: "hour", least: 0, most: 23 };
const MONTH: FieldKind = {
  name: "month",
  least: 1,
  most: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const YEAR: FieldKind = { name: "year", least: FIRST_YEAR, most: LAST_YEAR };

/**
 * @param text second minute hour day-of-month month day-of-week [year]; the seconds must be there and count for nothing
 * @throws CronError
 */
export function readCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  const [second, minute, hour, dayOfMonth, month, dayOfWeek, year = "*"] = fields;
  if (
    second === undefined ||
    minute === undefined ||
    hour === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    fields.length > 7
  ) {
    throw new CronError(
      `it has ${text.trim() === "" ? 0 : fields.length} fields; it takes six or seven: second minute hour day-of-month month day-of-week [year]`,
    );
  }
  readNumbers(second, SECOND);
  return {
    minutes: readNumbers(minute, MINUTE),
    hours: readNumbers(hour, HOUR),
    months: readNumbers(month, MONTH),
    years: readNumbers(year, YEAR),
    daysOf: readDays(dayOfMonth, dayOfWeek),
  };
}

/** One of the two says which days; the other holds `?` or `*`. */
function readDays(dayOfMonth: string, dayOfWeek: string): DaysOf {
  if (dayOfMonth === "?" && dayOfWeek === "?") {
    throw new CronError("only one of day-of-month and day-of-week can be '?'");
  }
  if (dayOfWeek === "?" || dayOfWeek === "*") {
    return readDaysOfMonth(dayOfMonth === "?" ? "*" : dayOfMonth);
  }
  if (dayOfMonth === "?" || dayOfMonth === "*") return readDaysOfWeek(dayOfWeek);
  throw new CronError("day-of-month and day-of-week cannot both name days: one of them must be '?'");
}
