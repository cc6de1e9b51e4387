/** What a path selects in a payload, within a budget of values that are looked at (S2.4, attack A7). */
import { isList, isObject } from "../payload.ts";
import type { ObjectValue, Value } from "../types.ts";
import type { JsonPath, Segment, Step } from "./json-path.ts";

/** The filters of a delivery take longer than they may. */
export class TooMuchToLookAtError extends Error {
  constructor() {
    super("the filters look at too many values");
    this.name = "TooMuchToLookAtError";
  }
}

/** Shared by all filters of one delivery. */
export class Budget {
  #left: number;

  constructor(values: number) {
    this.#left = values;
  }

  /** @throws TooMuchToLookAtError */
  spend(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new TooMuchToLookAtError();
  }
}

/** @throws TooMuchToLookAtError */
export function select(payload: ObjectValue, { segments }: JsonPath, budget: Budget): readonly Value[] {
  let values: readonly Value[] = [payload];
  for (const segment of segments) values = [...taken(values, segment, budget)];
  return values;
}

function* taken(values: readonly Value[], { step, deep }: Segment, budget: Budget): Generator<Value> {
  for (const value of values) {
    for (const from of deep ? withDescendants(value, budget) : [value]) yield* stepFrom(from, step, budget);
  }
}

/** Payloads are nested 100 levels at most (S1.16). */
function* withDescendants(value: Value, budget: Budget): Generator<Value> {
  budget.spend();
  yield value;
  for (const child of childrenOf(value)) yield* withDescendants(child, budget);
}

function* stepFrom(value: Value, step: Step, budget: Budget): Generator<Value> {
  for (const selected of reached(value, step)) {
    budget.spend();
    yield selected;
  }
}

function reached(value: Value, step: Step): Iterable<Value> {
  switch (step.kind) {
    case "all":
      return childrenOf(value);
    case "names":
      return isObject(value) ? present(step.names.map((name) => value.get(name))) : [];
    case "positions":
      return isList(value) ? present(step.positions.map((position) => value.at(position))) : [];
    case "slice":
      return isList(value) ? value.slice(step.from ?? 0, step.to) : [];
  }
}

function present(values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined);
}

function childrenOf(value: Value): Iterable<Value> {
  if (isObject(value)) return value.values();
  return isList(value) ? value : [];
}
