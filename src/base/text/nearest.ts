/** The choice that was probably meant, or null when none is similar enough. */
export function nearest(text: string, choices: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(text.length / 3)) + 1;
  for (const choice of choices) {
    const distance = editDistance(simplify(text), simplify(choice));
    if (distance < bestDistance) [best, bestDistance] = [choice, distance];
  }
  return best;
}

/** `; did you mean "X"?`, or the choices when none is similar and they are few. */
export function suggestion(text: string, choices: readonly string[]): string {
  const near = nearest(text, choices);
  if (near !== null) return `; did you mean "${near}"?`;
  return choices.length <= 12 ? `; there is ${choices.join(", ")}` : "";
}

/** `userWastedRatio`, `user_wasted_ratio` and `user-wasted-ratio` are the same word. */
function simplify(text: string): string {
  return text.toLowerCase().replace(/[-_ ]/g, "").slice(0, 64);
}

function editDistance(a: string, b: string): number {
  // `lowestEfficiencyThreshold` means lowestEfficiency, however long its tail.
  if (Math.min(a.length, b.length) > 3 && (a.startsWith(b) || b.startsWith(a))) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
