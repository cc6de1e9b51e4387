const MAX_DISTANCE = 2;

/** The known word that `given` may have been meant as: at edit distance 1 or 2, the nearest (P3.4). */
export function suggest(given: string, known: readonly string[]): string | undefined {
  const near = known
    .filter((word) => Math.abs(word.length - given.length) <= MAX_DISTANCE)
    .map((word) => ({ word, distance: editDistance(given, word) }))
    .filter(({ distance }) => distance <= MAX_DISTANCE)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.word;
}

/** Insertions, deletions and replacements of one character that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
