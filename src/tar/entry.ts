/**
 * One member of a tar archive after long names, PAX records and sparse maps have been applied.
 *
 * Names are bytes, not text: every path, link and key here is a *byte string*, a JavaScript string with one character per byte (latin1).
 * `displayPath` in `filesystem/paths.ts` makes them printable.
 */

export const EntryType = {
  file: 0,
  hardlink: 1,
  symlink: 2,
  charDevice: 3,
  blockDevice: 4,
  directory: 5,
  fifo: 6,
} as const;
export type EntryType = (typeof EntryType)[keyof typeof EntryType];

/** As reports name them. A hard link is reported as what it is: one more name of a file. */
export const entryTypeNames: Readonly<Record<EntryType, string>> = {
  [EntryType.file]: "file",
  [EntryType.hardlink]: "file",
  [EntryType.symlink]: "symlink",
  [EntryType.charDevice]: "char-device",
  [EntryType.blockDevice]: "block-device",
  [EntryType.directory]: "directory",
  [EntryType.fifo]: "fifo",
};

export interface Xattr {
  /**
   * For example `security.capability`: a byte string without the `SCHILY.xattr.` prefix. Records for access control lists, SELinux labels and
   * file flags, which only some tars read, have their own key: `SCHILY.acl.access`.
   */
  readonly name: string;
  /** Raw bytes as a byte string; may hold NUL. */
  readonly value: string;
}

/** A piece of a sparse file that is stored; everything between the pieces reads as zeros. */
export interface SparseSegment {
  /** Offset in the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

export interface TarEntry {
  /** As stored, neither cleaned nor resolved: may begin with `./` or `/` and hold `..`. */
  readonly path: string;
  readonly type: EntryType;
  /** The header's own letter, for those who warn about it: '0' '7' 'S' … */
  readonly typeflag: string;
  /** Permission, setuid, setgid and sticky bits only (0o7777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, may be negative. */
  readonly mtimeSeconds: number;
  /** Nanoseconds on top, 0 to 999,999,999. */
  readonly mtimeNanos: number;
  /** Bytes of the file's content as a reader of the file sees them (for sparse files with the holes); 0 for all other types. */
  readonly size: number;
  /** Target of a symlink (verbatim) or hard link (a path in the archive); "" for other types. */
  readonly link: string;
  readonly devMajor: number;
  readonly devMinor: number;
  readonly xattrs: readonly Xattr[];
  /** Stored pieces, in the order their bytes lie in the archive; null for a file stored whole. */
  readonly sparse: readonly SparseSegment[] | null;
  /** Offset of the entry's first block in the uncompressed archive: its PAX or long-name block where it has one. */
  readonly headerOffset: number;
  /** Offset of the first content byte in the uncompressed archive (past the map of PAX 1.0 sparse files). */
  readonly dataOffset: number;
  /** Bytes of content as stored, without padding (for sparse files: without the holes). */
  readonly storedSize: number;
}
