/** The file tree of the current view. */
import { displayPath } from "../../../src/filesystem/paths.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import { sanitize } from "../../../src/terminal/sanitize.ts";
import type { Keymap } from "../../keys/keymap.ts";
import type { AppState } from "../../state.ts";
import { pad, truncateMiddle } from "../../terminal/surface.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import type { Role } from "../../terminal/theme.ts";
import type { FilesModel } from "../../viewmodel/files/files.ts";
import { changes } from "../../viewmodel/view.ts";
import { cursorWash, pane, scrollbar } from "../paint.ts";
import type { Paint } from "../paint.ts";
import { indentFor, RowPainter } from "./file-row.ts";

/** Below this width the attributes are left out, as in dive. */
const attributesFrom = 60;

export function paintFiles(paint: Paint, region: Region, state: AppState): void {
  const { theme } = paint;
  const { files } = state;
  const focused = state.focus === "files" && state.overlay === null;
  const inside = pane(paint, region, [[titleText(state, region.width - 6)]], focused, footer(state, paint), pathBar(state, paint));
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
  const painter = new RowPainter(paint, state, rows.width, attributes, indentFor(files, rows, attributes));
  const shown = files.wrap ? paintWrapped(paint, rows, files, focused, painter) : paintRows(paint, rows, files, focused, painter);
  paint.hits.push({ rect: rows.rect, target: { kind: "rows", list: "files", rows: shown } });
  scrollbar(paint, region, files.cursor, files.count, focused);
}

function paintRows(paint: Paint, rows: Region, files: FilesModel, focused: boolean, painter: RowPainter): number[] {
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
    rows.line(y, painter.line(row, wash), paint.theme.text, wash);
  }
  return shown;
}

/** Wraps long names and keeps the cursor's row visible. */
function paintWrapped(paint: Paint, rows: Region, files: FilesModel, focused: boolean, painter: RowPainter): number[] {
  const blocks: { index: number; lines: Span[][]; wash: number }[] = [];
  let used = 0;
  for (let index = files.cursor.scroll; used < rows.height || index <= files.cursor.index; index += 1) {
    const row = files.row(index);
    if (row === null) break;
    const wash = cursorWash(paint.theme, index === files.cursor.index, focused);
    const lines = painter.wrapped(row, wash);
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

function titleText({ files: { view, root }, layers: { mode } }: AppState, width: number): string {
  const titles = {
    layer: "Current Layer Contents",
    aggregated: "Aggregated Layer Contents",
    range: `Contents of Layers ${view.base + 1}‥${view.top}`,
  };
  const title = root === null ? titles[mode] : `${titles[mode]} below `;
  return root === null ? title : `${title}${truncateMiddle(sanitize(displayPath(root.path)), Math.max(1, width - title.length))}`;
}

/** The whole path under the cursor. */
function pathBar(state: AppState, paint: Paint): Span[] {
  const { selected } = state.files;
  return selected === null ? [] : [[sanitize(displayPath(selected.path)), state.focus === "files" ? paint.theme.text : paint.theme.dim]];
}

/** What the view leaves out, so that nobody takes it for everything. */
function footer(state: AppState, paint: Paint): Span[] {
  const { files } = state;
  const parts: string[] = [];
  if (files.filter !== null) parts.push(`filter ${files.filter.mode}: ${sanitize(files.filter.text)} (${files.filter.matches.nodes.size})`);
  if (files.leastBytes > 0) parts.push(`≥ ${formatBytes(files.leastBytes)}`);
  const hidden = changes.filter((change) => files.hidden.has(change));
  if (hidden.length > 0) parts.push(`hidden: ${hidden.join(", ")}`);
  if (state.search.query !== "") parts.push(searchText(state));
  const role: Role = "badge";
  return parts.length === 0 ? [] : [[parts.join("  "), paint.theme[role]]];
}

/** Which match the cursor is on; if there is none here, how many there are in layers outside this view. */
function searchText({ search, files: { selected } }: AppState): string {
  const query = `/${sanitize(search.query)}`;
  if (search.isRunning) return `${query} …`;
  if (search.found.length === 0) return `${query} ${search.others === 0 ? "no match" : `not here, ${search.others} in other layers`}`;
  const at = selected === null ? -1 : search.found.indexOf(selected);
  return `${query} ${at < 0 ? "–" : at + 1} of ${search.found.length}`;
}

function paintEmpty(paint: Paint, rows: Region, state: AppState): void {
  emptyReason(state, paint.keymap).forEach((text, i) => rows.line(1 + i, [[`  ${text}`, paint.theme.dim]], paint.theme.text));
}

/** Why no files are shown, and which keys would show some. */
function emptyReason({ image, files, error }: AppState, keymap: Keymap): readonly string[] {
  if (image?.layers.length === 0) return ["this image has no layers"];
  if (!files.isReady) return [error === null ? "reading …" : "this layer could not be read"];
  const shownAgain = changes
    .filter((change) => files.hidden.has(change))
    .map((change) => `${keymap.keyFor(`toggle-${change}-files`, "files")} shows ${change} files again`);
  if (files.leastBytes > 0) shownAgain.push(`${keymap.keyFor("cancel")} shows files below ${formatBytes(files.leastBytes)} again`);
  if (files.filter === null)
    return shownAgain.length === 0 ? ["this view is empty"] : ["everything in this view is hidden;", ...shownAgain];
  const elsewhere = files.filter.matches.nodes.size;
  return elsewhere === 0
    ? ["nothing passes the filter"]
    : ["nothing here passes the filter;", `what does (${plural(elsewhere, "path")}) is in other layers, or hidden`, ...shownAgain];
}
