/**
 * `npm run bench [-- ROW…]`: measures the budgets and prints them as a Markdown table. It informs: its exit code says
 * nothing of whether they hold.
 */
import { rows } from "./rows/index.ts";
import { type Row, SkippedError } from "./support/row.ts";
import { type Result, table } from "./support/table.ts";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !rows.some((row) => row.name === name));

if (unknown.length > 0) {
  const known = rows.map(({ name }) => name).join(", ");
  console.error(`There is no row ${unknown.join(", ")}. There are: ${known}`);
  process.exitCode = 1;
} else {
  const results: [Row, Result][] = [];
  for (const row of rows.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.error(`${row.name}: ${row.what}`);
    results.push([row, await resultOf(row)]);
  }
  console.log(table(results));
}

/** A row that fails must not take the others with it. */
async function resultOf(row: Row): Promise<Result> {
  const begin = performance.now();
  try {
    const figures = await row.measure();
    const seconds = ((performance.now() - begin) / 1_000).toFixed(0);
    console.error(`  ${figures.measured}, baseline ${figures.baseline} (took ${seconds} s)`);
    return figures;
  } catch (error) {
    if (error instanceof SkippedError) {
      console.error(`  skipped: ${error.message}`);
      return { missing: `skipped: ${error.message}` };
    }
    console.error(error);
    return { missing: `failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
