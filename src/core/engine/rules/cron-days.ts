/** The two day fields of a cron expression, with their letters (E9.16). */
import { addItem, type FieldKind, itemsOf, type Numbers, readNumber, wrong } from "./cron-field.ts";

/** A month as the day fields need it. */
export interface Month {
  readonly lastDay: number;
  /** Day of the week of its first day, 1 = Sunday. */
  readonly firstWeekday: number;
}

/** The days that a field takes of a month. */
export type DaysOf = (month: Month) => Numbers;

const DAY_OF_MONTH: FieldKind = { name: "day-of-month", least: 1, most: 31 };
const DAY_OF_WEEK: FieldKind = {
  name: "day-of-week",
  least: 1,
  most: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const SUNDAY = 1;
const SATURDAY = 7;

/** `L`: the last day; `L-n`: n days before; `nW`: the weekday nearest to n in the same month; `LW`: the last weekday. */
export function readDaysOfMonth(text: string): DaysOf {
  const plain = new Set<number>();
  const special: ((month: Month) => number | undefined)[] = [];
  for (const item of new Set(itemsOf(text))) {
    const [, before] = /^L(?:-(\d{1,2}))?$/.exec(item) ?? [];
    const [, near] = /^(\d{1,2})W$/.exec(item) ?? [];
    if (item === "LW") special.push((month) => nearestWeekday(month.lastDay, month));
    else if (item === "L") special.push(({ lastDay }) => lastDay);
    else if (before !== undefined && Number(before) < 31)
      special.push(({ lastDay }) => lastDay - Number(before));
    else if (near !== undefined) {
      const day = readNumber(near, item, DAY_OF_MONTH);
      special.push((month) => (day > month.lastDay ? undefined : nearestWeekday(day, month)));
    } else addItem(plain, item, DAY_OF_MONTH);
  }
  return (month) => daysOf(month, (day) => plain.has(day), special);
}

/** `L` alone is Saturday; `nL`: the last such day of the month; `n#k`: the k-th. */
export function readDaysOfWeek(text: string): DaysOf {
  const plain = new Set<number>();
  const special: ((month: Month) => number | undefined)[] = [];
  for (const item of new Set(itemsOf(text))) {
    const [, weekday, which] = /^([A-Z0-9]+?)(L|#[1-5])$/.exec(item) ?? [];
    if (item === "L") plain.add(SATURDAY);
    else if (weekday !== undefined && which !== undefined) {
      const day = readNumber(weekday, item, DAY_OF_WEEK);
      special.push((month) => dayOfWeek(day, which, month));
    } else if (/#|L$/.test(item)) throw wrong(item, DAY_OF_WEEK);
    else addItem(plain, item, DAY_OF_WEEK);
  }
  return (month) => daysOf(month, (day) => plain.has(weekdayOf(day, month)), special);
}

function daysOf(
  month: Month,
  plain: (day: number) => boolean,
  special: readonly ((month: Month) => number | undefined)[],
): Numbers {
  const days = new Set<number>();
  for (let day = 1; day <= month.lastDay; day += 1) if (plain(day)) days.add(day);
  for (const find of special) {
    const day = find(month);
    if (day !== undefined && day >= 1) days.add(day);
  }
  return days;
}

function weekdayOf(day: number, { firstWeekday }: Month): number {
  return ((firstWeekday - 1 + day - 1) % 7) + 1;
}

function nearestWeekday(day: number, month: Month): number {
  const weekday = weekdayOf(day, month);
  if (weekday === SATURDAY) return day === 1 ? 3 : day - 1;
  if (weekday === SUNDAY) return day === month.lastDay ? day - 2 : day + 1;
  return day;
}

function dayOfWeek(weekday: number, which: string, month: Month): number | undefined {
  const first = 1 + ((weekday - month.firstWeekday + 7) % 7);
  if (which === "L") return first + 7 * Math.floor((month.lastDay - first) / 7);
  const day = first + 7 * (Number(which.slice(1)) - 1);
  return day <= month.lastDay ? day : undefined;
}
