/** The plan: steps to switch on or off, the predicted result, and details of the step under the cursor. */
import type { Sizes } from "../../src/rewrite/plan/plan.ts";
import { formatBytes, formatPercent } from "../../src/terminal/format-bytes.ts";
import { bodyOf, listLayout } from "../layout.ts";
import type { ShownStep } from "../session.ts";
import type { AppState } from "../state.ts";
import { pad } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import { blank, field, paragraph, safe } from "../viewmodel/documents/document.ts";
import type { Line } from "../viewmodel/documents/document.ts";
import { cursorWash, horizontalBar, onCursor, paintAbout, pane, paintLines, scrollbar, windowRows } from "./paint.ts";
import type { Paint } from "./paint.ts";

/** The steps and their result need more room than the details of one step. */
const detailsBelow = 0.35;

export function paintPlan(paint: Paint, screen: Region, state: AppState): void {
  const { theme } = paint;
  const { plan } = state;
  const layout = listLayout(bodyOf(screen.width, screen.height), detailsBelow);
  const frame = screen.sub(layout.list.x, layout.list.y, layout.list.width, layout.list.height);
  const other = plan.kind === "optimize" ? "squash" : "optimize";
  const change: Span = [`${paint.keymap.keyFor("plan-kind")} ${other} instead`, theme.dim];
  const inside = pane(paint, frame, [[`Plan: ${plan.kind}`]], state.overlay === null, plan.status.kind === "running" ? [] : [change]);
  const figures = resultLines(paint, state, inside.width);
  const listHeight = Math.max(3, inside.height - figures.length - 1);
  const rows = inside.sub(0, 0, inside.width, listHeight);
  plan.cursor.fit(rows.height, plan.steps.length);
  for (let y = 0; y < rows.height; y += 1) {
    const index = plan.cursor.scroll + y;
    const step = plan.steps[index];
    const wash = cursorWash(theme, index === plan.cursor.index && step !== undefined, state.overlay === null);
    rows.line(
      y,
      step === undefined
        ? []
        : stepRow(paint, step, rows.width).map(([text, attr]): Span => [text, onCursor(theme, attr ?? theme.text, wash)]),
      theme.text,
      wash,
    );
  }
  if (plan.steps.length === 0) rows.text(2, 1, emptyText(state), theme.dim);
  const below = inside.sub(0, listHeight, inside.width, inside.height - listHeight);
  if (plan.plan !== null) below.line(0, [["─".repeat(below.width), theme.border]], theme.text);
  paintLines(paint, below.sub(0, 1, below.width, below.height - 1), figures, 0);
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "tab" } });
  paint.hits.push({
    rect: rows.rect,
    target: { kind: "rows", list: "tab", rows: windowRows(plan.cursor.scroll, rows.height, plan.steps.length) },
  });
  scrollbar(paint, frame, plan.cursor, plan.steps.length);
  const { x, y, width, height } = layout.details;
  paintAbout(paint, screen.sub(x, y, width, height), state, plan.cursor.index, (room) => plan.details(room));
}

function emptyText(state: AppState): string {
  if (state.plan.status.kind === "failed") return "no plan could be made";
  if (state.error !== null) return "the image could not be read";
  return !state.isFinal ? "the plan needs the whole image; still reading …" : "planning …";
}

function stepRow(paint: Paint, step: ShownStep, width: number): Span[] {
  const { theme } = paint;
  const saving = step.saving.uncompressed;
  const sign = saving > 0 ? "−" : saving < 0 ? "+" : " ";
  const saved = saving === 0 ? "" : `${sign}${formatBytes(Math.abs(saving))}`;
  const room = Math.max(20, width - 24);
  return [
    [` ${step.enabled ? "[x]" : "[ ]"} `, step.enabled ? theme.good : theme.dim],
    [pad(step.title, room), step.enabled ? theme.text : theme.dim],
    [pad(saved, 11, "left"), step.enabled ? theme.good : theme.dim],
    [step.saving.exactness === "estimate" && saving !== 0 ? " est." : "", theme.dim],
  ];
}

function resultLines(paint: Paint, state: AppState, width: number): Line[] {
  const { status, prediction } = state.plan;
  switch (status.kind) {
    case "running": {
      const bar = status.ratio === null ? "" : `${horizontalBar(status.ratio, 30)} ${formatPercent(status.ratio)}`;
      return [
        [
          ["writing ", "dim"],
          [safe(status.destination), "strong"],
        ],
        [[safe(status.what)]],
        [[bar, "bar"]],
        [["esc stops it; nothing is left behind", "dim"]],
      ];
    }
    case "done": {
      const { before, after, destination, verified, warnings } = status.result;
      return [
        [
          ["✔ ", "good"],
          [`written to ${safe(destination)}`, "strong"],
        ],
        ...comparison(
          { layers: before.layers, uncompressed: before.bytes, compressed: before.compressedBytes, afterSharing: null },
          { layers: after.layers, uncompressed: after.bytes, compressed: after.compressedBytes, afterSharing: null },
          "exact",
          width,
        ),
        ...verified.flatMap((line) => paragraph(`✔ ${safe(line)}`, width, "good")),
        ...warnings.flatMap((line) => paragraph(`! ${safe(line)}`, width, "warning")),
      ];
    }
    case "failed":
      return [
        ...paragraph(`✘ ${safe(status.message)}`, width, "bad"),
        ...(status.exists === true ? [overwriteOffer(paint)] : field("hint", safe(status.hint), width)),
        blank,
        ...(prediction === null ? [] : comparison(prediction.before, prediction.after, prediction.exactness, width)),
      ];
    case "none":
    case "planning":
      return [];
    case "ready":
      return prediction === null ? [] : comparison(prediction.before, prediction.after, prediction.exactness, width);
  }
}

/** Keys for when the destination exists. The error's own hint names a flag, which cannot be typed here. */
function overwriteOffer({ keymap }: Paint): Line {
  return [
    [keymap.keyFor("overwrite", "plan"), "key"],
    [" overwrites it, ", "dim"],
    [keymap.keyFor("run-plan", "plan"), "key"],
    [" asks for another name", "dim"],
  ];
}

function comparison(before: Sizes, after: Sizes, exactness: "exact" | "estimate", width: number): Line[] {
  const least = Math.max(1, before.uncompressed);
  const bar = Math.max(8, Math.min(40, width - 54));
  const row = (name: string, sizes: Sizes, role: "barWaste" | "good"): Line => [
    [` ${pad(name, 7)}`, "dim"],
    [horizontalBar(sizes.uncompressed / least, bar), role],
    [pad(formatBytes(sizes.uncompressed), 10, "left"), "number"],
    [`  ${pad(`${sizes.layers} ${sizes.layers === 1 ? "layer" : "layers"}`, 9, "left")}`],
    [sizes.compressed === null ? "" : `  ${formatBytes(sizes.compressed)} compressed`, "dim"],
  ];
  const saved = before.uncompressed - after.uncompressed;
  return [
    row("before", before, "barWaste"),
    row("after", after, "good"),
    [
      [` ${pad(saved < 0 ? "added" : "saved", 7)}`, "dim"],
      [
        saved === 0
          ? "nothing: these steps take no byte away"
          : `${formatBytes(Math.abs(saved))} (${formatPercent(Math.abs(saved) / least)})`,
        saved > 0 ? "good" : saved < 0 ? "warning" : "text",
      ],
      [exactness === "exact" ? "" : "  estimated", "dim"],
      [
        before.compressed !== null && after.compressed !== null
          ? `, about ${formatBytes(Math.abs(before.compressed - after.compressed))} ${after.compressed > before.compressed ? "more" : "less"} compressed`
          : "",
        "dim",
      ],
    ],
  ];
}
