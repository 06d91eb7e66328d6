/** The lines in which two texts differ, as a unified patch. */

/** The most edits that are looked for: the time it takes grows with their square. */
const mostEdits = 1500;
const context = 3;

/** @param names of the two files, `/dev/null` for none */
export async function textPatch(names: readonly [string, string], from: string, to: string): Promise<string> {
  const { createTwoFilesPatch, formatPatch, FILE_HEADERS_ONLY } = await import("diff");
  const options = { headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(...names, from, to, undefined, undefined, { ...options, maxEditLength: mostEdits });
  if (patch !== undefined) return patch;
  const [oldFileName, newFileName] = names;
  const hunks = [hunkBetween(linesOf(from), linesOf(to))];
  return formatPatch({ oldFileName, newFileName, oldHeader: undefined, newHeader: undefined, hunks }, FILE_HEADERS_ONLY);
}

/** How two sequences differ. If they differ too much, everything counts as replaced. */
export async function rowChanges(
  before: readonly string[],
  after: readonly string[],
): Promise<readonly { readonly change: "added" | "removed"; readonly text: string }[]> {
  const { diffArrays } = await import("diff");
  const { head, tail } = commonEnds(before, after);
  const parts = diffArrays([...before], [...after], { maxEditLength: mostEdits }) ?? [
    { removed: true, added: false, value: before.slice(head, before.length - tail) },
    { removed: false, added: true, value: after.slice(head, after.length - tail) },
  ];
  return parts.flatMap(({ added, removed, value }) =>
    added || removed ? value.map((text) => ({ change: added ? ("added" as const) : ("removed" as const), text })) : [],
  );
}

/** Lines with their line ends, which the patch needs. */
function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** How many items at the beginning, and how many of the rest at the end, are the same in both. */
function commonEnds(a: readonly string[], b: readonly string[]): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(a.length, b.length);
  let [head, tail] = [0, 0];
  while (head < shorter && a[head] === b[head]) head += 1;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return { head, tail };
}

/** Everything between the first and the last line that differ, as one replacement. */
function hunkBetween(from: readonly string[], to: readonly string[]) {
  const { head, tail } = commonEnds(from, to);
  const start = Math.max(0, head - context);
  const after = Math.min(tail, context);
  const [oldLines, newLines] = [from, to].map(({ length }) => length - tail + after - start) as [number, number];
  const marked = (lines: readonly string[], begin: number, end: number, mark: string): string[] =>
    lines
      .slice(begin, end)
      .flatMap((line) => (line.endsWith("\n") ? [mark + line.slice(0, -1)] : [mark + line, "\\ No newline at end of file"]));
  return {
    oldStart: start + 1,
    oldLines,
    newStart: start + 1,
    newLines,
    lines: [
      ...marked(from, start, head, " "),
      ...marked(from, head, from.length - tail, "-"),
      ...marked(to, head, to.length - tail, "+"),
      ...marked(from, from.length - tail, from.length - tail + after, " "),
    ],
  };
}
