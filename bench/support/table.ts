import type { Figures, Row } from "./row.ts";

/** What became of a row: its figures, or why there are none. */
export type Result = Figures | { readonly missing: string };

const HEADINGS = ["row", "what", "budget", "measured", "baseline", "ratio", "holds"];

/** @returns a Markdown table */
export function table(results: readonly (readonly [Row, Result])[]): string {
  const lines = results.map(([row, result]) => [row.name, row.what, row.budget, ...cells(result)]);
  return [HEADINGS, HEADINGS.map(() => "---"), ...lines]
    .map((line) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

function cells(result: Result): readonly string[] {
  if ("missing" in result) return [result.missing, "–", "–", "–"];
  const { measured, baseline, ratio, holds } = result;
  return [measured, baseline, ratio.toFixed(2), holds ? "yes" : "no"];
}
