/** One row of the file tree: sign, attributes, size, branches, name, and notes. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { linkOf, metadataOf } from "../../../src/filesystem/compare.ts";
import { displayBytes } from "../../../src/filesystem/paths.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { formatBytes, formatCount, plural } from "../../../src/terminal/format-bytes.ts";
import { sanitize } from "../../../src/terminal/sanitize.ts";
import { textWidth, wrap } from "../../../src/terminal/width.ts";
import type { AppState } from "../../state.ts";
import { pad, truncateMiddle } from "../../terminal/surface.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import { formatMode } from "../../viewmodel/documents/metadata.ts";
import type { FilesModel } from "../../viewmodel/files/files.ts";
import type { TreeRow } from "../../viewmodel/files/tree-rows.ts";
import type { Change } from "../../viewmodel/view.ts";
import { onCursor } from "../paint.ts";
import type { Paint } from "../paint.ts";

/** Signs that mark a change without colour; most are also the keys that hide such files. */
const changeSigns: Readonly<Record<Change, string>> = { added: "+", removed: "-", modified: "~", metadata: "=", unmodified: " " };

/** Columns of sign, attributes and size before the branches. */
const columnsBefore = { attributes: 36, size: 13 } as const;

/** Columns that a name always keeps, however deep it is. */
const leastName = 15;

/** Columns per level of the tree, dive's first. */
const indents = [4, 3, 2, 1] as const;
type Indent = (typeof indents)[number];

/** The widest indent that leaves enough room for the deepest name on the screen. */
export function indentFor(files: FilesModel, rows: Region, attributes: boolean): Indent {
  let deepest = 0;
  for (let y = 0; y < rows.height; y += 1) deepest = Math.max(deepest, files.row(files.cursor.scroll + y)?.last.length ?? 0);
  const room = roomForBranches(rows.width, attributes);
  return indents.find((indent) => deepest * indent <= room) ?? 1;
}

function roomForBranches(width: number, attributes: boolean): number {
  return width - (attributes ? columnsBefore.attributes : columnsBefore.size) - leastName;
}

export class RowPainter {
  readonly #paint: Paint;
  readonly #state: AppState;
  readonly #width: number;
  readonly #attributes: boolean;
  readonly #indent: Indent;

  constructor(paint: Paint, state: AppState, width: number, attributes: boolean, indent: Indent) {
    this.#paint = paint;
    this.#state = state;
    this.#width = width;
    this.#attributes = attributes;
    this.#indent = indent;
  }

  /** Cut to the width: the name has priority, then the link's target, then the notes. */
  line(row: TreeRow, wash: number): Span[] {
    const before = this.#before(row, wash);
    const room = Math.max(1, this.#width - widthOf(before));
    const { text, attr, link } = this.#name(row);
    const label = fitted(text, link, room);
    return [...before, [label, attr], ...this.#behind(row, wash, room - textWidth(label))];
  }

  /** Wraps the name and what follows it, indented by what comes before. */
  wrapped(row: TreeRow, wash: number): Span[][] {
    const before = this.#before(row, wash);
    const { text, attr, link } = this.#name(row);
    const behind = this.#behind(row, wash, Infinity);
    const indent = widthOf(before);
    if (indent + textWidth(text + link) + widthOf(behind) <= this.#width) return [[...before, [text + link, attr], ...behind]];
    const whole = behind.reduce((all, [piece]) => `${all}${piece}`, text + link);
    const lines = wrap(whole, Math.max(8, this.#width - indent));
    return lines.map((line, i): Span[] =>
      i === 0 ? [...before, [line, attr]] : [[" ".repeat(Math.min(indent, this.#width - 8))], [line, attr]],
    );
  }

  #before({ node, last }: TreeRow, wash: number): Span[] {
    const { theme } = this.#paint;
    const { files } = this.#state;
    const change = files.change(node);
    const attr = theme[change];
    const inode = files.inode(node);
    const spans: Span[] = [[`${changeSigns[change]} `, attr]];
    const size = pad(formatBytes(files.bytes(node)), this.#attributes ? 10 : 9, "left");
    if (this.#attributes && inode !== null) {
      const { mode, uid, gid } = metadataOf(files.tree!.catalogs, inode);
      spans.push([`${formatMode(inode.type, mode)} `, attr], [pad(`${uid}:${gid}`, 11, "left"), attr]);
    } else if (this.#attributes) spans.push([pad("", columnsBefore.attributes - columnsBefore.size - 1), attr]);
    const levels = Math.floor(roomForBranches(this.#width, this.#attributes) / this.#indent);
    return [...spans, [`${size}  `, attr], [branches(last, this.#indent, levels), onCursor(theme, theme.dim, wash)]];
  }

  #name({ node }: TreeRow): { readonly text: string; readonly attr: number; readonly link: string } {
    const { theme } = this.#paint;
    const { files, search } = this.#state;
    const inode = files.inode(node);
    const isDirectory = files.isDirectory(node);
    const marker = !isDirectory ? "" : files.isOpen(node) ? "▾ " : "▸ ";
    const isHit = search.query !== "" && search.hits.has(node);
    return {
      text: `${marker}${name(node.name)}${isDirectory ? "/" : ""}`,
      attr: isHit ? theme.match : theme[files.change(node)],
      link:
        inode !== null && inode.type === EntryType.symlink
          ? ` → ${name(linkOf(files.tree!.catalogs, inode))}`
          : hardLink(node, inode?.storedAt),
    };
  }

  /** The notes that fit after the name. */
  #behind({ node }: TreeRow, wash: number, room: number): Span[] {
    const { theme } = this.#paint;
    const { files } = this.#state;
    const wasted = firstThatFits(wastedNotes(this.#state, node), room);
    const items = files.isDirectory(node) ? itemsNote(files, node) : "";
    const about = firstThatFits([`${items}${note(files, node, files.change(node))}`, items], room - textWidth(wasted));
    const spans: Span[] = [[about, onCursor(theme, theme.dim, wash)]];
    return wasted === "" ? spans : [...spans, [wasted, onCursor(theme, theme.barWaste, wash)]];
  }
}

function widthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [text]) => sum + textWidth(text), 0);
}

/** The fewest columns in which a link's target is worth showing. */
const leastLink = 6;

/** Cuts a link's target before its name. */
function fitted(text: string, link: string, room: number): string {
  const left = room - textWidth(text);
  if (textWidth(link) <= left) return text + link;
  if (left >= leastLink) return text + truncateMiddle(link, left);
  return truncateMiddle(text, room);
}

/** How much a closed directory contains, or how much an open one leaves out. */
function itemsNote(files: FilesModel, node: FileNode): string {
  if (files.isOpen(node)) {
    const leftOut = files.leftOut(node);
    return leftOut === 0 ? "" : `  +${formatCount(leftOut)} unchanged`;
  }
  const items = files.descendants(node);
  return items === 0 ? "" : `  ${plural(items, "item")}`;
}

/** Notes that a later layer wastes the bytes of this row, from long to short. */
function wastedNotes(state: AppState, node: FileNode): string[] {
  const inode = state.files.inode(node);
  if (state.analysis === null || inode === null || inode.type !== EntryType.file || inode.bytes === 0 || inode.links > 0) return [];
  const next = node.versions.find((version) => version.layer > state.files.view.top && version.inode !== inode);
  return next === undefined ? [] : [`  ✗ wasted by layer ${next.layer}`, `  ✗ ${next.layer}`, " ✗"];
}

function firstThatFits(texts: readonly string[], room: number): string {
  return texts.find((text) => textWidth(text) <= room) ?? "";
}

function hardLink(node: FileNode, storedAt: FileNode | undefined): string {
  return storedAt === undefined || storedAt === node ? "" : ` ⇒ /${name(storedAt.path)}`;
}

/** What has changed, if the sign alone does not say it. */
function note(files: FilesModel, node: FileNode, change: Change): string {
  if (change !== "modified" && change !== "metadata") return "";
  const found = files.differences(node);
  return found.length === 0 ? "" : `  (${found.join(", ")})`;
}

function name(bytes: string): string {
  return sanitize(displayBytes(bytes));
}

/** `│   ├── ` with four columns per level, `│  ├─ ` with three, `│ ├ ` with two, `│├` with one. If not all fit, the deepest after a `…`. */
function branches(last: readonly boolean[], indent: Indent, room: number): string {
  const rest = indent - 1;
  const first = Math.max(0, last.length - Math.max(2, room));
  let text = "";
  for (let i = first; i < last.length - 1; i += 1) text += (first > 0 && i === first ? "…" : last[i] ? " " : "│") + " ".repeat(rest);
  return `${text}${last[last.length - 1] ? "└" : "├"}${"─".repeat(Math.max(0, rest - 1))}${rest > 0 ? " " : ""}`;
}
