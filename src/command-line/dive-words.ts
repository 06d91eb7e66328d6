/** Translates words of dive's command line that mean something else here, or nothing. */

const kebab: ReadonlyMap<string, string> = new Map([
  ["--lowest-efficiency", "--lowestEfficiency"],
  ["--highest-wasted-bytes", "--highestWastedBytes"],
  ["--highest-user-wasted-percent", "--highestUserWastedPercent"],
]);

/** `dive --ci IMAGE` is a gate: changing only the program's name must not turn it into a report that always passes. */
const gateFlag =
  /^--(?:ci(?:=(?!false$|0$).*)?|(?:ci-config|lowest-?efficiency|highest-?wasted-?bytes|highest-?user-?wasted-?percent)(?:=.*)?)$/is;

/** Rule names with hyphens, `--json=FILE`, and `--ci=false`, which is the default. */
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
 * dive's `--json FILE`. Here `--json` takes no value, so the file looks like a second image. Null when none of the words follows a `--json`.
 * @param surplus the words that are too many
 */
export function withDivesJsonFile(words: readonly string[], surplus: readonly string[]): readonly string[] | null {
  const at = words.findIndex((word, index) => (word === "--json" || word === "-j") && surplus.includes(words[index + 1] ?? ""));
  return at < 0 ? null : words.toSpliced(at, 2, ...diveReport(words[at + 1]!, words));
}

/** The text report goes to standard output as well, unless another format is asked for. */
function diveReport(file: string, words: readonly string[]): string[] {
  const isAsked = words.some((word) => /^--format(?:=|$)/.test(word));
  return ["--format", `dive=${file}`, ...(isAsked ? [] : ["--format", "text"])];
}
