/** What stands before a name on its line. */

/** The pair stands behind a comment sign at the begin of its line, or inside a comment of markup. */
export type Comment = "line" | "markup" | null;

/** Only blanks, list and comment signs, `export` and quotes stand before the name on its line. */
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
  return near.lastIndexOf("<!--") > near.lastIndexOf("-->") ? "markup" : null;
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
