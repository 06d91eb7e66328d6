/** The last row: a prompt, a message, or else the keys that work here and what is being read. */
import { textWidth, truncate, wrap } from "../../../src/terminal/width.ts";
import { layerThatHas } from "../../keys/intents/go-to.ts";
import type { AppState, Message, Prompt } from "../../state.ts";
import type { Attr } from "../../terminal/attr.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import { describeActivity } from "../../viewmodel/activity.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import type { Paint } from "../paint.ts";
import { hintsFor } from "./hints.ts";

export function paintStatusLine(paint: Paint, screen: Region, state: AppState): void {
  if (state.prompt !== null) paintPrompt(paint, screen, state.prompt, patternHint(state));
  else if (state.message !== null) paintMessage(paint, screen, state.message);
  else paintHints(paint, screen, state);
}

function paintHints(paint: Paint, screen: Region, state: AppState): void {
  const { theme, keymap } = paint;
  const y = screen.height - 1;
  const [activity, attr] = nowSpan(paint, state);
  const right = screen.width - textWidth(activity) - 1;
  paint.hits.push({ rect: { x: 0, y, width: right, height: 1 }, target: { kind: "intent", intent: "help" } });
  let x = 1;
  for (const { key, label, intent } of hintsFor(state, keymap)) {
    const width = textWidth(key) + 1 + textWidth(label);
    if (x + width + 2 > right) break;
    screen.spans(x, y, [
      [key, theme.key],
      [` ${label}`, theme.tab],
    ]);
    paint.hits.push({ rect: { x, y, width, height: 1 }, target: { kind: "intent", intent } });
    x += width + 2;
  }
  if (activity !== "") screen.text(right, y, activity, attr);
}

/** What is going on, or that reading ended too early. */
function nowSpan({ theme }: Paint, state: AppState): Span {
  if (state.error !== null && state.image !== null && state.overlay?.kind !== "failure") return ["not read whole", theme.bad];
  if (state.isFiltering) return ["filtering …", theme.badge];
  return [state.activity === null ? "" : describeActivity(state.activity), theme.badge];
}

/** The most rows that a message may take. */
const longestMessage = 6;

/** A message that does not fit the last row also takes the rows above: half an error message is useless. */
function paintMessage(paint: Paint, screen: Region, { kind, text }: Message): void {
  const { theme } = paint;
  const attr = kind === "error" ? theme.bad : kind === "good" ? theme.good : theme.text;
  paintAbove(paint, screen, screen.height, safe(text), attr);
}

/** Paints a text whose last line is just above row `bottom`. */
function paintAbove({ theme, widgets }: Paint, screen: Region, bottom: number, text: string, attr: Attr): void {
  const all = wrap(text, screen.width - 2, longestMessage + 1);
  const lines = all.slice(0, longestMessage);
  if (all.length > longestMessage) lines[longestMessage - 1] = truncate(`${lines[longestMessage - 1]} …`, screen.width - 2);
  const top = bottom - lines.length;
  lines.forEach((line, i) => screen.line(top + i, [[` ${line}`, attr]], theme.text));
  if (widgets.gauge !== null && widgets.gauge.rect.y >= top) widgets.gauge = null;
}

/** Names without their directory, as a shell lists them; the prompt shows the directory. */
function candidatesOf({ candidates }: Prompt): string {
  return candidates.map((name) => safe(name.slice(name.lastIndexOf("/", name.length - 2) + 1))).join("  ");
}

/** Columns for the typed text; only with at least this much room are the keys that end a prompt shown. */
const leastTyped = 24;

/** In dive a filter is always a regular expression, so a text that looks like one and has no match gets a hint. */
function patternHint(state: AppState): string | null {
  const { prompt, files } = state;
  if (prompt?.kind === "search") return searchHint(state);
  if (prompt?.mode !== "substring" || files.filter?.text !== prompt.editor.text || files.filter.matches.nodes.size > 0) return null;
  return /[*?[\](){}|^$\\+]/.test(prompt.editor.text) ? "no match: tab takes it as a pattern" : "no match";
}

/** Where there is a match if this view has none. */
function searchHint({ prompt, search, tab, overlay }: AppState): string | null {
  if (tab !== "files" || overlay !== null || search.isRunning || search.query !== prompt?.editor.text) return null;
  if (search.query === "" || search.found.length > 0) return null;
  return search.other === null ? "no match" : `enter goes to layer ${layerThatHas(search.other)}`;
}

function paintPrompt(paint: Paint, screen: Region, prompt: Prompt, hint: string | null): void {
  const { theme } = paint;
  const { label, mode, editor, error, kind } = prompt;
  const y = screen.height - 1;
  if (prompt.candidates.length > 0) paintAbove(paint, screen, y, candidatesOf(prompt), theme.link);
  let x = screen.text(1, y, mode === null ? `${label}: ` : `${label} [${mode}, tab changes]: `, theme.key);
  const chars = Array.from(editor.text);
  const keys = `enter ${kind === "filter" || kind === "search" ? "keeps it" : "accepts"}  esc ${kind === "filter" || kind === "search" ? "clears it" : "cancels"}`;
  const beside = error ?? hint ?? (screen.width - x - keys.length - 3 >= Math.max(leastTyped, chars.length + 1) ? keys : "");
  const room = Math.max(8, screen.width - x - (beside === "" ? 2 : Math.min(40, beside.length) + 4));
  // A text that does not fit is scrolled to the cursor.
  const from = Math.max(0, editor.position - room + 1);
  const before = safe(chars.slice(from, editor.position).join(""));
  x = screen.text(x, y, before, theme.prompt);
  screen.surface.cursor = { x: Math.min(x, screen.width - 1), y };
  x = screen.text(x, y, `${safe(chars.slice(editor.position, from + room).join(""))}  `, theme.prompt);
  if (error !== null) screen.text(x, y, truncate(error, screen.width - x - 1), theme.bad);
  else if (hint !== null) screen.text(x, y, truncate(hint, screen.width - x - 1), theme.warning);
  else if (beside !== "") screen.text(screen.width - beside.length - 1, y, beside, theme.dim);
}
