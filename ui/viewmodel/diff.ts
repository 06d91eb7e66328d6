/** Two versions of one path, compared: metadata first, then the text. */
import type { Catalog } from "../../src/filesystem/catalog.ts";
import type { FileNode, Inode } from "../../src/filesystem/file-tree.ts";
import { displayBytes } from "../../src/filesystem/paths.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { Xattr } from "../../src/tar/entry.ts";
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import { safe } from "./documents/document.ts";
import type { Line } from "./documents/document.ts";
import { ListCursor } from "./list-cursor.ts";
import { formatMode, formatTime } from "./documents/metadata.ts";
import { WrappedLines } from "./documents/wrapped-lines.ts";
import type { Piece } from "./documents/wrapped-lines.ts";
import { anyTime, Differs, inodeDifferences, linkOf, metadataOf, sortedXattrs, xattrsOf } from "../../src/filesystem/compare.ts";
import type { Metadata } from "../../src/filesystem/compare.ts";

/** The most bytes of each side that are compared. */
export const diffLimit = 1024 * 1024;

export class DiffModel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly cursor = new ListCursor();
  /** First column shown. */
  column = 0;
  /** Columns of a row in the last frame. */
  #width = 80;
  /** Null when each line is one row. */
  #wrapped: WrappedLines | null = null;

  constructor(title: string, lines: readonly Line[]) {
    this.title = title;
    this.lines = lines;
  }

  get isWrapped(): boolean {
    return this.#wrapped !== null;
  }

  /** Rows. */
  get count(): number {
    return this.#wrapped?.count ?? this.lines.length;
  }

  /** The visible part of a row, without what is left of the first column. */
  row(index: number): Line {
    if (this.#wrapped === null) {
      const line = this.lines[index] ?? [];
      return this.column === 0 ? line : slice(line, this.column, Infinity);
    }
    const { line, from, to } = this.#wrapped.piece(index);
    return slice(this.lines[line] ?? [], from, to);
  }

  toggleWrap(): void {
    const top = this.#top();
    this.column = 0;
    this.#wrapped = this.#wrapped === null ? this.#wrap() : null;
    this.cursor.scroll = this.#wrapped?.rowOf(top.line, top.from) ?? top.line;
  }

  /** Sets the width. If it has changed, wrapped lines are wrapped again, and the first visible text stays. */
  fitWidth(columns: number): void {
    this.#width = Math.max(1, columns);
    if (this.#wrapped === null || this.#wrapped.width === Math.max(2, columns)) return;
    const { line, from } = this.#top();
    this.#wrapped = this.#wrap();
    this.cursor.scroll = this.#wrapped.rowOf(line, from);
  }

  /** Scrolls sideways, as long as some text stays visible. */
  scrollColumns(columns: number): void {
    if (this.#wrapped !== null) return;
    const { scroll, height } = this.cursor;
    const longest = this.lines.slice(scroll, scroll + height).reduce((most, line) => Math.max(most, textOf(line).length), 0);
    this.column = Math.max(0, columns > 0 ? Math.min(this.column + columns, Math.max(this.column, longest - 1)) : this.column + columns);
  }

  /** The text in the first row of the window. */
  #top(): Piece {
    return this.#wrapped?.piece(this.cursor.scroll) ?? { line: this.cursor.scroll, from: 0, to: 0 };
  }

  #wrap(): WrappedLines {
    return new WrappedLines(this.lines.map(textOf), this.#width);
  }
}

function textOf(line: Line): string {
  return line.map(([text]) => text).join("");
}

/** Part of a line, by offsets in its text. */
function slice(line: Line, from: number, to: number): Line {
  let at = 0;
  return line.flatMap(([text, role]): Line => {
    // Drops half of a surrogate pair.
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at)).replace(/^[\udc00-\udfff]/, "");
    at += text.length;
    return part === "" ? [] : [role === undefined ? [part] : [part, role]];
  });
}

/** The versions of a path that are not deletions, newest first. */
export function versionsOf(node: FileNode): Inode[] {
  const found: Inode[] = [];
  for (const { inode } of node.versions.toReversed()) {
    if (inode !== null && !found.includes(inode)) found.push(inode);
  }
  return found;
}

export function describeVersion(catalogs: readonly Catalog[], inode: Inode): string {
  const { mode, uid, gid, mtimeSeconds } = metadataOf(catalogs, inode);
  const link = inode.type === EntryType.symlink ? `  → ${safe(displayBytes(linkOf(catalogs, inode)))}` : "";
  const size = (inode.type === EntryType.file ? formatBytes(inode.bytes) : "").padStart(longestSize);
  return `layer ${inode.layer}  ${size}  ${formatMode(inode.type, mode)}  ${uid}:${gid}  ${formatTime(mtimeSeconds)}${link}`;
}

/** Columns of a size: `1023 kB`. */
const longestSize = 7;

/** Rows of metadata with both sides next to each other; differences are marked. */
export function metadataLines(catalogs: readonly Catalog[], before: Inode, after: Inode): Line[] {
  const a = metadataOf(catalogs, before);
  const b = metadataOf(catalogs, after);
  const bits = inodeDifferences(catalogs, before, catalogs, after);
  const sameSecond = a.mtimeSeconds === b.mtimeSeconds && (bits & anyTime) !== 0;
  const xattrs = [before, after].map((inode) => sortedXattrs(xattrsOf(catalogs, inode))) as [readonly Xattr[], readonly Xattr[]];
  const sameNames = (bits & Differs.xattr) !== 0 && xattrText(xattrs[0], false) === xattrText(xattrs[1], false);
  const rows: (readonly [name: string, before: string, after: string])[] = [
    ["layer", String(before.layer), String(after.layer)],
    ["mode", formatMode(before.type, a.mode), formatMode(after.type, b.mode)],
    ["owner", `${a.uid}:${a.gid}`, `${b.uid}:${b.gid}`],
    ["time", timeText(a, sameSecond), timeText(b, sameSecond)],
    ["bytes", String(before.bytes), String(after.bytes)],
    ["target", safe(displayBytes(linkOf(catalogs, before))), safe(displayBytes(linkOf(catalogs, after)))],
    ["xattrs", xattrText(xattrs[0], sameNames), xattrText(xattrs[1], sameNames)],
  ];
  return rows
    .filter(([, left, right]) => left !== "" || right !== "")
    .map(([name, left, right]): Line => {
      const label: Line[number] = [`  ${name.padEnd(8)}`, "dim"];
      if (left === right) return [label, [left, "dim"]];
      return [label, [left === "" ? "(none)" : left, "removed"], ["  →  ", "dim"], [right === "" ? "(none)" : right, "added"]];
    });
}

/** Includes nanoseconds (`exact`) when two times differ only in them. */
function timeText({ mtimeSeconds, mtimeNanos }: Metadata, exact: boolean): string {
  return `${formatTime(mtimeSeconds)}${exact ? `.${String(mtimeNanos).padStart(9, "0")}` : ""}`;
}

/** Includes values, in hexadecimal, when names and lengths are the same. */
function xattrText(xattrs: readonly Xattr[], values: boolean): string {
  return xattrs
    .map(({ name, value }) => {
      const shown = values ? `: ${Buffer.from(value, "latin1").toString("hex")}` : "";
      return safe(`${displayBytes(name)} (${value.length} bytes${shown})`);
    })
    .join(", ");
}
