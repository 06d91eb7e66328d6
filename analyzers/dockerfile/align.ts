/** Aligns two sequences in the same order, either of which may lack members of the other, keeping only pairs that are unambiguous. */

/** Cells of the table; longer sequences are compared only at their upper ends. */
const mostCells = 4_000_000;

/** Some equally good alignment pairs it differently. */
export const ambiguous = -2;

/**
 * Pairs instructions (first) with history rows (second) without crossings. The sum of `agree` is maximal, and among those alignments the
 * fewest rows above the lowest pair are left over, because the base image's rows all lie below it. O(n·m) calls of `agree`.
 * @returns for each member of the first sequence the index in the second, -1 for none, `ambiguous` where equally good alignments differ
 */
export function align(first: number, second: number, agree: (a: number, b: number) => number): Int32Array {
  const pairs = new Int32Array(first).fill(-1);
  const n = Math.min(first, Math.max(1, Math.floor(mostCells / Math.max(1, second))));
  const m = Math.min(second, mostCells);
  const skipped = first - n;
  const width = m + 1;
  // One more pair outweighs any number of rows left over.
  const scale = m + 1;
  const points = new Int32Array(n * m);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < m; j += 1) points[i * m + j] = agree(skipped + i, j) * scale;

  const above = bestAbove(points, n, m);
  const { below, best } = bestBelow(points, above, n, m);
  return certainPairs();

  function certainPairs(): Int32Array {
    const partners = new Int32Array(m).fill(-1);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < m; j += 1) {
        const here = points[i * m + j]!;
        if (here === 0 || here + below[i * width + j]! + above[(i + 1) * width + j + 1]! !== best) continue;
        // Two instructions may have written this row, or this instruction two rows.
        const taken = partners[j] !== -1 || pairs[skipped + i] !== -1;
        if (taken) {
          if (partners[j]! >= 0) pairs[skipped + partners[j]!] = ambiguous;
          pairs[skipped + i] = ambiguous;
          partners[j] = ambiguous;
        } else {
          partners[j] = i;
          pairs[skipped + i] = j;
        }
      }
    }
    return pairs;
  }
}

/** `above[i][j]`: the best score of i… and j…, given a pair below them; each row left over costs one. */
function bestAbove(points: Int32Array, n: number, m: number): Int32Array {
  const width = m + 1;
  const above = new Int32Array((n + 1) * width);
  for (let j = m - 1; j >= 0; j -= 1) above[n * width + j] = above[n * width + j + 1]! - 1;
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      const here = points[i * m + j]!;
      const paired = here > 0 ? here + above[(i + 1) * width + j + 1]! : -Infinity;
      above[i * width + j] = Math.max(paired, above[(i + 1) * width + j]!, above[i * width + j + 1]! - 1);
    }
  }
  return above;
}

/**
 * `below[i][j]`: the best score of the first i and the first j; once anything is paired, each row left over costs one. `best` is the best
 * score of everything.
 */
function bestBelow(points: Int32Array, above: Int32Array, n: number, m: number): { readonly below: Int32Array; readonly best: number } {
  const width = m + 1;
  const below = new Int32Array((n + 1) * width);
  let best = 0;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < m; j += 1) {
      const here = points[i * m + j]!;
      const paired = here > 0 ? here + below[i * width + j]! : 0;
      if (paired > 0) best = Math.max(best, paired + above[(i + 1) * width + j + 1]!);
      below[(i + 1) * width + j + 1] = Math.max(paired, below[i * width + j + 1]!, Math.max(0, below[(i + 1) * width + j]! - 1));
    }
  }
  return { below, best };
}
