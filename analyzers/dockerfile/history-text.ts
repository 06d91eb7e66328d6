/**
 * What a history row (`created_by`) says in the words of a Dockerfile. BuildKit writes `RUN /bin/sh -c cmd # buildkit`, the classic builder
 * and buildah `/bin/sh -c cmd` and `/bin/sh -c #(nop) COPY dir:… in /app`, kaniko the instruction itself.
 */
export interface HistoryText {
  /** `RUN` where the row names none. */
  readonly keyword: string;
  /** The rest on one line. Of a RUN it still begins with the shell and the build arguments, which only the instruction can tell apart. */
  readonly text: string;
  /** The same in words, flags left out. */
  readonly words: readonly string[];
  /** Where a COPY or ADD put things, when its sources are named by their hash: the row does not say what was copied. Null for others. */
  readonly hashedTarget: string | null;
}

const keywordPattern =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
/** The shell in front of `#(nop)` is whatever SHELL says. */
const noOperation = "#(nop)";
/** The classic builder leaves no blank behind `--chown=1:1`. */
const hashed = /^(?:--\S*?)?(?:file|dir|multi):[0-9a-f]{8,} in /;
const mostText = 64 * 1024;

/** Null for a row that names no command: squashed layers, imports, and rows written by tools that keep none. */
export function historyText(createdBy: string | undefined): HistoryText | null {
  let text = oneLine((createdBy ?? "").slice(0, mostText));
  if (text.endsWith("# buildkit")) text = text.slice(0, -"# buildkit".length).trimEnd();
  if (text === "") return null;
  const nop = text.indexOf(noOperation);
  // Only a shell stands before it; further on in a command it is a person's own text.
  if (nop >= 0 && nop < 200) text = text.slice(nop + noOperation.length).trimStart();
  const keyword = keywordPattern.exec(text);
  if (keyword === null) return { keyword: "RUN", text, words: [], hashedTarget: null };
  const rest = text.slice(keyword[0].length);
  const words = rest.split(" ").filter((word) => !word.startsWith("--"));
  const sources = keyword[1] === "COPY" || keyword[1] === "ADD" ? hashed.exec(rest) : null;
  return { keyword: keyword[1]!, text: rest, words, hashedTarget: sources === null ? null : rest.slice(sources[0].length).trim() };
}

/** Blanks of every kind become one; builders differ in what they keep of them. */
export function oneLine(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
