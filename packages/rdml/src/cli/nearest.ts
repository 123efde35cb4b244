/**
 * The name that was meant by a misspelled word: the nearest one by letters left out, put in, replaced or swapped with their neighbors, if a
 * third of the letters at most are concerned; the first of several.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const meant = word.toLowerCase();
  let nearest: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(meant, name.toLowerCase());
    if (distance >= fewest) continue;
    fewest = distance;
    nearest = name;
  }
  return nearest;
}

/** Optimal string alignment. Source: L. Boytsov, "Indexing methods for approximate dictionary searching", 2011, section 2.1. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const [above = [], beforeThat = []] = [rows[i - 1], rows[i - 2]];
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (above[j - 1] as number) + Number(!isSame),
        isSwapped ? (beforeThat[j - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return rows.at(-1)?.[b.length] as number;
}
