/** One whole frame: tab bar, the tab's panes, what lies over them, status line. */
import { textWidth, truncate, wrap } from "../../src/terminal/width.ts";
import type { Keymap } from "../keys/keymap.ts";
import { displayKey } from "../keys/keymap.ts";
import { bodyOf, filesLayout, leastHeight, leastWidth, leftWidth, usualLeft } from "../layout.ts";
import { tabs } from "../state.ts";
import type { AppState, Message, Pane, Tab } from "../state.ts";
import type { Region, Span, Surface } from "../terminal/surface.ts";
import type { Theme } from "../terminal/theme.ts";
import { describeActivity } from "../viewmodel/activity.ts";
import { safe } from "../viewmodel/documents/document.ts";
import { paintConfig } from "./config-pane.ts";
import { paintDetails } from "./details-pane.ts";
import { paintFiles } from "./files-pane.ts";
import { paintDuplicates, paintPackages, paintSecrets, paintWaste } from "./findings-pane.ts";
import { paintImage } from "./image-pane.ts";
import { paintLayers } from "./layers-pane.ts";
import { paintOverlay } from "./overlays/overlay-pane.ts";
import type { Hit, Paint, WidgetRequest } from "./paint.ts";
import { paintPlan } from "./plan-pane.ts";
import { paintSummary, verdictSpans } from "./summary-pane.ts";

export interface Frame {
  /** What clicks mean; the last that contains the cell counts. */
  readonly hits: readonly Hit[];
  readonly widgets: WidgetRequest;
}

export function paintFrame(state: AppState, surface: Surface, theme: Theme, keymap: Keymap): Frame {
  const paint: Paint = { theme, keymap, hits: [], widgets: { gauge: null } };
  surface.clear(theme.text);
  const screen = surface.region();
  if (screen.width < leastWidth || screen.height < leastHeight) {
    paintTooSmall(screen, theme);
    return paint;
  }
  paintTabs(paint, screen, state);
  if (state.overlay === null || leavesTabInSight(state)) paintTab(paint, screen, state);
  if (state.overlay !== null) {
    // A widget would be drawn over whatever lies over its pane.
    paint.widgets.gauge = null;
    paintOverlay(paint, screen, state, state.overlay);
  }
  paintStatus(paint, screen, state);
  return paint;
}

/** Overlays that are smaller than the screen. Behind the reason why an image cannot be opened there is nothing to see. */
function leavesTabInSight({ overlay, image }: AppState): boolean {
  return overlay?.kind === "chooser" || overlay?.kind === "busy" || (overlay?.kind === "failure" && image !== null);
}

function paintTooSmall(screen: Region, theme: Theme): void {
  const lines = [
    "Ballast needs a terminal of",
    `at least ${leastWidth} × ${leastHeight}.`,
    `This one has ${screen.width} × ${screen.height}.`,
    "Enlarge it, or q to leave.",
  ];
  const top = Math.max(0, Math.floor((screen.height - lines.length) / 2));
  lines.forEach((line, i) => screen.text(Math.max(0, Math.floor((screen.width - line.length) / 2)), top + i, line, theme.strong));
}

function paintTab(paint: Paint, screen: Region, state: AppState): void {
  switch (state.tab) {
    case "summary":
      return paintSummary(paint, screen, state);
    case "files":
      return paintFilesTab(paint, screen, state);
    case "waste":
      return paintWaste(paint, screen, state);
    case "secrets":
      return paintSecrets(paint, screen, state);
    case "duplicates":
      return paintDuplicates(paint, screen, state);
    case "plan":
      return paintPlan(paint, screen, state);
    case "packages":
      return paintPackages(paint, screen, state);
    case "config":
      return paintConfig(paint, screen, state);
  }
}

const panes: Readonly<Record<Pane, (paint: Paint, region: Region, state: AppState) => void>> = {
  layers: paintLayers,
  details: paintDetails,
  image: paintImage,
  files: paintFiles,
};

/** Columns of a digest, and of the names before values. */
const idWidth = 71;
const fieldWidth = 12;

function paintFilesTab(paint: Paint, screen: Region, state: AppState): void {
  const body = bodyOf(screen.width, screen.height);
  const part = state.leftPart ?? usualLeft;
  const inside = (leftWidth(body.width, part) ?? body.width) - 4;
  const longest = state.layerRows.reduce((most, { command }) => Math.max(most, command.length), 0);
  // By the longest command of all: the panes shall not move while one walks through the layers.
  const idLines = Math.ceil(idWidth / Math.max(8, inside - fieldWidth));
  const ids = state.image?.layers.some(({ digest, diffId }) => digest !== null && digest !== diffId) === true ? 2 : 1;
  // Besides these: size, number, media type, time, and the border.
  const wanted = { layers: state.layerRows.length + 3, details: Math.ceil(longest / inside) + ids * idLines + 6 };
  const layout = filesLayout(body, state.focus, wanted, part);
  // The files first: the details pane tells about the row they select.
  for (const pane of ["files", "layers", "details", "image"] as const) {
    const rect = layout[pane];
    if (rect !== undefined) panes[pane](paint, screen.sub(rect.x, rect.y, rect.width, rect.height), state);
  }
}

const tabTitles: Readonly<Record<Tab, readonly [long: string, short: string]>> = {
  summary: ["Summary", "Sum"],
  files: ["Files", "Files"],
  waste: ["Waste", "Waste"],
  secrets: ["Secrets", "Secr"],
  duplicates: ["Duplicates", "Dup"],
  plan: ["Plan", "Plan"],
  config: ["Config", "Conf"],
  packages: ["Packages", "Pkg"],
};

/** Columns that the verdict keeps at every size. */
const leastVerdict = 20;

/** The tabs, and at the right what is to be known at every moment: efficiency, waste, secrets. */
function paintTabs(paint: Paint, screen: Region, state: AppState): void {
  const { theme } = paint;
  const titles = [0, 1].map((form) => tabs.reduce((sum, tab, i) => sum + tabTitles[tab][form]!.length + String(i).length + 3 - form, 0));
  const form = screen.width - titles[0]! - 11 >= leastVerdict + 12 ? 0 : screen.width - titles[1]! >= leastVerdict ? 1 : 2;
  let x = form === 0 ? screen.text(0, 0, "  Ballast  ", theme.brand) : 0;
  tabs.forEach((tab, i) => {
    const isActive = tab === state.tab;
    const from = x;
    const title = form < 2 || isActive ? ` ${tabTitles[tab][form === 0 ? 0 : 1]}` : "";
    x = screen.text(x + (form === 0 ? 2 : 1), 0, `${i}${title}`, isActive ? theme.tabActive : theme.tab);
    paint.hits.push({ rect: { x: from, y: 0, width: x - from, height: 1 }, target: { kind: "tab", tab } });
  });
  const room = screen.width - x - 3;
  const verdict = verdictSpans(paint, state, room);
  const width = verdict.reduce((sum, [text]) => sum + textWidth(text), 0);
  if (width > 0 && width <= room + 1) screen.spans(screen.width - width - 1, 0, verdict);
  const name = truncate(safe(state.image?.reference ?? state.name), Math.max(0, room - width - (width > 0 ? 3 : 0)));
  if (form === 0 && textWidth(name) > 8) screen.text(screen.width - width - textWidth(name) - (width > 0 ? 4 : 1), 0, name, theme.dim);
}

function paintStatus(paint: Paint, screen: Region, state: AppState): void {
  const y = screen.height - 1;
  const { theme } = paint;
  if (state.prompt !== null) {
    paintPrompt(paint, screen, y, state);
    return;
  }
  if (state.message !== null) {
    paintMessage(paint, screen, state.message);
    return;
  }
  if (state.error !== null && state.overlay?.kind !== "failure") {
    screen.text(1, y, truncate(`error: ${safe(state.error.message)}  hint: ${safe(state.error.hint)}`, screen.width - 2), theme.bad);
    return;
  }
  const activity = activityText(state);
  const right = screen.width - textWidth(activity) - 1;
  let x = 1;
  for (const binding of statusBindings(state, paint.keymap)) {
    const key = displayKey(binding.keys.find((one) => one.length === 1) ?? binding.keys[0] ?? "");
    const spans: Span[] = [
      [key, theme.key],
      [` ${binding.label!}`, theme.tab],
    ];
    const width = textWidth(key) + 1 + textWidth(binding.label!);
    if (x + width + 2 > right) break;
    x = screen.spans(x, y, spans) + 2;
  }
  if (activity !== "") screen.text(right, y, activity, theme.badge);
  paint.hits.push({ rect: { x: 0, y, width: right, height: 1 }, target: { kind: "help" } });
}

/** Rows that a message takes at most. */
const longestMessage = 6;

/** What does not fit the last row takes those above it, too: half of an error is none. */
function paintMessage(paint: Paint, screen: Region, { kind, text }: Message): void {
  const { theme, widgets } = paint;
  const attr = kind === "error" ? theme.bad : kind === "good" ? theme.good : theme.text;
  const lines = wrap(safe(text), screen.width - 2).slice(0, longestMessage);
  const top = screen.height - lines.length;
  lines.forEach((line, i) => screen.line(top + i, [[` ${line}`, attr]], theme.text));
  if (widgets.gauge !== null && widgets.gauge.rect.y >= top) widgets.gauge = null;
}

function statusBindings(state: AppState, keymap: Keymap): Keymap["bindings"] {
  // The plan has nothing to search.
  const contexts = state.contexts().filter((context) => context !== "list" || state.overlay !== null || state.tab !== "plan");
  const shown = keymap.bindings.filter(
    (binding) => binding.label !== undefined && binding.keys.length > 0 && contexts.includes(binding.context),
  );
  // Where two sides share the screen, how to get to the other one comes before what can be done here; elsewhere that counts more.
  const first: readonly string[] = state.tab === "files" ? ["quit", "help", "toggle-view"] : ["quit", "help"];
  const rank = ({ intent, context }: Keymap["bindings"][number]): number => (first.includes(intent) ? -1 : contexts.indexOf(context));
  return shown.sort((a, b) => rank(a) - rank(b));
}

function activityText(state: AppState): string {
  if (state.isFiltering) return "filtering …";
  const { activity } = state;
  return activity === null ? "" : describeActivity(activity);
}

function paintPrompt(paint: Paint, screen: Region, y: number, state: AppState): void {
  const { theme } = paint;
  const { label, mode, editor, error } = state.prompt!;
  let x = screen.text(1, y, mode === null ? `${label}: ` : `${label} [${mode}, tab changes]: `, theme.key);
  const chars = Array.from(editor.text);
  const room = Math.max(8, screen.width - x - (error === null ? 2 : Math.min(40, error.length) + 4));
  // Show the end of what does not fit: that is where one types.
  const from = Math.max(0, editor.position - room + 1);
  const before = safe(chars.slice(from, editor.position).join(""));
  x = screen.text(x, y, before, theme.prompt);
  screen.surface.cursor = { x: Math.min(x, screen.width - 1), y };
  x = screen.text(x, y, `${safe(chars.slice(editor.position, from + room).join(""))}  `, theme.prompt);
  if (error !== null) screen.text(x, y, truncate(error, screen.width - x - 1), theme.bad);
}
