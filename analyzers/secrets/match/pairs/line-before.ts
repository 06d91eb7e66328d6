/** What precedes a name on its line. */

/** The pair follows a comment sign at the start of its line, or is inside a markup comment or a schema's example. */
export type Comment = "line" | "markup" | "example" | null;

/** Only blanks, list and comment signs, `export` and quotes precede the name on its line. */
export const lineStart =
  /^(?:[ \t]|[-*#;]|\/\/|["']|\xef\xbb\xbf|export |set (?:-\w{1,4} )?|option |setenv |env |ENV |ARG |SetEnv |(?:fastcgi|uwsgi|scgi)_param )*$/;

export function lineBefore(bytes: Buffer, nameStart: number): string {
  const from = Math.max(0, nameStart - 120);
  const before = bytes.toString("latin1", from, nameStart);
  const start = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  return start === 0 && from > 0 ? "…" : before.slice(start);
}

export function commentAt(bytes: Buffer, nameStart: number): Comment {
  if (/^[ \t]*(?:#(?!define)|;|\/\/|--[ \t]|\*[ \t])/.test(lineBefore(bytes, nameStart))) return "line";
  const near = bytes.toString("latin1", Math.max(0, nameStart - 1000), nameStart);
  if (near.lastIndexOf("<!--") > near.lastIndexOf("-->")) return "markup";
  return isInExample(near) ? "example" : null;
}

const example = /^[ \t]*["']?examples?["']?[ \t]*:/;

/** `example: {x: v}`, or `x: v` indented below a line `example:`. */
function isInExample(near: string): boolean {
  const lines = near.split("\n").slice(-12);
  const own = lines.pop()!;
  if (example.test(own)) return own.includes("{");
  const indent = own.length - own.trimStart().length;
  const above = lines.findLast((line) => line.trim() !== "" && line.length - line.trimStart().length < indent);
  return above !== undefined && example.test(above);
}

/** `#define X "v"`, `const x "v"`, `-define(X, "v")`. */
export function isDefinition(bytes: Buffer, nameStart: number): boolean {
  const before = bytes.toString("latin1", Math.max(0, nameStart - 12), nameStart);
  return /(?:(?:#\s*define|export|const|def|let|setq?)\s+|-define\(|@)$/.test(before);
}

/** Gradle's and Ruby's `password 'v'`. */
export function startsStatement(bytes: Buffer, nameStart: number): boolean {
  return /(?:^|[;{])[ \t]*$/.test(lineBefore(bytes, nameStart));
}
