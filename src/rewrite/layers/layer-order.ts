/**
 * The order of entries in a written layer is free except for parents, whiteouts and link targets. Similar files compress better next to
 * each other: grouped by extension, then name, then size, a Debian image with its documentation shrinks by another 3.7 % with gzip, one of
 * compilers and libraries not at all.
 */
import { EntryType } from "../../tar/entry.ts";
import type { LayerEntry } from "./delta.ts";

/**
 * Takes the entries in path order. `compress` puts directories and whiteouts first, then files by similarity, then everything without
 * content, hard links last.
 */
export function orderEntries(entries: readonly LayerEntry[], order: "path" | "compress"): readonly LayerEntry[] {
  if (order === "path") return entries;
  const frame: LayerEntry[] = [];
  const files: FileKey[] = [];
  const rest: LayerEntry[] = [];
  const links: LayerEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === "hard-link") links.push(entry);
    else if (entry.kind === "whiteout" || entry.inode.type === EntryType.directory) frame.push(entry);
    else if (entry.inode.type === EntryType.file && entry.inode.bytes > 0) files.push(keyOf(entry));
    else rest.push(entry);
  }
  files.sort(byLikeness);
  return [...frame, ...files.map(({ entry }) => entry), ...rest, ...links];
}

interface FileKey {
  readonly entry: LayerEntry;
  readonly extension: string;
  readonly name: string;
  readonly bytes: number;
}

function keyOf(entry: Extract<LayerEntry, { kind: "node" }>): FileKey {
  const name = entry.path.slice(entry.path.lastIndexOf("/") + 1);
  return { entry, extension: extensionOf(name), name, bytes: entry.inode.bytes };
}

/** `so` for `libc.so.6` and `libm-2.36.so`; "" for a name without an extension: mostly programs. */
function extensionOf(name: string): string {
  const versioned = /\.so(?:\.[0-9.]+)?$/.test(name);
  if (versioned) return "so";
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}

function byLikeness(a: FileKey, b: FileKey): number {
  if (a.extension !== b.extension) return a.extension < b.extension ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.bytes !== b.bytes) return a.bytes - b.bytes;
  return a.entry.path < b.entry.path ? -1 : 1;
}
