/** One whole frame: tab bar, the tab's panes, the overlay, status line. */
import type { Keymap } from "../keys/keymap.ts";
import { bodyOf, filesLayout, leastHeight, leastWidth, leftWidth, usualLeft } from "../layout.ts";
import type { AppState, Pane } from "../state.ts";
import type { Region, Surface } from "../terminal/surface.ts";
import type { Theme } from "../terminal/theme.ts";
import { wrap } from "../../src/terminal/width.ts";
import { paintStatusLine } from "./bars/status-line.ts";
import { paintTabBar } from "./bars/tab-bar.ts";
import { paintConfig } from "./config-pane.ts";
import { paintDetails } from "./files/details-pane.ts";
import { paintFiles } from "./files/files-pane.ts";
import { paintDuplicates, paintPackages, paintSecrets, paintWaste } from "./findings-pane.ts";
import { paintImage } from "./files/image-pane.ts";
import { paintLayers } from "./files/layers-pane.ts";
import { paintOverlay } from "./overlays/overlay-pane.ts";
import type { Hit, Paint, WidgetRequest } from "./paint.ts";
import { paintPlan } from "./plan-pane.ts";
import { paintSummary } from "./summary-pane.ts";

export interface Frame {
  /** What clicks mean; the last hit that contains the cell wins. */
  readonly hits: readonly Hit[];
  readonly widgets: WidgetRequest;
}

export function paintFrame(state: AppState, surface: Surface, theme: Theme, keymap: Keymap): Frame {
  const paint: Paint = { theme, keymap, hits: [], widgets: { gauge: null } };
  surface.clear(theme.text);
  const screen = surface.region();
  if (screen.width < leastWidth || screen.height < leastHeight) {
    paintTooSmall(screen, theme, keymap);
    return paint;
  }
  paintTabBar(paint, screen, state);
  if (state.overlay === null || leavesTabInSight(state)) paintTab(paint, screen, state);
  if (state.overlay !== null) {
    // A widget would be drawn over the overlay.
    paint.widgets.gauge = null;
    paintOverlay(paint, screen, state, state.overlay);
  }
  paintStatusLine(paint, screen, state);
  return paint;
}

/** True for overlays smaller than the screen, except the failure of an image about which nothing is known: there is no tab to show. */
function leavesTabInSight({ overlay, image }: AppState): boolean {
  return overlay?.kind === "chooser" || overlay?.kind === "busy" || (overlay?.kind === "failure" && image !== null);
}

/** Columns of the longest line of the message. */
const tooSmallWidth = 30;

function paintTooSmall(screen: Region, theme: Theme, keymap: Keymap): void {
  const width = Math.max(1, Math.min(screen.width, tooSmallWidth));
  // How to leave comes first, because the smallest terminals have no room for the rest.
  const text = `${keymap.keyFor("quit")} leaves. Ballast needs at least ${leastWidth} × ${leastHeight}, this terminal has ${screen.width} × ${screen.height}.`;
  const lines = wrap(text, width);
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

/** Columns of a digest, and of the names in front of values. */
const idWidth = 71;
const fieldWidth = 12;

function paintFilesTab(paint: Paint, screen: Region, state: AppState): void {
  const body = bodyOf(screen.width, screen.height);
  const part = state.leftPart ?? usualLeft;
  const inside = (leftWidth(body.width, part) ?? body.width) - 4;
  const longest = state.layerRows.reduce((most, { command }) => Math.max(most, command.length), 0);
  // Sized for the longest command, so that the panes do not move while one goes through the layers.
  const idLines = Math.ceil(idWidth / Math.max(8, inside - fieldWidth));
  const ids = state.image?.layers.some(({ digest, diffId }) => digest !== null && digest !== diffId) === true ? 2 : 1;
  // Besides these: size, number, media type, time, and the border.
  const wanted = { layers: state.layerRows.length + 3, details: Math.ceil(longest / inside) + ids * idLines + 6 };
  const layout = filesLayout(body, state.focus, wanted, part);
  // The files first, because the details pane is about the row they select.
  for (const pane of ["files", "layers", "details", "image"] as const) {
    const rect = layout[pane];
    if (rect !== undefined) panes[pane](paint, screen.sub(rect.x, rect.y, rect.width, rect.height), state);
  }
  const left = layout.files?.x ?? 0;
  if (left > 0) paint.hits.push({ rect: { ...body, x: left - 1, width: 2 }, target: { kind: "border" } });
}
