/** Words of dive's command line that mean something else here, or nothing, in Ballast's. */

const kebab: ReadonlyMap<string, string> = new Map([
  ["--lowest-efficiency", "--lowestEfficiency"],
  ["--highest-wasted-bytes", "--highestWastedBytes"],
  ["--highest-user-wasted-percent", "--highestUserWastedPercent"],
]);

/** `dive --ci IMAGE` is a gate: who only changes the program's name must not get a report that always passes. */
const gateFlag =
  /^--(?:ci(?:=(?!false$|0$).*)?|(?:ci-config|lowest-?efficiency|highest-?wasted-?bytes|highest-?user-?wasted-?percent)(?:=.*)?)$/is;

/** Rule names with hyphens, `--json=FILE`, and `--ci=false`, which is what is without it. */
export function withoutDivesSpelling(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    const [, json] = /^(?:--json|-j)=(.+)$/s.exec(word) ?? [];
    if (json !== undefined && json !== "true" && json !== "false") return diveReport(json, words);
    if (/^--ci=(?:false|0)$/.test(word)) return [];
    const [name = "", ...value] = word.split("=");
    return [kebab.has(name) ? [kebab.get(name)!, ...value].join("=") : word];
  });
}

export function asksForGate(words: readonly string[]): boolean {
  return words.some((word) => word.startsWith("--") && gateFlag.test(word));
}

/**
 * dive's `--json FILE`. Here `--json` takes no value, so the file looks like a second image: `surplus` are the words that are one too many.
 * Null when none of them stands behind a `--json`.
 */
export function withDivesJsonFile(words: readonly string[], surplus: readonly string[]): readonly string[] | null {
  const at = words.findIndex((word, index) => (word === "--json" || word === "-j") && surplus.includes(words[index + 1] ?? ""));
  return at < 0 ? null : words.toSpliced(at, 2, ...diveReport(words[at + 1]!, words));
}

/** The report for people goes on standard output beside it, as long as nobody asks for another. */
function diveReport(file: string, words: readonly string[]): string[] {
  const isAsked = words.some((word) => /^--format(?:=|$)/.test(word));
  return ["--format", `dive=${file}`, ...(isAsked ? [] : ["--format", "text"])];
}
