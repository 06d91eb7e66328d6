/**
 * What a history row (`created_by`) says in terms of a Dockerfile. BuildKit writes `RUN /bin/sh -c cmd # buildkit`; the classic builder and
 * buildah write `/bin/sh -c cmd` and `/bin/sh -c #(nop) COPY dir:… in /app`; kaniko writes the instruction itself.
 */
export interface HistoryText {
  /** `RUN` if the row names none. */
  readonly keyword: string;
  /** The rest on one line. A RUN still begins with its shell and build arguments, which only the instruction can tell apart from it. */
  readonly text: string;
  /** The same as words, without flags. */
  readonly words: readonly string[];
  /** The target of a COPY or ADD whose sources are named by hash, so that the row does not say what was copied. Null for others. */
  readonly hashedTarget: string | null;
}

const keywordPattern =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
/** Preceded by the shell that SHELL sets. */
const noOperation = "#(nop)";
/** The classic builder leaves no blank after `--chown=1:1`. */
const hashed = /^(?:--\S*?)?(?:file|dir|multi):[0-9a-f]{8,} in /;
const mostText = 64 * 1024;

/** Null for a row without a command: squashed layers, imports, and rows of tools that record none. */
export function historyText(createdBy: string | undefined): HistoryText | null {
  let text = oneLine((createdBy ?? "").slice(0, mostText));
  if (text.endsWith("# buildkit")) text = text.slice(0, -"# buildkit".length).trimEnd();
  if (text === "") return null;
  const nop = text.indexOf(noOperation);
  // Only a shell precedes the mark; further on it is part of a person's command.
  if (nop >= 0 && nop < 200) text = text.slice(nop + noOperation.length).trimStart();
  const keyword = keywordPattern.exec(text);
  if (keyword === null) return { keyword: "RUN", text, words: [], hashedTarget: null };
  const rest = text.slice(keyword[0].length);
  const words = rest.split(" ").filter((word) => !word.startsWith("--"));
  const sources = keyword[1] === "COPY" || keyword[1] === "ADD" ? hashed.exec(rest) : null;
  return { keyword: keyword[1]!, text: rest, words, hashedTarget: sources === null ? null : rest.slice(sources[0].length).trim() };
}

/** Collapses all whitespace to single blanks, because builders differ in what they keep of it. */
export function oneLine(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
