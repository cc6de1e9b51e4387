/** Time zones of deployment windows (E9.17). */
import { own } from "../records.ts";

/** How far local time is ahead of UTC at a moment, in milliseconds. */
export type OffsetAt = (time: number) => number;

const MINUTE = 60_000;
const MOST_OFFSET = 18 * 60;

/** @returns undefined for a zone that isn't known */
export function readTimeZone(text: string | undefined): OffsetAt | undefined {
  if (text === undefined) return () => 0;
  const name = own(JAVA_SHORT_IDS, text) ?? text;
  const offset = readOffset(name);
  return offset === undefined ? namedZone(name) : () => offset;
}

/** `UTC`, and `UTC±HH:MM` up to 18 hours, as Java has it. */
function readOffset(text: string): number | undefined {
  if (text === "UTC") return 0;
  const [, sign, hours, minutes] = /^UTC([+-])(\d\d):([0-5]\d)$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const total = Number(hours) * 60 + Number(minutes);
  if (total > MOST_OFFSET) return undefined;
  return (sign === "-" ? -total : total) * MINUTE;
}

/** Formats are dear to make: each is made once. There are some 600 zones, but names in any case. */
const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 1000;

function namedZone(name: string): OffsetAt | undefined {
  const format = formats.get(name) ?? makeFormat(name);
  return format && ((time) => offsetIn(format.format(time)));
}

function makeFormat(name: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(name, format);
    return format;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** Of a text that ends in `GMT`, `GMT-04:00` or `GMT-00:44:30`. */
function offsetIn(text: string): number {
  const [, sign, hours, minutes, seconds = "0"] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  const total = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000;
  return sign === "-" ? -total : total;
}

/** Java's ZoneId.SHORT_IDS. */
const JAVA_SHORT_IDS: Readonly<Record<string, string>> = {
  ACT: "Australia/Darwin",
  AET: "Australia/Sydney",
  AGT: "America/Argentina/Buenos_Aires",
  ART: "Africa/Cairo",
  AST: "America/Anchorage",
  BET: "America/Sao_Paulo",
  BST: "Asia/Dhaka",
  CAT: "Africa/Harare",
  CNT: "America/St_Johns",
  CST: "America/Chicago",
  CTT: "Asia/Shanghai",
  EAT: "Africa/Addis_Ababa",
  ECT: "Europe/Paris",
  EST: "UTC-05:00",
  HST: "UTC-10:00",
  IET: "America/Indiana/Indianapolis",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  MIT: "Pacific/Apia",
  MST: "UTC-07:00",
  NET: "Asia/Yerevan",
  NST: "Pacific/Auckland",
  PLT: "Asia/Karachi",
  PNT: "America/Phoenix",
  PRT: "America/Puerto_Rico",
  PST: "America/Los_Angeles",
  SST: "Pacific/Guadalcanal",
  VST: "Asia/Ho_Chi_Minh",
};
