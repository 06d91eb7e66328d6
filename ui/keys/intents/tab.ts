/** What keys do in the summary and in the plan. */
import type { Effects } from "../../effects.ts";
import { viewChanged } from "./go-to.ts";
import type { Intent } from "../keymap.ts";
import { moveList } from "./list.ts";
import { openPrompt } from "../prompts.ts";
import type { AppState, Tab } from "../../state.ts";

/** @param to.layer shows a layer in Files */
export function summaryIntent(
  state: AppState,
  effects: Effects,
  intent: Intent,
  to: { tab(tab: Tab): void; layer(layer: number): void },
): void {
  const { summary } = state;
  if (moveList(summary.cursor, intent, summary.count)) return;
  const { selected: finding, layer } = summary;
  if (intent === "copy") {
    const text = finding?.where ?? (layer === null ? undefined : state.layerRows[layer]?.command);
    if (text !== undefined) effects.copy(text);
  }
  if (intent === "search") {
    state.tab = "files";
    state.focus = "files";
    // The summary covers all layers, so a search from here does too.
    state.layers.mode = "aggregated";
    state.layers.cursor.to(state.layers.count - 1, state.layers.count);
    viewChanged(state, effects);
    openPrompt(state, "search");
  }
  if (intent !== "open" && intent !== "right") return;
  if (layer !== null) to.layer(layer);
  if (finding === null) return;
  to.tab(finding.tab);
  state[finding.tab].select(finding.index);
}

export function planIntent(state: AppState, effects: Effects, intent: Intent): void {
  const { plan } = state;
  const isRunning = plan.status.kind === "running";
  if (moveList(plan.cursor, intent, plan.steps.length)) return;
  switch (intent) {
    case "toggle-step":
    case "open": {
      const turned = plan.toggle();
      if (turned !== null) effects.turnStep(turned.id, turned.enabled);
      return;
    }
    case "copy":
      if (plan.selected !== null) effects.copy(plan.selected.title);
      return;
    case "overwrite":
      if (plan.status.kind === "failed" && plan.status.exists === true) effects.runPlan(plan.status.destination!, true);
      return;
    case "plan-kind":
      if (isRunning) return;
      plan.kind = plan.kind === "optimize" ? "squash" : "optimize";
      plan.status = { kind: "none" };
      effects.loadPlan();
      return;
    case "run-plan":
      if (plan.plan !== null && !isRunning) openPrompt(state, "destination", plan.plan.destination);
      else if (plan.status.kind === "failed") effects.loadPlan();
      else state.message = { kind: "info", text: isRunning ? "it is being written" : "not yet: there is no plan" };
      return;
    default:
      return;
  }
}
