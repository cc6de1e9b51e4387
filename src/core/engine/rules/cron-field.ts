/** One field of a cron expression: a list of numbers, ranges and steps (E9.16). */

export interface FieldKind {
  /** As a message calls it. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Short names in capital letters, the first for `least`. */
  readonly names?: readonly string[];
}

/** Numbers that a field takes: as many as it has, so asking costs nothing. */
export type Numbers = ReadonlySet<number>;

/** An expression that can't be read; the message says what is wrong with which field. */
export class CronError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CronError";
  }
}

/**
 * A list without the letters of the day fields. A range that begins behind its end goes on over the top: `FRI-MON`.
 *
 * @throws CronError
 */
export function readNumbers(text: string, kind: FieldKind): Numbers {
  const numbers = new Set<number>();
  for (const item of new Set(itemsOf(text))) addItem(numbers, item, kind);
  return numbers;
}

export function itemsOf(text: string): string[] {
  return text.toUpperCase().split(",");
}

/** `*`, `5`, `MON`, `1-5`, each with `/step` or without; a step after one number goes on to the field's end. */
export function addItem(numbers: Set<number>, item: string, kind: FieldKind): void {
  const [, from = "", to, step] = /^(\*|[A-Z0-9]+)(?:-([A-Z0-9]+))?(?:\/(\d{1,4}))?$/.exec(item) ?? [];
  if (from === "" || (from === "*" && to !== undefined)) throw wrong(item, kind);
  const { least, most } = kind;
  const start = from === "*" ? least : readNumber(from, item, kind);
  const end = to !== undefined ? readNumber(to, item, kind) : from === "*" || step ? most : start;
  const by = step === undefined ? 1 : Number(step);
  if (by === 0) throw wrong(item, kind);
  const span = most - least + 1;
  const count = end >= start ? end - start : end - start + span;
  for (let offset = 0; offset <= count; offset += by) numbers.add(least + ((start - least + offset) % span));
}

/** @throws CronError for what isn't a number or a name of the field */
export function readNumber(text: string, item: string, kind: FieldKind): number {
  const named = kind.names?.indexOf(text) ?? -1;
  if (named >= 0) return kind.least + named;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= kind.least && number <= kind.most) return number;
  throw wrong(item, kind);
}

export function wrong(item: string, { name, least, most, names }: FieldKind): CronError {
  const or = names === undefined ? "" : ` or ${names[0]} to ${names.at(-1)}`;
  return new CronError(`'${item.slice(0, 40)}' cannot stand in the ${name} field (${least} to ${most}${or})`);
}
