/**
 * Parses a history row (`created_by`) in the formats of BuildKit and the classic builder. Both join `K=V` pairs with blanks without
 * quoting, so the end of a value is known only from names: build arguments declared by earlier rows, else whatever looks like `NAME=`.
 */
export interface HistoryRow {
  /** `RUN`, `ENV`, `ARG`, `LABEL`, `CMD`, …; RUN if the row names none. */
  readonly instruction: string;
  /** `|N A=x B=y` before a RUN's command. */
  readonly buildArgs: readonly Pair[];
  /** `K=V` pairs of ENV, ARG and LABEL. */
  readonly pairs: readonly Pair[];
  /** The rest: a command, or whatever else the instruction holds. */
  readonly text: string;
}

export interface Pair {
  readonly name: string;
  readonly value: string;
}

const classic = /^\/bin\/sh -c #\(nop\)\s+/;
const instructionWord =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?=\s)\s+/;
/** How a RUN's command may begin, in addition to the shell of a SHELL instruction. */
const shells = [
  " /bin/sh -c",
  " /bin/bash",
  " /bin/ash",
  " /usr/bin/env",
  " /busybox/sh",
  " /bin/zsh",
  " sh -c",
  " bash -c",
  " cmd /S /C",
  " cmd /S",
  " powershell",
  " pwsh",
  " /bin/sh",
];

/** @param knownArgs names declared by earlier ARG rows */
export function parseHistoryRow(createdBy: string, knownArgs: readonly string[] = [], shell: readonly string[] | null = null): HistoryRow {
  let text = withoutBuildkitMark(createdBy.replace(classic, ""));
  const word = instructionWord.exec(text);
  const instruction = word?.[1] ?? "RUN";
  if (word !== null) text = text.slice(word[0].length);
  if (instruction === "ENV" || instruction === "ARG" || instruction === "LABEL") {
    return { instruction, buildArgs: [], pairs: splitPairs(text, instruction), text };
  }
  const args = /^\|(\d{1,4})\s+/.exec(text);
  if (args === null) return { instruction, buildArgs: [], pairs: [], text };
  return { instruction, ...splitBuildArgs(text.slice(args[0].length), Number(args[1]), knownArgs, shell), pairs: [] };
}

/** Removes BuildKit's `# buildkit` without a pattern, which would take quadratic time in a row of blanks. */
function withoutBuildkitMark(text: string): string {
  const mark = "# buildkit";
  if (!text.endsWith(mark)) return text;
  const rest = text.slice(0, -mark.length);
  const trimmed = rest.trimEnd();
  return trimmed.length < rest.length ? trimmed : text;
}

/** Splits `A=x B=y z C= /bin/sh -c cmd` into N pairs and the command. */
function splitBuildArgs(
  text: string,
  count: number,
  knownArgs: readonly string[],
  shell: readonly string[] | null,
): { buildArgs: Pair[]; text: string } {
  const starts: { at: number; name: string }[] = [];
  const known = new Set(knownArgs);
  for (const match of text.matchAll(/(?:^|\s)([A-Za-z_][\w.-]*)=/g)) {
    starts.push({ at: match.index + match[0].length - match[1]!.length - 1, name: match[1]! });
  }
  // There are exactly N names. Declared ones take precedence over anything that merely looks like a name inside a value.
  let names = starts;
  if (starts.length > count) {
    const declared = starts.filter((start) => known.has(start.name));
    names = declared.length >= count ? declared.slice(0, count) : starts.slice(0, count);
  }
  const first = names[0];
  if (first === undefined) return { buildArgs: [], text };
  const last = names.at(-1)!;
  const lastValue = last.at + last.name.length + 1;
  const candidates = (shell === null || shell.length === 0 ? shells : [` ${shell.join(" ")}`, ` ${shell[0]!}`, ...shells])
    .map((s) => text.indexOf(s, lastValue - 1))
    .filter((at) => at >= 0);
  const end = candidates.length > 0 ? Math.min(...candidates) : blankAfter(text, lastValue);
  const buildArgs = names.map(({ at, name }, i) => ({ name, value: text.slice(at + name.length + 1, names[i + 1]?.at ?? end).trim() }));
  return { buildArgs, text: text.slice(end).trim() };
}

function blankAfter(text: string, from: number): number {
  const blank = text.slice(from).search(/\s/);
  return blank < 0 ? text.length : from + blank;
}

/** `K=V K2=V2`, the legacy `ENV K V`, and `ARG K`. */
function splitPairs(text: string, instruction: string): Pair[] {
  if (instruction === "ENV" && /^[A-Za-z_][\w.-]*\s/.test(text)) {
    const blank = text.search(/\s/);
    return [{ name: text.slice(0, blank), value: text.slice(blank).trim() }];
  }
  if (instruction === "ARG" && /^[A-Za-z_]\w*$/.test(text)) return [{ name: text, value: "" }];
  const starts = [...text.matchAll(/(?:^|\s)("?[A-Za-z_][\w./-]*"?)=/g)].map((match) => ({
    at: match.index + match[0].length - match[1]!.length - 1,
    length: match[1]!.length,
    name: match[1]!.replaceAll('"', ""),
  }));
  return starts.map(({ at, length, name }, i) => ({ name, value: text.slice(at + length + 1, starts[i + 1]?.at ?? text.length).trim() }));
}

/** The command in a list as builders write it into the history: `["CMD" "curl" "-u" "a:b"]`, `&{["CMD-SHELL" "…"] "30s" …}`. */
export function wordsOfList(text: string): string | null {
  const list = /^(?:&\{)?\[\s{0,4}((?:"(?:[^"\\]|\\.){0,4000}"[\s,]{0,4}){1,200})\]/.exec(text);
  if (list === null) return null;
  const words = [...list[1]!.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((word) => word[1]!.replaceAll('\\"', '"'));
  return words.filter((word, i) => i > 0 || !/^(?:CMD|CMD-SHELL|NONE)$/.test(word)).join(" ");
}
