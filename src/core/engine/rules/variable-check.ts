/** The VariableCheck rule (E9.15): compares two texts. */
import { type Automaton, PatternError, readRegex } from "../../../matching/index.ts";
import type { ActionError } from "../command.ts";
import { own } from "../records.ts";
import { configurationError, type RuleVerdict } from "./verdict.ts";

/** Characters of the text times places in the pattern: bounds one rule's time to a fraction of a second. */
const MOST_WORK = 5_000_000;

/** Characters of a value that a message shows. */
const SHOWN = 200;

/**
 * @param configuration resolved: Variable is the text to look at, Value what it is compared with, by Operator
 * @returns Failed with JobFailed where the texts don't compare so, with ConfigurationError where they can't be compared
 */
export function checkVariable(configuration: Readonly<Record<string, string>>): RuleVerdict {
  const { Variable: variable, Value: value, Operator: operator } = configuration;
  if (variable === undefined || value === undefined || operator === undefined) {
    return failed(configurationError("VariableCheck needs Variable, Value and Operator."));
  }
  const compare = own(COMPARISONS, operator);
  if (compare === undefined) return failed(unknownOperator(operator));
  const found = compare(variable, value);
  if (typeof found === "object") return failed(found);
  if (found) return { status: "Succeeded" };
  return failed({
    code: "JobFailed",
    message: `The value '${short(variable)}' does not compare by ${operator} with '${short(value)}'.`,
  });
}

/** What is wrong with the pattern of a MATCHES comparison, if anything. */
export function patternProblem(pattern: string): string | undefined {
  const regex = compile(pattern);
  return typeof regex === "string" ? regex : undefined;
}

const COMPARISONS: Readonly<Record<string, (text: string, other: string) => boolean | ActionError>> = {
  EQ: (text, other) => text === other,
  NE: (text, other) => text !== other,
  CONTAINS: (text, part) => text.includes(part),
  MATCHES: matches,
};

/** What may stand in Operator, in this case. */
export const OPERATORS: readonly string[] = Object.keys(COMPARISONS);

/** Whether the whole text matches (E9.15). */
function matches(text: string, pattern: string): boolean | ActionError {
  const regex = compile(pattern);
  if (typeof regex === "string") return configurationError(regex);
  if (regex.size * text.length > MOST_WORK) {
    return configurationError(
      `The pattern '${short(pattern)}' is too large for a value of ${text.length} characters.`,
    );
  }
  return regex.matches(text);
}

function compile(pattern: string): Automaton | string {
  try {
    return readRegex(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `The pattern '${short(pattern)}' cannot be used: ${error.message}.`;
  }
}

function unknownOperator(operator: string): ActionError {
  return configurationError(
    `Operator '${short(operator)}' is not one of ${OPERATORS.slice(0, -1).join(", ")} and ${OPERATORS.at(-1)}.`,
  );
}

function failed(error: ActionError): RuleVerdict {
  return { status: "Failed", error };
}

function short(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
