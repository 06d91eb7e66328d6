/** Plain descriptions of tar entries, and short ways to say them. */
import type { Bytes } from "./bytes.ts";

export type FixtureType = "file" | "hardlink" | "symlink" | "character-device" | "block-device" | "directory" | "fifo" | "contiguous";

/** How the header says what ustar cannot hold. `pax` is the default, and writes plain ustar where that is enough. */
export type FixtureFormat = "pax" | "gnu" | "v7";

export interface FixtureEntry {
  readonly name: Bytes;
  readonly type: FixtureType;
  readonly content?: Bytes;
  /** Target of a symbolic or hard link. */
  readonly link?: Bytes;
  /** Default 0o644, directories and devices 0o755. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly uname?: string;
  readonly gname?: string;
  /** Seconds since 1970; a fraction is written as a PAX record. Default 1,000,000,000. */
  readonly mtime?: number;
  readonly device?: readonly [major: number, minor: number];
  /** `security.capability` → value; written as `SCHILY.xattr.*`. */
  readonly xattrs?: Readonly<Record<string, Bytes>>;
  /** PAX records written as they are, before those that `format: "pax"` needs itself. */
  readonly pax?: readonly (readonly [key: string, value: Bytes])[];
  readonly sparse?: SparseFixture;
  readonly format?: FixtureFormat;
  /** Another typeflag letter than the type's own: "7", "\0", "D", "V"… */
  readonly typeflag?: string;
  /** What the header claims instead of the content's length. */
  readonly claimedSize?: number;
  /** Last word on the header's bytes, before the checksum is computed. */
  readonly patch?: (header: Buffer) => void;
  /** And after it: to break the checksum, for example. */
  readonly patchSealed?: (header: Buffer) => void;
}

export interface SparseFixture {
  /** Bytes of the file with its holes. */
  readonly size: number;
  /** All but the last a multiple of 512 bytes long, as GNU tar stores them. */
  readonly segments: readonly { readonly offset: number; readonly data: Bytes }[];
  readonly form: "gnu" | "pax-0.0" | "pax-0.1" | "pax-1.0";
}

/** Bytes put between entries as they are: a PAX global header, garbage, a stray zero block. */
export interface RawBlocks {
  readonly raw: Buffer;
}

export type FixtureItem = FixtureEntry | RawBlocks;

type Attributes = Omit<Partial<FixtureEntry>, "name" | "type">;

export function file(name: Bytes, content: Bytes = "", attributes: Attributes = {}): FixtureEntry {
  return { name, type: "file", content, ...attributes };
}

export function directory(name: Bytes, attributes: Attributes = {}): FixtureEntry {
  return { name, type: "directory", ...attributes };
}

export function symlink(name: Bytes, target: Bytes, attributes: Attributes = {}): FixtureEntry {
  return { name, type: "symlink", link: target, mode: 0o777, ...attributes };
}

export function hardlink(name: Bytes, target: Bytes, attributes: Attributes = {}): FixtureEntry {
  return { name, type: "hardlink", link: target, ...attributes };
}

export function fifo(name: Bytes, attributes: Attributes = {}): FixtureEntry {
  return { name, type: "fifo", ...attributes };
}

export function characterDevice(name: Bytes, major: number, minor: number, attributes: Attributes = {}): FixtureEntry {
  return { name, type: "character-device", device: [major, minor], ...attributes };
}

export function sparseFile(name: Bytes, sparse: SparseFixture, attributes: Attributes = {}): FixtureEntry {
  return { name, type: "file", sparse, ...attributes };
}

/** `whiteout("etc/passwd")` is the entry `etc/.wh.passwd` (layer.md § Whiteouts). */
export function whiteout(path: string, attributes: Attributes = {}): FixtureEntry {
  const slash = path.lastIndexOf("/") + 1;
  return file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`, "", attributes);
}

/** The opaque marker of a directory, "" for the root (layer.md § Opaque Whiteout). */
export function opaque(path: string, attributes: Attributes = {}): FixtureEntry {
  return file(path === "" ? ".wh..wh..opq" : `${path}/.wh..wh..opq`, "", attributes);
}
