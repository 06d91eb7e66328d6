/** Paths as the bytes that catalogs hold, so that millions of names are merged without making a string of each. */
import type { Catalog } from "../catalog.ts";
import { cleanPath } from "../paths.ts";
import type { PathProblem } from "../paths.ts";

export const slash = 0x2f;
const dot = 0x2e;

/** A path inside the image (see `paths.ts`): the bytes from `from` up to `to`, of which the last component begins at `base`. */
export interface BytePath {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly base: number;
  readonly problem: PathProblem | null;
}

/** A directory by the path that led to it. */
export interface FoundDirectory extends Pick<BytePath, "bytes" | "from" | "to"> {
  readonly node: number;
}

/** Makes an entry's stored name into a path inside the image, as `cleanPath` does. */
export function pathOfEntry(catalog: Catalog, entry: number): BytePath {
  return pathIfClean(catalog, entry) ?? pathOfText(catalog.path(entry));
}

/**
 * An entry's path, if no component of its stored name has to be left out or resolved apart from a leading `./` and a trailing slash, which
 * most names have; else null.
 */
export function pathIfClean(catalog: Catalog, entry: number): BytePath | null {
  const { names: bytes, nameEnds } = catalog.columns;
  let from = entry === 0 ? 0 : nameEnds[entry - 1]!;
  let to = nameEnds[entry]!;
  if (bytes[from] === dot && bytes[from + 1] === slash && from + 1 < to) from += 2;
  if (to > from && bytes[to - 1] === slash) to -= 1;
  const base = baseOfClean(bytes, from, to);
  return base === null ? null : { bytes, from, to, base, problem: null };
}

/** As `pathOfEntry`, of a name in a byte string. */
export function pathOfText(stored: string): BytePath {
  const { path, problem } = cleanPath(stored);
  return spelled(path, problem);
}

/** A path that is clean already, in a byte string. */
export function spelled(path: string, problem: PathProblem | null = null): BytePath {
  return { bytes: Buffer.from(path, "latin1"), from: 0, to: path.length, base: path.lastIndexOf("/") + 1, problem };
}

/** A byte string. */
export function textOf({ bytes, from, to }: BytePath): string {
  return latin1(bytes, from, to);
}

export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

/** Where the directory that a path lies in ends; the root's is where it begins. */
export function parentEnd({ from, base }: BytePath): number {
  return base === from ? from : base - 1;
}

export function startsWith(bytes: Uint8Array, from: number, to: number, prefix: Uint8Array): boolean {
  if (to - from < prefix.length) return false;
  for (let at = 0; at < prefix.length; at += 1) if (bytes[from + at] !== prefix[at]) return false;
  return true;
}

export function sameBytes(a: Uint8Array, aFrom: number, aTo: number, b: Uint8Array, bFrom: number, bTo: number): boolean {
  if (aTo - aFrom !== bTo - bFrom) return false;
  // From the end, because paths in one directory begin alike.
  for (let at = aTo - 1, other = bTo - 1; at >= aFrom; at -= 1, other -= 1) if (a[at] !== b[other]) return false;
  return true;
}

/** Where the next component ends. */
export function componentEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== slash) at += 1;
  return at;
}

/** `.` or `..`. */
export function isDots(bytes: Uint8Array, from: number, to: number): boolean {
  return bytes[from] === dot && (to === from + 1 || (to === from + 2 && bytes[from + 1] === dot));
}

/** Where the last component begins; null when a component is empty, `.` or `..`. */
function baseOfClean(bytes: Uint8Array, from: number, to: number): number | null {
  if (from === to) return from;
  for (let start = from; ;) {
    const end = componentEnd(bytes, start, to);
    if (end === start || isDots(bytes, start, end)) return null;
    if (end === to) return start;
    start = end + 1;
  }
}
