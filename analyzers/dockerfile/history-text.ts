/**
 * What a history row (`created_by`) says in the words of a Dockerfile. BuildKit writes `RUN /bin/sh -c cmd # buildkit`, the classic builder
 * and buildah `/bin/sh -c cmd` and `/bin/sh -c #(nop) COPY dir:… in /app`, kaniko the instruction itself.
 */
export interface HistoryText {
  /** `RUN` where the row names none. */
  readonly keyword: string;
  /** The rest on one line. Of a RUN it still begins with the shell and the build arguments, which only the instruction can tell apart. */
  readonly text: string;
  /** True where sources are told by their hash: the row cannot say what was copied, only where to. */
  readonly hashedSources: boolean;
}

const keywordPattern =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
/** The shell in front of `#(nop)` is whatever SHELL says. */
const noOperation = "#(nop)";
const mostText = 1024 * 1024;

/** Null for a row that names no command: squashed layers, imports, and rows written by tools that keep none. */
export function historyText(createdBy: string | undefined): HistoryText | null {
  let text = oneLine((createdBy ?? "").slice(0, mostText));
  if (text.endsWith("# buildkit")) text = text.slice(0, -"# buildkit".length).trimEnd();
  if (text === "") return null;
  const nop = text.indexOf(noOperation);
  // Only a shell stands before it; further on in a command it is a person's own text.
  if (nop >= 0 && nop < 200) text = text.slice(nop + noOperation.length).trimStart();
  const keyword = keywordPattern.exec(text);
  if (keyword === null) return { keyword: "RUN", text, hashedSources: false };
  const rest = text.slice(keyword[0].length);
  const copies = keyword[1] === "COPY" || keyword[1] === "ADD";
  return { keyword: keyword[1]!, text: rest, hashedSources: copies && /^(?:file|dir|multi):[0-9a-f]{8,} in /.test(rest) };
}

/** Blanks of every kind become one; builders differ in what they keep of them. */
export function oneLine(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
