/** Which keys the last row shows: those that are useful where the person is. Keys that do nothing there are not shown. */
import { displayKey } from "../../keys/keymap.ts";
import type { Binding, Intent, Keymap } from "../../keys/keymap.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { AppState } from "../../state.ts";
import { versionsOf } from "../../viewmodel/diff.ts";

export interface Hint {
  readonly intent: Intent;
  readonly key: string;
  readonly label: string;
}

/** The most important first; the row shows as many as fit. */
export function hintsFor(state: AppState, keymap: Keymap): Hint[] {
  const contexts = state.contexts();
  // In Files, where two sides share the screen, switching sides comes before other keys; elsewhere it matters less.
  const first: readonly Intent[] = ["quit", "help", ...(state.tab === "files" ? (["toggle-view"] as const) : []), "cancel", "open"];
  const rank = ({ intent, context }: Binding): number => {
    const at = first.indexOf(intent);
    return at >= 0 && context !== "failure" ? at : first.length + contexts.indexOf(context);
  };
  return keymap.bindings
    .filter(({ context, keys }) => keys.length > 0 && contexts.includes(context))
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((binding): Hint[] => {
      const label = labelOf(state, binding);
      const key = binding.keys.find((one) => one.length === 1) ?? binding.keys[0]!;
      return label === undefined ? [] : [{ intent: binding.intent, key: displayKey(key), label }];
    });
}

/** The label for what a key does here and now; undefined if it does nothing, or nothing worth showing. */
function labelOf(state: AppState, { intent, context, label }: Binding): string | undefined {
  const { overlay, layers, plan } = state;
  switch (intent) {
    case "toggle-view":
      if (overlay !== null) return undefined;
      return state.tab === "files" && state.focus === "files" ? "Layers" : "Files";
    case "pick-image":
      return overlay !== null && context === "global" ? undefined : label;
    case "pick-platform":
      if (state.offered.length < 2 || (overlay !== null && overlay.kind !== "failure")) return undefined;
      return state.offersImages ? "Images" : label;
    case "cancel":
      return cancelLabel(state);
    case "open":
      return openLabel(state);
    case "search":
      if (overlay !== null) return overlay.kind === "viewer" ? label : undefined;
      return state.tab === "plan" ? undefined : label;
    case "toggle-hex":
      return overlay?.kind === "viewer" && overlay.model.hex ? "Text" : label;
    case "toggle-wrap":
      if (overlay?.kind === "diff") return overlay.model.isWrapped ? "Unwrap" : label;
      if (overlay?.kind !== "viewer" || overlay.model.hex) return undefined;
      return overlay.model.isWrapped ? "Unwrap" : label;
    case "diff-versions": {
      const node = overlay?.kind === "viewer" ? overlay.node : state.files.selected;
      return node !== null && versionsOf(node).length > 1 ? label : undefined;
    }
    case "compare-all":
      return layers.mode === "aggregated" ? undefined : label;
    case "compare-layer":
      return layers.mode === "layer" ? undefined : label;
    case "compare-range":
      return layers.mode === "range" ? "End range" : label;
    case "overwrite":
      return plan.status.kind === "failed" && plan.status.exists === true ? "Overwrite" : undefined;
    case "toggle-collapse-dir":
    case "toggle-collapse-all-dir":
    case "toggle-sort-order":
    case "toggle-root":
    case "extract-file":
      return overlay === null && state.files.selected === null ? undefined : label;
    case "toggle-group":
    case "group":
    case "why":
      return isEmptyList(state) ? undefined : label;
    case "toggle-step":
      return plan.plan === null || plan.status.kind === "running" ? undefined : label;
    case "plan-kind":
      return plan.status.kind === "running" ? undefined : label;
    case "run-plan":
      if (plan.plan === null) return plan.status.kind === "failed" ? "Try again" : undefined;
      return plan.status.kind === "running" ? undefined : label;
    default:
      return label;
  }
}

function isEmptyList(state: AppState): boolean {
  const { tab } = state;
  return (tab === "waste" || tab === "secrets" || tab === "duplicates" || tab === "packages") && state[tab].list.count === 0;
}

const cancelLabels = { opening: "Back", writing: "Stop", error: "Why", root: "All again" } as const;

function cancelLabel({ overlay, image, retractable }: AppState): string | undefined {
  const isFailure = overlay?.kind === "failure";
  if (overlay !== null && !isFailure) return "Close";
  // If nothing is known about the image, closing its failure can only lead to the previous image.
  if (isFailure && retractable !== "opening") return image === null ? undefined : "Close";
  if (retractable === null) return undefined;
  return retractable in cancelLabels ? cancelLabels[retractable as keyof typeof cancelLabels] : `Clear ${retractable}`;
}

function openLabel(state: AppState): string | undefined {
  if (state.overlay !== null) return state.overlay.kind === "chooser" || state.overlay.kind === "offered" ? "Choose" : undefined;
  switch (state.tab) {
    case "summary":
      return state.summary.selected === null && state.summary.layer === null ? undefined : "Open";
    case "files": {
      // A directory is opened by the key that folds it, which is shown anyway.
      const node = state.focus === "files" ? state.files.selected : null;
      return node !== null && state.files.inode(node)?.type === EntryType.file ? "View" : undefined;
    }
    case "waste":
    case "secrets":
    case "duplicates":
    case "packages": {
      const row = state[state.tab].list.selected;
      // The row of a group folds it, except that a group of a single wasted file is that file's row.
      return row === null || (row.item === null && (state.tab !== "waste" || row.group.size > 1)) ? undefined : "Show";
    }
    default:
      return undefined;
  }
}
