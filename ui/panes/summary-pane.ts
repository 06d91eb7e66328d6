/** The first tab: size, waste, what the image is made of, secrets and leftovers, the worst findings, and the layers as they are read. */
import { formatPlatform } from "../../src/image/platform.ts";
import { formatBytes, formatPercent, plural } from "../../src/terminal/format-bytes.ts";
import { textWidth } from "../../src/terminal/width.ts";
import type { Keymap } from "../keys/keymap.ts";
import { bodyOf } from "../layout.ts";
import type { ShownAnalysis } from "../session.ts";
import type { AppState } from "../state.ts";
import { pad, truncateMiddle } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import { describeActivity } from "../viewmodel/activity.ts";
import { safe } from "../viewmodel/documents/document.ts";
import type { Line } from "../viewmodel/documents/document.ts";
import { isGrave } from "../../src/base/severity.ts";
import type { Finding } from "../viewmodel/findings/summary.ts";
import { cursorWash, horizontalBar, onCursor, padded, pane, paintLines, toSpans } from "./paint.ts";
import type { Paint } from "./paint.ts";
import { paintSummaryLayers } from "./summary-layers.ts";

/** Columns of the names at the left. */
const nameWidth = 11;

export function paintSummary(paint: Paint, screen: Region, state: AppState): void {
  const { theme } = paint;
  const body = bodyOf(screen.width, screen.height);
  const frame = screen.sub(body.x, body.y, body.width, body.height);
  const platform = state.image === null ? (state.wantedPlatform ?? "") : formatPlatform(state.image.platform);
  const title = `${truncateMiddle(safe(state.image?.reference ?? state.name), Math.max(20, screen.width - 40))}${platform === "" ? "" : `, ${platform}`}`;
  const others = state.offered.length - 1;
  const more: Span[] =
    others < 1
      ? []
      : [
          [`  ${paint.keymap.keyFor("pick-platform")}`, theme.key],
          [` ${plural(others, state.offersImages ? "other image" : "other platform")}`, theme.dim],
        ];
  const inside = padded(pane(paint, frame, [[title], ...more], state.overlay === null));
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "tab" } });
  const { findings } = state.summary;
  const roomy = inside.height >= 26;
  const facts = factLines(state, paint.keymap, inside.width, inside.height >= 45 ? 16 : roomy ? 8 : 2);
  paintLines(paint, inside.sub(0, 0, inside.width, facts.length), facts, 0);
  let y = facts.length + (roomy ? 1 : 0);
  inside.line(y, [[headingOf(state), theme.titleFocused]], theme.text);
  y += 1;
  state.summary.fit(state.layerRows.length);
  const list = inside.sub(0, y, inside.width, findings.length);
  findings.forEach((finding, index) => {
    const wash = cursorWash(theme, index === state.summary.cursor.index, state.overlay === null);
    list.line(
      index,
      findingSpans(paint, finding, list.width).map(([text, attr]): Span => [text, onCursor(theme, attr ?? theme.text, wash)]),
      theme.text,
      wash,
    );
  });
  paint.hits.push({ rect: list.rect, target: { kind: "rows", list: "tab", rows: findings.map((_, index) => index) } });
  y += Math.max(findings.length, 1);
  if (roomy) y += 1;
  paintSummaryLayers(paint, inside.sub(0, y, inside.width, inside.height - y), state);
}

function headingOf({ analysis, isFinal, summary, error }: AppState): string {
  if (error !== null) return "The image could not be read whole";
  if (analysis === null) return "Reading the layers";
  if (summary.findings.length > 0) return `Worst findings${isFinal ? "" : " so far"}`;
  return isFinal ? "Nothing is wasted, left behind or leaked" : "Nothing found so far";
}

function findingSpans({ theme }: Paint, finding: Finding, width: number): Span[] {
  const columns = Math.min(36, Math.floor(width * 0.4));
  // The text ends with the layers, which are to be cut last.
  const text = textWidth(finding.text) <= columns ? finding.text : finding.text.replace(", layer ", ", ");
  const what = pad(truncateMiddle(text, columns), columns);
  const room = width - 12 - textWidth(what) - 2;
  return [
    [` ${pad(finding.badge, 9, "left")}  `, theme[finding.role]],
    [`${what}  `, theme.text],
    [truncateMiddle(finding.where, Math.max(8, room)), theme.link],
  ];
}

function factLines(state: AppState, keymap: Keymap, width: number, mostParts: number): Line[] {
  const { analysis } = state;
  if (analysis === null) return [row("Size", [sizeSoFar(state)])];
  const { totals, efficiency } = analysis;
  const bar = Math.max(10, Math.min(40, width - 60));
  return [
    row("Size", sizePieces(analysis)),
    row("Waste", [
      [formatBytes(totals.wastedBytes), totals.wastedBytes > 0 ? "barWaste" : "good"],
      [`, ${formatPercent(totals.totalBytes === 0 ? 0 : totals.wastedBytes / totals.totalBytes)} of what is stored  `],
      [horizontalBar(totals.totalBytes === 0 ? 0 : totals.wastedBytes / totals.totalBytes, bar), "barWaste"],
    ]),
    row("Efficiency", [
      [formatPercent(efficiency.score), scoreRole(efficiency.score)],
      [`  image efficiency score, ${plural(analysis.layers.length, "layer")}`, "dim"],
    ]),
    row("Secrets", secretPieces(state, analysis)),
    row("Leftovers", leftoverPieces(state, analysis)),
    ...warningRows(analysis, keymap),
    ...madeOf(state, mostParts, bar),
  ];
}

type Pieces = Line;

function row(name: string, pieces: Pieces): Line {
  return [[pad(name, nameWidth), "dim"], ...pieces];
}

function sizeSoFar({ layerRows, activity, error }: AppState): Line[number] {
  const known = layerRows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  if (known > 0) return [`${formatBytes(known)} ${error === null ? "so far" : "read, the rest cannot be"}`, "number"];
  if (error !== null) return ["nothing could be read", "dim"];
  return [activity === null ? "…" : describeActivity(activity), "dim"];
}

function sizePieces({ totals, efficiency, base }: ShownAnalysis): Pieces {
  const from = base.from === "guess" ? "guessed" : `from ${base.from}`;
  return [
    [formatBytes(totals.totalBytes), "number"],
    [" stored"],
    ...(totals.compressedBytes === null ? [] : ([[", "], [formatBytes(totals.compressedBytes), "number"], [" compressed"]] as const)),
    ...(base.layers === 0
      ? []
      : ([
          [", "],
          [formatBytes(efficiency.user.bytes), "number"],
          [" yours"],
          [` (base: ${plural(base.layers, "layer")}, ${from})`, "dim"],
        ] as const)),
  ];
}

function secretPieces({ isFinal }: AppState, { secrets }: ShownAnalysis): Pieces {
  if (secrets === null) return [[isFinal ? "not looked for" : "still looking …", "dim"]];
  if (secrets.length === 0) return [["none found", "good"]];
  const grave = secrets.filter(({ severity }) => isGrave(severity)).length;
  const part = grave === 0 ? "none" : grave === secrets.length ? "all" : String(grave);
  return [
    [String(secrets.length), grave > 0 ? "bad" : "warning"],
    [`, ${secrets.length === 1 ? secrets[0]!.severity : `${part} of them high or critical`}`],
  ];
}

function leftoverPieces({ isFinal }: AppState, { leftovers, duplicates }: ShownAnalysis): Pieces {
  const left = leftovers.reduce((sum, { bytes }) => sum + bytes, 0);
  const twice = duplicates.reduce((sum, { bytes, paths }) => sum + bytes * (paths.length - 1), 0);
  if (left === 0 && twice === 0) return [[isFinal ? "none" : "still looking …", isFinal ? "good" : "dim"]];
  const caches: Pieces = [[formatBytes(left), "warning"], [` of caches and the like in ${plural(leftovers.length, "place")}`]];
  const copies: Pieces = [[formatBytes(twice), "warning"], [" of duplicates"]];
  return [...(left > 0 ? caches : []), ...(left > 0 && twice > 0 ? ([[", "]] as const) : []), ...(twice > 0 ? copies : [])];
}

/** Warnings, which limit what the other rows can say. */
function warningRows({ warnings }: ShownAnalysis, keymap: Keymap): Line[] {
  const [first] = warnings;
  if (first === undefined) return [];
  return [
    row("Warnings", [
      [String(warnings.length), "warning"],
      [`, in Config (${keymap.keyFor("tab-config")}): `],
      [safe(first.message), "dim"],
    ]),
  ];
}

/** The largest parts of the final image. */
function madeOf(state: AppState, most: number, bar: number): Line[] {
  const parts = state.parts();
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return parts.slice(0, most).map(({ name, bytes }, i): Line => {
    const share = total === 0 ? 0 : bytes / total;
    return row(i === 0 ? "Made of" : "", [
      [pad(formatBytes(bytes), 8, "left"), "number"],
      [` ${pad(formatPercent(share), 7, "left")}  `, "dim"],
      [horizontalBar(share, Math.floor(bar / 2)), "bar"],
      [`  ${safe(name)}`],
    ]);
  });
}

export function scoreRole(score: number): "good" | "warning" | "bad" {
  return score >= 0.95 ? "good" : score >= 0.8 ? "warning" : "bad";
}

/** The main figures in a few columns, for the tab bar. */
export function verdictSpans(paint: Paint, state: AppState, room: number): Span[] {
  const { analysis } = state;
  if (analysis === null) return [];
  const { totals, efficiency, secrets } = analysis;
  const count = secrets === null ? null : secrets.length;
  const long: Line = [
    [formatPercent(efficiency.score), scoreRole(efficiency.score)],
    [`  ${formatBytes(totals.wastedBytes)} wasted`, totals.wastedBytes > 0 ? "barWaste" : "good"],
    ...(count === null ? [] : ([[`  ${plural(count, "secret")}`, count > 0 ? "bad" : "good"]] as const)),
  ];
  const shortened = (line: Line, what: RegExp, to: string): Line => line.map(([text, role]) => [text.replace(what, to), role ?? "text"]);
  const shorter = shortened(shortened(long, / wasted$/, ""), / secrets?$/, " secr");
  // `98.6% 1.39MB 0 secr`: less space rather than a lone "s", which elsewhere means seconds.
  const shortest = shortened(shortened(shorter, / (%|[kMGT]?B)$/, "$1"), /^ {2}/, " ");
  const fits = (line: Line): boolean => line.reduce((sum, [text]) => sum + textWidth(text), 0) <= room;
  return toSpans([long, shorter].find(fits) ?? shortest, paint.theme);
}
