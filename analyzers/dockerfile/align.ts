/** Two sequences in the same order, of which either may lack members of the other: the pairing that agrees most. */

/** Cells of the table; beyond this only the upper ends are compared. */
const mostCells = 4_000_000;

/**
 * Pairs members of two sequences without crossing, so that the sum of what `agree` says is largest. Of equally good pairings the one that
 * pairs later members is chosen. O(n·m) calls of `agree`.
 * @returns for each of the `first` sequence the index in the second, or -1
 */
export function align(first: number, second: number, agree: (a: number, b: number) => number): Int32Array {
  const pairs = new Int32Array(first).fill(-1);
  const n = Math.min(first, Math.max(1, Math.floor(mostCells / Math.max(1, second))));
  const m = Math.min(second, mostCells);
  const skipped = first - n;
  const width = m + 1;
  // best[i][j]: the most that the first i and the first j can agree.
  const best = new Int32Array((n + 1) * width);
  for (let i = 1; i <= n; i += 1) {
    for (let j = 1; j <= m; j += 1) {
      const points = agree(skipped + i - 1, j - 1);
      const paired = points > 0 ? best[(i - 1) * width + j - 1]! + points : -1;
      best[i * width + j] = Math.max(paired, best[(i - 1) * width + j]!, best[i * width + j - 1]!);
    }
  }
  let i = n;
  let j = m;
  while (i > 0 && j > 0) {
    const here = best[i * width + j]!;
    const points = agree(skipped + i - 1, j - 1);
    if (points > 0 && here === best[(i - 1) * width + j - 1]! + points) {
      pairs[skipped + i - 1] = j - 1;
      i -= 1;
      j -= 1;
    } else if (here === best[i * width + j - 1]!) j -= 1;
    else i -= 1;
  }
  return pairs;
}
