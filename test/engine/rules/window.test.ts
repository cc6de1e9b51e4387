import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextOpening } from "../../../src/core/engine/rules/window.ts";

const MINUTE = 60_000;

/** When a window opens, as ISO text in UTC, or the error's message. */
function opens(cron: string, now: string, zone?: string): string {
  const found = nextOpening({ Cron: cron, ...(zone !== undefined && { TimeZone: zone }) }, Date.parse(now));
  return "error" in found
    ? `${found.error.code}: ${found.error.message}`
    : new Date(found.opensAt).toISOString().replace(":00.000Z", "Z");
}

/** The first openings from `now` on, minute after minute. */
function openings(cron: string, zone: string, now: string, count: number): string[] {
  const all: string[] = [];
  for (let at = now; all.length < count; ) {
    const next = opens(cron, at, zone);
    all.push(next);
    at = new Date(Date.parse(next) + MINUTE).toISOString();
  }
  return all;
}

describe("E9.16: cron expressions", () => {
  // 2026-11-29 is a Sunday.
  test.each([
    [
      "an open window opened at this minute's beginning",
      "0 * * * * ?",
      "2026-11-29T10:00:59.999Z",
      "2026-11-29T10:00Z",
    ],
    ["one minute an hour", "0 0 9-17 ? * MON-FRI *", "2026-11-30T09:01:00Z", "2026-11-30T10:00Z"],
    ["all day from 9 to 17", "0 * 9-16 ? * MON-FRI", "2026-11-30T09:01:30Z", "2026-11-30T09:01Z"],
    ["names and letters in any case", "0 0 0 ? dec Fri", "2026-11-29T00:00:00Z", "2026-12-04T00:00Z"],
    [
      "steps from a number go to the field's end",
      "0 50/5 * * * ?",
      "2026-11-29T10:56:00Z",
      "2026-11-29T11:50Z",
    ],
    ["steps in a range", "0 10-20/5 * * * ?", "2026-11-29T10:16:00Z", "2026-11-29T10:20Z"],
    ["steps of everything", "0 */20 * * * ?", "2026-11-29T10:41:00Z", "2026-11-29T11:00Z"],
    ["a range over the top", "0 0 22-2 * * ?", "2026-11-29T03:00:00Z", "2026-11-29T22:00Z"],
    ["a range of days over the weekend", "0 0 0 ? * FRI-MON", "2026-12-01T00:00:00Z", "2026-12-04T00:00Z"],
    ["lists", "0 5,1 3,2 1,15 * ?", "2026-11-29T00:00:00Z", "2026-12-01T02:01Z"],
    ["the seconds are ignored", "59 0 0 * * ?", "2026-11-29T00:00:10Z", "2026-11-29T00:00Z"],
    ["the last day of the month", "0 0 0 L * ?", "2027-02-01T00:00:00Z", "2027-02-28T00:00Z"],
    ["the last day of a leap February", "0 0 0 L 2 ?", "2027-03-01T00:00:00Z", "2028-02-29T00:00Z"],
    ["days before the last", "0 0 0 L-3 * ?", "2026-11-01T00:00:00Z", "2026-11-27T00:00Z"],
    ["no day so long before the last", "0 0 0 L-29 * ?", "2026-11-02T00:00:00Z", "2026-12-02T00:00Z"],
    ["a weekday is its own nearest", "0 0 0 16W * ?", "2026-11-01T00:00:00Z", "2026-11-16T00:00Z"],
    ["Saturday goes to Friday", "0 0 0 14W * ?", "2026-11-01T00:00:00Z", "2026-11-13T00:00Z"],
    ["Sunday goes to Monday", "0 0 0 15W * ?", "2026-11-01T00:00:00Z", "2026-11-16T00:00Z"],
    ["but not into the month before", "0 0 0 1W 8 ?", "2026-07-01T00:00:00Z", "2026-08-03T00:00Z"],
    ["nor into the month behind", "0 0 0 31W 1 ?", "2027-01-01T00:00:00Z", "2027-01-29T00:00Z"],
    ["the last weekday", "0 0 0 LW * ?", "2027-01-01T00:00:00Z", "2027-01-29T00:00Z"],
    ["L is Saturday among the days of the week", "0 0 0 ? * L", "2026-11-29T00:00:00Z", "2026-12-05T00:00Z"],
    ["the last Friday", "0 0 0 ? * 6L", "2026-11-01T00:00:00Z", "2026-11-27T00:00Z"],
    ["the last Friday by name", "0 0 0 ? * FRIL", "2026-11-28T00:00:00Z", "2026-12-25T00:00Z"],
    ["the second Monday", "0 0 0 ? * 2#2", "2026-11-01T00:00:00Z", "2026-11-09T00:00Z"],
    ["a fifth Sunday", "0 0 0 ? * SUN#5", "2026-11-30T00:00:00Z", "2027-01-31T00:00Z"],
    ["a year", "0 0 0 1 1 ? 2030", "2026-11-29T00:00:00Z", "2030-01-01T00:00Z"],
    ["years with a step", "0 0 0 1 1 ? 2000/20", "2026-11-29T00:00:00Z", "2040-01-01T00:00Z"],
    ["stars in both day fields", "0 0 0 * * *", "2026-11-29T00:01:00Z", "2026-11-30T00:00Z"],
    ["a star where ? may stand", "0 0 0 13 * *", "2026-11-29T00:00:00Z", "2026-12-13T00:00Z"],
    ["spaces and tabs", " 0  0\t0 * * ? ", "2026-11-29T00:00:00Z", "2026-11-29T00:00Z"],
  ])("%s: %s", (_, cron, now, expected) => {
    expect(opens(cron, now)).toBe(expected);
  });

  test.each<[cron: string, zone?: string]>([
    ["0 0 0 30 2 ?"],
    ["0 0 0 1 1 ? 2025"],
    ["0 0 0 29 2 ? 2027"],
    ["0 30 2 ? 3 SUN#2", "America/New_York"],
  ])("%s never opens again", (cron, zone) => {
    expect(opens(cron, "2026-11-29T10:00:00Z", zone)).toBe(
      `ConfigurationError: The deployment window '${cron}' never opens again.`,
    );
  });

  test.each([
    ["", "it has 0 fields; it takes six or seven"],
    ["0 9 * * ?", "it has 5 fields; it takes six or seven"],
    ["0 0 9 * * ? * *", "it has 8 fields"],
    ["0 0 0 ? * ?", "only one of day-of-month and day-of-week can be '?'"],
    ["0 0 0 1 * MON", "day-of-month and day-of-week cannot both name days: one of them must be '?'"],
    ["0 60 0 * * ?", "'60' cannot stand in the minute field (0 to 59)"],
    ["0 0 24 * * ?", "'24' cannot stand in the hour field (0 to 23)"],
    ["0 0 0 0 * ?", "'0' cannot stand in the day-of-month field (1 to 31)"],
    ["0 0 0 * 13 ?", "'13' cannot stand in the month field (1 to 12 or JAN to DEC)"],
    ["0 0 0 ? * 0", "'0' cannot stand in the day-of-week field (1 to 7 or SUN to SAT)"],
    ["0 0 0 ? * MON#6", "'MON#6' cannot stand"],
    ["0 0 0 ? * #2", "'#2' cannot stand"],
    ["0 0 0 ? * XL", "'XL' cannot stand"],
    ["0 0 0 L-31 * ?", "'L-31' cannot stand"],
    ["0 0 0 32W * ?", "'32W' cannot stand"],
    ["0 0 0 * * ? 1969", "'1969' cannot stand in the year field (1970 to 2199)"],
    ["0 */0 * * * ?", "'*/0' cannot stand in the minute field"],
    ["0 *-5 * * * ?", "'*-5' cannot stand"],
    ["0 1,,2 * * * ?", "'' cannot stand"],
    ["0 ? 0 * * ?", "'?' cannot stand in the minute field"],
    ["0 L 0 * * ?", "'L' cannot stand in the minute field"],
    ["x 0 0 * * ?", "'X' cannot stand in the second field"],
    ["@daily", "it has 1 fields"],
  ])("'%s' is refused: %s", (cron, reason) => {
    expect(opens(cron, "2026-11-29T10:00:00Z")).toContain(
      `ConfigurationError: The cron expression '${cron}' is not valid: ${reason}`,
    );
  });
});

describe("E9.17: time zones", () => {
  test.each([
    [undefined, "2026-11-29T12:00Z"],
    ["UTC", "2026-11-29T12:00Z"],
    ["UTC+05:30", "2026-11-29T06:30Z"],
    ["UTC-03:00", "2026-11-29T15:00Z"],
    ["Europe/Paris", "2026-11-29T11:00Z"],
    ["America/Argentina/Buenos_Aires", "2026-11-29T15:00Z"],
    ["Etc/GMT+3", "2026-11-29T15:00Z"],
    ["GMT", "2026-11-29T12:00Z"],
    ["CET", "2026-11-29T11:00Z"],
    ["PST", "2026-11-29T20:00Z"],
    ["IST", "2026-11-29T06:30Z"],
    ["BST", "2026-11-29T06:00Z"],
    ["SST", "2026-11-29T01:00Z"],
  ])("noon of %s is %s", (zone, expected) => {
    expect(opens("0 0 12 * * ?", "2026-11-29T00:00:00Z", zone)).toBe(expected);
  });

  test("Java's abbreviations are hours and minutes ahead of UTC in January", () => {
    const table =
      "ACT 9:30 AET 11 AGT -3 ART 2 AST -9 BET -3 BST 6 CAT 2 CNT -3:30 CST -6 CTT 8 EAT 3 ECT 1 EST -5 HST -10 " +
      "IET -5 IST 5:30 JST 9 MIT 13 MST -7 NET 4 NST 13 PLT 5 PNT -7 PRT -4 PST -8 SST 11 VST 7";
    for (const [, zone, sign, hours, minutes = "0"] of table.matchAll(/([A-Z]{3}) (-?)(\d+)(?::(\d+))?/g)) {
      const ahead = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
      const midnight = new Date(Date.UTC(2026, 0, 7) - ahead * 60_000).toISOString();
      expect(opens("0 0 0 7 1 ? *", "2026-01-05T00:00:00Z", zone), zone).toBe(`${midnight.slice(0, 16)}Z`);
    }
  });

  test("EST, MST and HST have no summer time", () => {
    const noon = (zone: string) => opens("0 0 12 * * ?", "2026-07-01T00:00:00Z", zone);
    expect([noon("EST"), noon("MST"), noon("HST")]).toEqual([
      "2026-07-01T17:00Z",
      "2026-07-01T19:00Z",
      "2026-07-01T22:00Z",
    ]);
  });

  test.each(["", "Nowhere/Town", "UTC+5", "UTC+19:00", "UTC+05:60", "+05:30", "utc plus one", "constructor"])(
    "'%s' is refused",
    (zone) => {
      expect(opens("0 0 12 * * ?", "2026-11-29T00:00:00Z", zone)).toBe(
        `ConfigurationError: The time zone '${zone}' is not known. Use Region/City, UTC, UTC+HH:MM or UTC-HH:MM.`,
      );
    },
  );
});

describe("E9.17: where the clock changes", () => {
  test.each<[string, string, string, string, string[]]>([
    [
      "a minute that is left out doesn't occur",
      "0 30 2 * * ?",
      "America/New_York",
      "2026-03-07T12:00:00Z",
      ["2026-03-09T06:30Z", "2026-03-10T06:30Z"],
    ],
    [
      "an hour that occurs twice is open twice",
      "0 30 1 * * ?",
      "America/New_York",
      "2026-11-01T00:00:00Z",
      ["2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-02T06:30Z"],
    ],
    [
      "midnight is left out",
      "0 0 0 * * ?",
      "Africa/Cairo",
      "2026-04-23T12:00:00Z",
      ["2026-04-24T21:00Z", "2026-04-25T21:00Z"],
    ],
    [
      "the clock is set back over midnight: the evening comes again",
      "0 30 23 * * ?",
      "Africa/Cairo",
      "2026-10-29T12:00:00Z",
      ["2026-10-29T20:30Z", "2026-10-29T21:30Z", "2026-10-30T21:30Z"],
    ],
    [
      "half an hour at Lord Howe",
      "0 45 1 * * ?",
      "Australia/Lord_Howe",
      "2026-04-04T00:00:00Z",
      ["2026-04-04T14:45Z", "2026-04-04T15:15Z", "2026-04-05T15:15Z"],
    ],
    [
      "a day that Samoa left out",
      "0 0 12 ? * *",
      "Pacific/Apia",
      "2011-12-29T12:00:00Z",
      ["2011-12-29T22:00Z", "2011-12-30T22:00Z"],
    ],
    [
      "one minute behind midnight, at St. John's: the next day, the day before, and the next day again",
      "0 0,30 0,23 * * ?",
      "America/St_Johns",
      "2010-11-07T00:00:00Z",
      // Back from 00:01 to 23:01 at 02:31 UTC.
      [
        "2010-11-07T01:30Z",
        "2010-11-07T02:00Z",
        "2010-11-07T02:30Z",
        "2010-11-07T03:00Z",
        "2010-11-07T03:30Z",
      ],
    ],
  ])("%s", (_, cron, zone, now, expected) => {
    expect(openings(cron, zone, now, expected.length)).toEqual(expected);
  });

  test("T31: New York's working hours, from Friday evening and over the change of the clock", () => {
    const cron = "0 * 9-16 ? * MON-FRI *";
    expect(opens(cron, "2026-10-30T21:30:00Z", "America/New_York")).toBe("2026-11-02T14:00Z");
    expect(opens(cron, "2026-11-02T21:59:59Z", "America/New_York")).toBe("2026-11-02T21:59Z");
    expect(opens(cron, "2026-11-02T22:00:00Z", "America/New_York")).toBe("2026-11-03T14:00Z");
  });
});

/** A field's text, and whether it takes a value, found in another way than by the reader. */
interface Field {
  readonly text: string;
  takes(value: number): boolean;
}

const any: Field = { text: "*", takes: () => true };

function field(least: number, most: number): fc.Arbitrary<Field> {
  const number = fc.integer({ min: least, max: most });
  const one = number.map((value): Field => ({ text: `${value}`, takes: (other) => other === value }));
  const range = fc.tuple(number, number).map(
    ([from, to]): Field => ({
      text: `${from}-${to}`,
      takes: (value) => (from <= to ? value >= from && value <= to : value >= from || value <= to),
    }),
  );
  const step = fc.tuple(number, fc.integer({ min: 1, max: 30 })).map(
    ([from, by]): Field => ({
      text: `${from}/${by}`,
      takes: (value) => value >= from && (value - from) % by === 0,
    }),
  );
  const items = fc.array(fc.oneof(one, range, step), { minLength: 1, maxLength: 3 }).map(
    (all): Field => ({
      text: all.map(({ text }) => text).join(","),
      takes: (value) => all.some((item) => item.takes(value)),
    }),
  );
  return fc.oneof(fc.constant(any), items);
}

describe("E9.15: the next opening is what trying minute after minute finds", () => {
  /** Zones, and moments shortly before their clocks change. */
  const changes = [
    ["America/New_York", "2026-03-08T06:00Z"],
    ["America/New_York", "2026-11-01T04:00Z"],
    ["Europe/London", "2027-03-28T00:00Z"],
    ["Australia/Lord_Howe", "2026-10-03T14:00Z"],
    ["Africa/Cairo", "2026-10-29T20:00Z"],
    ["Africa/Cairo", "2026-04-23T21:00Z"],
    ["America/St_Johns", "2010-11-07T01:00Z"],
    ["Pacific/Apia", "2011-12-30T09:00Z"],
    ["Asia/Kolkata", "2026-12-31T18:00Z"],
  ] as const;

  function clock(zone: string) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      day: "numeric",
      month: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    return (time: number) => {
      const [month = 0, day = 0, hour = 0, minute = 0] = format.format(time).match(/\d+/g)?.map(Number) ?? [];
      return { month, day, hour, minute };
    };
  }

  test("where clocks change", () => {
    const HORIZON = 36 * 60;
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.integer({ min: -24 * 60, max: 3 * 60 }),
        fc.integer({ min: 0, max: MINUTE - 1 }),
        fc.tuple(field(0, 59), field(0, 23), field(1, 31)),
        ([zone, near], minutes, rest, [minute, hour, day]) => {
          const start = Date.parse(near) + minutes * MINUTE;
          const at = clock(zone);
          let expected: number | undefined;
          for (let time = start; time < start + HORIZON * MINUTE; time += MINUTE) {
            const local = at(time);
            if (minute.takes(local.minute) && hour.takes(local.hour) && day.takes(local.day)) {
              expected = time;
              break;
            }
          }
          const found = nextOpening(
            { Cron: `0 ${minute.text} ${hour.text} ${day.text} * ?`, TimeZone: zone },
            start + rest,
          );
          const opensAt = "opensAt" in found ? found.opensAt : Number.POSITIVE_INFINITY;
          if (expected === undefined) expect(opensAt).toBeGreaterThanOrEqual(start + HORIZON * MINUTE);
          else expect(opensAt).toBe(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  /** Days of a month by their letters, found by looking at the calendar of Date. */
  const weekday = (time: Date) => time.getUTCDay() + 1;
  const addDays = (time: Date, days: number) => new Date(time.getTime() + days * 86_400_000);
  const isLast = (time: Date) => addDays(time, 1).getUTCDate() === 1;
  const isWeekday = (time: Date) => weekday(time) >= 2 && weekday(time) <= 6;
  const sameMonth = (a: Date, b: Date) => a.getUTCMonth() === b.getUTCMonth();

  function isNearest(time: Date, day: number): boolean {
    if (!isWeekday(time)) return false;
    const wished = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), day));
    if (!sameMonth(wished, time)) return false;
    const order = [0, -1, 1, -2, 2].map((days) => addDays(wished, days));
    return order.find((one) => isWeekday(one) && sameMonth(one, time))?.getTime() === time.getTime();
  }

  const letters: fc.Arbitrary<{ text: string; takes(time: Date): boolean }> = fc.oneof(
    fc.constant({ text: "L * ?", takes: isLast }),
    fc.integer({ min: 0, max: 30 }).map((n) => ({
      text: `L-${n} * ?`,
      takes: (time: Date) => sameMonth(addDays(time, n), time) && isLast(addDays(time, n)),
    })),
    fc.constant({
      text: "LW * ?",
      takes: (time: Date) =>
        isWeekday(time) &&
        [1, 2, 3].every((n) => !sameMonth(addDays(time, n), time) || !isWeekday(addDays(time, n))),
    }),
    fc.integer({ min: 1, max: 31 }).map((n) => ({
      text: `${n}W * ?`,
      takes: (time: Date) => isNearest(time, n),
    })),
    fc.integer({ min: 1, max: 7 }).map((n) => ({
      text: `? * ${n}L`,
      takes: (time: Date) => weekday(time) === n && !sameMonth(addDays(time, 7), time),
    })),
    fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })).map(([n, k]) => ({
      text: `? * ${n}#${k}`,
      takes: (time: Date) => weekday(time) === n && Math.ceil(time.getUTCDate() / 7) === k,
    })),
    fc.tuple(field(1, 12), field(1, 7)).map(([month, day]) => ({
      text: `? ${month.text} ${day.text}`,
      takes: (time: Date) => month.takes(time.getUTCMonth() + 1) && day.takes(weekday(time)),
    })),
  );

  test("L, W and #, over the days of two years", () => {
    fc.assert(
      fc.property(letters, fc.integer({ min: 0, max: 40_000 }), ({ text, takes }, days) => {
        const start = addDays(new Date(Date.UTC(2000, 0, 1)), days);
        let time = start;
        while (!takes(time) && time.getTime() < start.getTime() + 1000 * 86_400_000) time = addDays(time, 1);
        expect(nextOpening({ Cron: `0 0 0 ${text}` }, start.getTime())).toEqual({ opensAt: time.getTime() });
      }),
      { numRuns: 1500 },
    );
  });
});

describe("hostile expressions take bounded time", () => {
  const many = (item: (n: number) => string) => Array.from({ length: 2000 }, (_, n) => item(n)).join(",");

  test.each([
    ["days that never come", "0 0 0 30,31 2 ?"],
    ["the gap of every spring", "0 0-59 2 ? 3 SUN#2"],
    ["a long list of weekdays near days", `0 0 0 ${many((n) => `${(n % 31) + 1}w`)} * ? 2199`],
    ["a long list of the same day, in many ways", `0 0 0 ${many((n) => `30/${n + 2}`)} 2 ?`],
    ["a long list that is wrong at its end", `0 0 0 ${many(() => "1")},x * ?`],
    ["digits", `0 ${"9".repeat(9000)} 0 * * ?`],
    ["spaces", `0${" ".repeat(9000)}x`],
  ])("%s", (_, cron) => {
    const started = performance.now();
    nextOpening({ Cron: cron, TimeZone: "America/New_York" }, Date.parse("2026-11-29T00:00:00Z"));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
