/** @param part 0.5 for the median, 0.99 for the 99th percentile */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** `1,234` */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** @param milliseconds printed as they are below a tenth of a second, else as seconds */
export function duration(milliseconds: number): string {
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1_000).toFixed(3)} s`;
}
