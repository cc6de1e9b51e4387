/** What pax records say instead of the header that follows them. */
export interface PaxRecords {
  readonly path?: Buffer;
  readonly linkpath?: Buffer;
  readonly size?: number;
  /** Seconds since the epoch. */
  readonly mtime?: number;
  /** The file is stored without its holes, in a way of GNU's own. */
  readonly sparse?: boolean;
}

/** Reads `<length> <key>=<value>\n` after another (POSIX pax); undefined when that isn't what is there. */
export function readPax(bytes: Buffer): PaxRecords | undefined {
  let found: PaxRecords = {};
  for (let start = 0; start < bytes.length; ) {
    const space = bytes.indexOf(" ", start);
    const lengthText = bytes.toString("latin1", start, Math.max(space, start));
    const end = start + Number(lengthText);
    const equals = bytes.indexOf("=", space);
    const whole = /^[1-9]\d*$/.test(lengthText) && end <= bytes.length && equals > space && equals < end;
    if (!whole || bytes[end - 1] !== 0x0a) return undefined;
    const record = recordOf(bytes.toString("latin1", space + 1, equals), bytes.subarray(equals + 1, end - 1));
    if (record === undefined) return undefined;
    found = { ...found, ...record };
    start = end;
  }
  return found;
}

/** Undefined for a value that can't be; nothing for keys that don't matter here. */
function recordOf(key: string, value: Buffer): PaxRecords | undefined {
  switch (key) {
    case "path":
      return { path: value };
    case "linkpath":
      return { linkpath: value };
    case "size":
      return numeric(value, /^\d{1,15}$/, (size) => ({ size }));
    case "mtime":
      return numeric(value, /^-?\d{1,15}(\.\d*)?$/, (mtime) => ({ mtime }));
    default:
      return key.startsWith("GNU.sparse.") ? { sparse: true } : {};
  }
}

function numeric(value: Buffer, form: RegExp, record: (value: number) => PaxRecords): PaxRecords | undefined {
  const text = value.toString("latin1");
  return form.test(text) ? record(Number(text)) : undefined;
}
