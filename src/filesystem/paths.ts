/**
 * Paths inside an image are byte strings: one character per byte (latin1), no leading slash, no empty or `.` components; the root is "".
 */
import { codePoints, strayByteOf } from "../base/text/utf8.ts";

/** How many symlinks Linux follows in one path before it fails with ELOOP. */
export const mostSymlinks = 40;

/** What cleaning a stored name changed that a reader should hear about. */
export type PathProblem = "parent-reference" | "nul-byte";

export interface CleanPath {
  readonly path: string;
  readonly problem: PathProblem | null;
}

/**
 * Makes a stored name into a path inside the image. `..` is clamped at the root as engines do (`a/../../b` is `b`), and reported.
 */
export function cleanPath(stored: string): CleanPath {
  if (isClean(stored)) return { path: stored, problem: null };
  let problem: PathProblem | null = null;
  const parts: string[] = [];
  for (const part of stored.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      problem = "parent-reference";
      parts.pop();
    } else {
      if (part.includes("\0")) problem = "nul-byte";
      parts.push(part);
    }
  }
  return { path: parts.join("/"), problem };
}

const dirty = /^\/|\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)|\0/;

function isClean(path: string): boolean {
  return !dirty.test(path);
}

/** `a/b/c` → `a/b`; `a` → ``. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `a/b/c` → `c`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Text typed by a person (`/etc/passwd`, `./etc`) as a path inside the image. */
export function pathFromText(text: string): string {
  return cleanPath(Buffer.from(text, "utf8").toString("latin1")).path;
}

/** Names that are printed as they are: nothing to decode, no backslash. */
const plainAscii = /^[\x20-\x5b\x5d-\x7e]*$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The absolute path as JSON reports write it: UTF-8 text, each byte that is not UTF-8 as `\xNN`. A backslash in the name stays a
 * backslash. Control characters are kept: what goes to a terminal is sanitised on top of this (`terminal/sanitize.ts`).
 */
export function displayPath(path: string): string {
  return `/${displayBytes(path)}`;
}

/** A byte string as text, each byte that is not UTF-8 as `\xNN`. */
export function displayBytes(bytes: string): string {
  if (plainAscii.test(bytes)) return bytes;
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return codePoints(bytes).map(displayPoint).join("");
  }
}

function displayPoint(point: number): string {
  const byte = strayByteOf(point);
  return byte === null ? String.fromCodePoint(point) : `\\x${byte.toString(16)}`;
}

/** The reverse of `displayPath`. A name that itself spells `\xNN` is taken for that byte, because nothing tells them apart. */
export function pathFromDisplay(text: string): string {
  const path = text.startsWith("/") ? text.slice(1) : text;
  if (plainAscii.test(path)) return path;
  const bytes = Buffer.from(path, "utf8").toString("latin1");
  return bytes.replace(/\\x([89a-f][\da-f])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
