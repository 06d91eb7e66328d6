/** The file tree of the current view. */
import type { FileNode } from "../../src/filesystem/file-tree.ts";
import { displayBytes, displayPath } from "../../src/filesystem/paths.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { formatBytes, formatCount, plural } from "../../src/terminal/format-bytes.ts";
import { sanitize } from "../../src/terminal/sanitize.ts";
import { textWidth, wrap } from "../../src/terminal/width.ts";
import { plain } from "../terminal/attr.ts";
import type { AppState } from "../state.ts";
import { pad, truncateMiddle } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import type { Role } from "../terminal/theme.ts";
import type { FilesModel } from "../viewmodel/files/files.ts";
import { formatMode } from "../viewmodel/documents/metadata.ts";
import type { TreeRow } from "../viewmodel/files/tree-rows.ts";
import { linkOf, metadataOf } from "../../src/filesystem/compare.ts";
import { changes } from "../viewmodel/view.ts";
import type { Change } from "../viewmodel/view.ts";
import { cursorWash, onCursor, pane, scrollbar } from "./paint.ts";
import type { Paint } from "./paint.ts";

/** What marks a change without colour; also the keys that hide it. */
export const changeSigns: Readonly<Record<Change, string>> = { added: "+", removed: "-", modified: "~", metadata: "=", unmodified: " " };

/** dive drops the attributes below this width. */
const attributesFrom = 60;

export function paintFiles(paint: Paint, region: Region, state: AppState): void {
  const { theme } = paint;
  const { files } = state;
  const focused = state.focus === "files" && state.overlay === null;
  const inside = pane(paint, region, [[titleText(state)]], focused, footer(state, paint), pathBar(state, paint));
  const attributes = files.showAttributes && inside.width >= attributesFrom;
  inside.line(0, headerSpans(files, attributes, paint), theme.text);
  paint.hits.push({ rect: region.rect, target: { kind: "pane", list: "files" } });
  paint.hits.push({ rect: { ...inside.rect, height: 1 }, target: { kind: "sort" } });
  const rows = inside.sub(0, 1, inside.width, inside.height - 1);
  files.fit(rows.height);
  if (files.count === 0) {
    paintEmpty(paint, rows, state);
    return;
  }
  const shown = files.wrap
    ? paintWrapped(paint, rows, files, focused, attributes, state)
    : paintRows(paint, rows, files, focused, attributes, state);
  paint.hits.push({ rect: rows.rect, target: { kind: "rows", list: "files", rows: shown } });
  scrollbar(paint, region, files.cursor, files.count, focused);
}

function paintRows(paint: Paint, rows: Region, files: FilesModel, focused: boolean, attributes: boolean, state: AppState): number[] {
  const shown: number[] = [];
  for (let y = 0; y < rows.height; y += 1) {
    const index = files.cursor.scroll + y;
    const row = files.row(index);
    if (row === null) {
      rows.line(y, [], paint.theme.text);
      continue;
    }
    shown.push(index);
    const wash = cursorWash(paint.theme, index === files.cursor.index, focused);
    rows.line(y, rowSpans(paint, files, row, attributes, wash, state, rows.width), paint.theme.text, wash);
  }
  return shown;
}

/** Long names go on below themselves; the cursor's row is kept in the window. */
function paintWrapped(paint: Paint, rows: Region, files: FilesModel, focused: boolean, attributes: boolean, state: AppState): number[] {
  const blocks: { index: number; lines: Span[][]; wash: number }[] = [];
  let used = 0;
  for (let index = files.cursor.scroll; used < rows.height || index <= files.cursor.index; index += 1) {
    const row = files.row(index);
    if (row === null) break;
    const wash = cursorWash(paint.theme, index === files.cursor.index, focused);
    const lines = wrapSpans(rowSpans(paint, files, row, attributes, wash, state, rows.width), rows.width);
    blocks.push({ index, lines, wash });
    used += lines.length;
    while (index >= files.cursor.index && used > rows.height && blocks[0]!.index < files.cursor.index) used -= blocks.shift()!.lines.length;
  }
  const shown: number[] = [];
  let y = 0;
  for (const { index, lines, wash } of blocks) {
    for (const line of lines) {
      if (y >= rows.height) break;
      rows.line(y, line, paint.theme.text, wash);
      shown.push(index);
      y += 1;
    }
  }
  for (; y < rows.height; y += 1) rows.line(y, [], paint.theme.text);
  return shown;
}

/** The name and what follows it wrap; what stands before becomes an indent. */
function wrapSpans(spans: Span[], width: number): Span[][] {
  const total = spans.reduce((sum, [text]) => sum + textWidth(text), 0);
  if (total <= width) return [spans];
  const at = spans.findIndex(([text]) => /[├└]── $/.test(text)) + 1;
  const before = spans.slice(0, at);
  const indent = before.reduce((sum, [text]) => sum + textWidth(text), 0);
  const [, attr = plain] = spans[at]!;
  const text = spans.slice(at).reduce((all, [piece]) => `${all}${piece}`, "");
  const lines = wrap(text, Math.max(8, width - indent));
  return lines.map((line, i): Span[] => (i === 0 ? [...before, [line, attr]] : [[" ".repeat(Math.min(indent, width - 8))], [line, attr]]));
}

function headerSpans(files: FilesModel, attributes: boolean, paint: Paint): Span[] {
  const { theme } = paint;
  const arrow = (order: string): string => (files.sort === order ? "▾" : " ");
  if (!attributes) return [[`    ${pad(`Size${arrow("size")}`, 9, "left")} Filetree${arrow("name")}`, theme.header]];
  return [
    [
      `  ${pad("Permission", 11)}${pad("UID:GID", 11, "left")}${pad(`Size${arrow("size")}`, 11, "left")} Filetree${arrow("name")}`,
      theme.header,
    ],
  ];
}

function rowSpans(
  paint: Paint,
  files: FilesModel,
  row: TreeRow,
  attributes: boolean,
  wash: number,
  state: AppState,
  width: number,
): Span[] {
  const { theme } = paint;
  const { node } = row;
  const change = files.change(node);
  const attr = theme[change];
  const inode = files.inode(node);
  const catalogs = files.tree!.catalogs;
  const spans: Span[] = [[`${changeSigns[change]} `, attr]];
  const size = pad(formatBytes(files.bytes(node)), attributes ? 10 : 9, "left");
  if (attributes && inode !== null) {
    const { mode, uid, gid } = metadataOf(catalogs, inode);
    const owner = `${uid}:${gid}`;
    spans.push([`${formatMode(inode.type, mode)} `, attr], [pad(owner, 11, "left"), attr], [`${size}  `, attr]);
  } else spans.push([`${size}  `, attr]);
  spans.push([branches(row.last), onCursor(theme, theme.dim, wash)]);
  const isDirectory = files.isDirectory(node);
  const isOpen = isDirectory && files.isOpen(node);
  const marker = !isDirectory ? "" : isOpen ? "▾ " : "▸ ";
  const link = inode !== null && inode.type === EntryType.symlink ? ` → ${name(linkOf(catalogs, inode))}` : hardLink(node, inode?.storedAt);
  const isHit = state.search.query !== "" && state.search.hits.has(node);
  const label = `${marker}${name(node.name)}${isDirectory ? "/" : ""}${link}`;
  const room = files.wrap ? Infinity : width - spans.reduce((sum, [text]) => sum + textWidth(text), 0) - textWidth(label);
  // The name first: what does not fit beside it is left out.
  const wasted = firstThatFits(wastedNotes(state, node), room);
  const about = firstThatFits(
    [`${isDirectory ? itemsNote(files, node, isOpen) : ""}${note(files, node, change)}`],
    room - textWidth(wasted),
  );
  spans.push([room < 0 ? truncateMiddle(label, Math.max(leastName, textWidth(label) + room)) : label, isHit ? theme.match : attr]);
  spans.push([about, onCursor(theme, theme.dim, wash)]);
  if (wasted !== "") spans.push([wasted, onCursor(theme, theme.barWaste, wash)]);
  return spans;
}

/** Columns that a name keeps however deep it lies. */
const leastName = 12;

/** How much lies in a directory that is closed, or that leaves something out. */
function itemsNote(files: FilesModel, node: FileNode, isOpen: boolean): string {
  if (isOpen) {
    const leftOut = files.leftOut(node);
    return leftOut === 0 ? "" : `  +${formatCount(leftOut)} unchanged`;
  }
  const items = files.descendants(node);
  return items === 0 ? "" : `  ${plural(items, "item")}`;
}

/** Says that a layer makes the bytes of this row useless: in words, and shorter. */
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

/** What changed, where it is not plain from the sign. */
function note(files: FilesModel, node: FileNode, change: Change): string {
  if (change !== "modified" && change !== "metadata") return "";
  const found = files.differences(node);
  return found.length === 0 ? "" : `  (${found.join(", ")})`;
}

function name(bytes: string): string {
  return sanitize(displayBytes(bytes));
}

function branches(last: readonly boolean[]): string {
  let text = "";
  for (let i = 0; i < last.length - 1; i += 1) text += last[i] ? "    " : "│   ";
  return `${text}${last[last.length - 1] ? "└── " : "├── "}`;
}

function titleText(state: AppState): string {
  const { view, root } = state.files;
  const below = root === null ? "" : ` below ${sanitize(displayPath(root.path))}`;
  switch (state.layers.mode) {
    case "layer":
      return `Current Layer Contents${below}`;
    case "aggregated":
      return `Aggregated Layer Contents${below}`;
    case "range":
      return `Contents of Layers ${view.base + 1}‥${view.top}${below}`;
  }
}

/** Where the cursor stands, in whole. */
function pathBar(state: AppState, paint: Paint): Span[] {
  const { selected } = state.files;
  return selected === null ? [] : [[sanitize(displayPath(selected.path)), state.focus === "files" ? paint.theme.text : paint.theme.dim]];
}

/** What the view leaves out, so that nobody takes a part for the whole. */
function footer(state: AppState, paint: Paint): Span[] {
  const { files } = state;
  const parts: string[] = [];
  if (files.filter !== null) parts.push(`filter ${files.filter.mode}: ${sanitize(files.filter.text)} (${files.filter.matches.nodes.size})`);
  if (files.leastBytes > 0) parts.push(`≥ ${formatBytes(files.leastBytes)}`);
  const hidden = changes.filter((change) => files.hidden.has(change));
  if (hidden.length > 0) parts.push(`hidden: ${hidden.join(", ")}`);
  if (state.search.query !== "") {
    const at = files.selected === null ? -1 : state.search.found.indexOf(files.selected);
    parts.push(
      `/${sanitize(state.search.query)} ${state.search.isRunning ? "…" : `${at < 0 ? "–" : at + 1} of ${state.search.found.length}`}`,
    );
  }
  const role: Role = "badge";
  return parts.length === 0 ? [] : [[parts.join("  "), paint.theme[role]]];
}

function paintEmpty(paint: Paint, rows: Region, state: AppState): void {
  emptyReason(state).forEach((text, i) => rows.line(1 + i, [[`  ${text}`, paint.theme.dim]], paint.theme.text));
}

/** Why no file is shown, and what would show some. */
function emptyReason({ image, files, error }: AppState): readonly string[] {
  if (image?.layers.length === 0) return ["this image has no layers"];
  if (!files.isReady) return [error === null ? "reading …" : "this layer could not be read"];
  if (files.filter === null && files.leastBytes === 0 && files.hidden.size === 0) return ["this view is empty"];
  const elsewhere = files.filter?.matches.nodes.size ?? 0;
  return elsewhere === 0
    ? ["nothing passes the filter"]
    : ["nothing here passes the filter;", `what does (${plural(elsewhere, "path")}) is in other layers, or hidden`];
}
