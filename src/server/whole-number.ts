import { ConfigurationError } from "./configuration-error.ts";

/** @throws ConfigurationError that names the option */
export function wholeNumber(
  option: ConfigurationError["option"],
  value: number,
  least: number,
  most: number,
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConfigurationError(option, `it must be a whole number from ${least} to ${most}, got ${value}`);
}
