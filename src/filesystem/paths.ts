/**
 * Paths inside an image are byte strings: one character per byte (latin1), no leading slash, no empty or `.` components; the root is "".
 */

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

const plainAscii = /^[\x20-\x5b\x5d-\x7e]*$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The absolute path as the JSON contract writes it: UTF-8 text, each byte that is not UTF-8 as `\xNN`. A backslash in the name stays
 * itself. Control characters are kept: whoever prints to a terminal sanitises on top (`terminal/sanitize.ts`).
 */
export function displayPath(path: string): string {
  return `/${displayBytes(path)}`;
}

/** A byte string as text, each byte that is not UTF-8 as `\xNN`. */
export function displayBytes(bytes: string): string {
  if (plainAscii.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  try {
    return utf8.decode(buffer);
  } catch {
    return decodeLossless(buffer);
  }
}

function decodeLossless(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = utf8SequenceLength(bytes, at);
    if (length === 0) {
      text += `\\x${bytes[at]!.toString(16).padStart(2, "0")}`;
      at += 1;
    } else {
      text += bytes.toString("utf8", at, at + length);
      at += length;
    }
  }
  return text;
}

/** Bytes of the valid UTF-8 sequence at `at`, 0 when there is none. */
function utf8SequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    utf8.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
