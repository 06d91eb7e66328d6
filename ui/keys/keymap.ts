/**
 * All keys in one table: what they do, where they apply, and their help. Bindings, help, docs and the configuration file all use it. The
 * defaults are dive's. Each also has a plain letter, because terminals and multiplexers swallow control keys.
 */
import { BallastError } from "../../src/base/errors.ts";

/** Where a key applies. The first active context that binds a key gets it. */
export type Context =
  | "summary"
  | "files"
  | "layers"
  | "waste"
  | "secrets"
  | "duplicates"
  | "plan"
  | "packages"
  | "config"
  | "viewer"
  | "diff"
  | "failure"
  | "picker"
  | "list"
  | "global";

interface BindingShape {
  readonly intent: string;
  readonly context: Context;
  readonly keys: readonly string[];
  readonly help: string;
  /** Short label for the status line, unless `hints.ts` has a better one; absent if the key is not shown there. */
  readonly label?: string;
}

export const bindings = [
  { intent: "quit", context: "global", keys: ["q", "ctrl+c"], help: "leave at once", label: "Quit" },
  { intent: "help", context: "global", keys: ["?", "f1"], help: "show or hide all keys", label: "Help" },
  { intent: "suspend", context: "global", keys: ["ctrl+z"], help: "suspend to the shell; `fg` comes back" },
  { intent: "cancel", context: "global", keys: ["escape"], help: "close what is open; clear the filter, the search or the range" },
  { intent: "toggle-view", context: "global", keys: ["tab"], help: "switch between the layers and the files" },
  { intent: "previous-pane", context: "global", keys: ["shift+tab"], help: "to the pane before" },
  { intent: "tab-summary", context: "global", keys: ["0"], help: "Summary" },
  { intent: "tab-files", context: "global", keys: ["1"], help: "Files" },
  { intent: "tab-waste", context: "global", keys: ["2"], help: "Waste" },
  { intent: "tab-secrets", context: "global", keys: ["3"], help: "Secrets" },
  { intent: "tab-duplicates", context: "global", keys: ["4"], help: "Duplicates and caches" },
  { intent: "tab-plan", context: "global", keys: ["5"], help: "Plan: make the image smaller" },
  { intent: "tab-config", context: "global", keys: ["6"], help: "Config and history" },
  { intent: "tab-packages", context: "global", keys: ["7"], help: "Packages: what every byte is for" },
  { intent: "next-tab", context: "global", keys: ["]", "alt+right"], help: "next tab" },
  { intent: "previous-tab", context: "global", keys: ["[", "alt+left"], help: "previous tab" },
  { intent: "largest-waste", context: "global", keys: ["W"], help: "jump to the largest waste" },
  { intent: "pick-image", context: "global", keys: ["i"], help: "open another image", label: "Image" },
  {
    intent: "pick-platform",
    context: "global",
    keys: ["p"],
    help: "open another platform of the image, or another image of the same archive or layout",
    label: "Platform",
  },
  { intent: "left-narrower", context: "global", keys: ["{"], help: "make the left column of Files narrower" },
  { intent: "left-wider", context: "global", keys: ["}"], help: "make it wider; remembered for this size of terminal" },
  { intent: "next-theme", context: "global", keys: ["T"], help: "next colour theme" },

  { intent: "up", context: "list", keys: ["up", "k"], help: "one row up" },
  { intent: "down", context: "list", keys: ["down", "j"], help: "one row down" },
  {
    intent: "left",
    context: "list",
    keys: ["left", "h"],
    help: "close the directory or go to its parent; in the left panes the pane before",
  },
  { intent: "right", context: "list", keys: ["right", "l"], help: "open the directory and step in; in the left panes the next pane" },
  { intent: "page-up", context: "list", keys: ["pgup", "u"], help: "one page up" },
  { intent: "page-down", context: "list", keys: ["pgdn", "d"], help: "one page down" },
  { intent: "top", context: "list", keys: ["home", "g"], help: "first row" },
  { intent: "bottom", context: "list", keys: ["end", "G"], help: "last row" },
  { intent: "open", context: "list", keys: ["enter"], help: "open: the file in the viewer, the directory, the place a finding is about" },
  { intent: "search", context: "list", keys: ["/"], help: "search while typing, over the whole path or text", label: "Search" },
  { intent: "search-next", context: "list", keys: ["n"], help: "next match" },
  { intent: "search-previous", context: "list", keys: ["N"], help: "previous match" },
  { intent: "details-down", context: "list", keys: ["J", "shift+down"], help: "scroll the details down" },
  { intent: "details-up", context: "list", keys: ["K", "shift+up"], help: "scroll the details up" },
  { intent: "copy", context: "list", keys: ["y"], help: "copy the path to the clipboard (OSC 52)" },

  {
    intent: "compare-all",
    context: "layers",
    keys: ["ctrl+a", "a"],
    help: "show the changes of all layers up to this one",
    label: "All changes",
  },
  {
    intent: "compare-layer",
    context: "layers",
    keys: ["ctrl+l", "s"],
    help: "show the changes of this layer alone",
    label: "Layer changes",
  },
  { intent: "compare-range", context: "layers", keys: ["v", "r"], help: "start a range of layers here, or end it", label: "Range" },

  {
    intent: "filter",
    context: "files",
    keys: ["ctrl+f", "ctrl+slash", "f"],
    help: "show only paths that match a substring, glob or regular expression",
    label: "Filter",
  },
  { intent: "toggle-collapse-dir", context: "files", keys: ["space"], help: "open or close the directory", label: "Fold" },
  {
    intent: "toggle-collapse-all-dir",
    context: "files",
    keys: ["ctrl+space", "z"],
    help: "open or close all directories",
    label: "Fold all",
  },
  { intent: "toggle-added-files", context: "files", keys: ["ctrl+a", "a", "+"], help: "show or hide added files" },
  { intent: "toggle-removed-files", context: "files", keys: ["ctrl+r", "r", "-"], help: "show or hide removed files" },
  { intent: "toggle-modified-files", context: "files", keys: ["m", "~"], help: "show or hide modified files" },
  { intent: "toggle-metadata-files", context: "files", keys: ["t", "="], help: "show or hide files of which only metadata changed" },
  { intent: "toggle-unmodified-files", context: "files", keys: ["ctrl+u", "."], help: "show or hide unmodified files" },
  { intent: "only-changed", context: "files", keys: ["c"], help: "only what this view changed, or everything", label: "Changed" },
  { intent: "least-size", context: "files", keys: [">"], help: "only files above a size" },
  { intent: "toggle-filetree-attributes", context: "files", keys: ["ctrl+b", "b"], help: "show or hide permission, owner and size" },
  { intent: "toggle-wrap-tree", context: "files", keys: ["ctrl+p", "w"], help: "wrap long names, or cut them" },
  { intent: "toggle-sort-order", context: "files", keys: ["ctrl+o", "o"], help: "sort by size or by name", label: "Sort" },
  { intent: "extract-file", context: "files", keys: ["ctrl+e", "e"], help: "write the file or the directory to disk", label: "Extract" },
  {
    intent: "toggle-root",
    context: "files",
    keys: ["R"],
    help: "show this directory as if it were the whole image, or all again",
    label: "Root here",
  },
  { intent: "view-file", context: "files", keys: ["v"], help: "view the file" },
  { intent: "diff-versions", context: "files", keys: ["D"], help: "compare two versions of the path", label: "Diff" },
  { intent: "jump-to-layer", context: "files", keys: ["L"], help: "go to the layer that last changed the path" },

  { intent: "group", context: "waste", keys: ["o", "ctrl+o"], help: "order by size, cause, directory or layer", label: "Order" },
  { intent: "toggle-group", context: "waste", keys: ["space"], help: "open or close the group", label: "Fold" },
  { intent: "toggle-group", context: "secrets", keys: ["space"], help: "open or close the group", label: "Fold" },
  { intent: "toggle-group", context: "duplicates", keys: ["space"], help: "open or close the group", label: "Fold" },

  { intent: "toggle-group", context: "packages", keys: ["space"], help: "show or hide its files", label: "Files" },
  { intent: "why", context: "packages", keys: ["w"], help: "why it is there: to the package that asks for it", label: "Why" },

  {
    intent: "toggle-step",
    context: "plan",
    keys: ["space"],
    help: "switch the step on or off, or choose the next value",
    label: "Switch step",
  },
  { intent: "plan-kind", context: "plan", keys: ["c"], help: "optimize, or squash", label: "Optimize/Squash" },
  { intent: "overwrite", context: "plan", keys: ["o"], help: "write over what is there, when it exists already", label: "Overwrite" },
  {
    intent: "run-plan",
    context: "plan",
    keys: ["r", "R"],
    help: "write the new image and prove that it holds the same files",
    label: "Run",
  },

  { intent: "page-up", context: "viewer", keys: ["b", "ctrl+u"], help: "one page up, as a pager does" },
  { intent: "page-down", context: "viewer", keys: ["space", "ctrl+d"], help: "one page down" },
  { intent: "toggle-hex", context: "viewer", keys: ["x"], help: "show bytes instead of text, or text again", label: "Hex" },
  { intent: "toggle-wrap", context: "viewer", keys: ["w", "ctrl+p"], help: "wrap long lines, or cut them", label: "Wrap" },
  { intent: "diff-versions", context: "viewer", keys: ["D"], help: "compare two versions of the file", label: "Diff" },
  { intent: "extract-file", context: "viewer", keys: ["e", "ctrl+e"], help: "write the file to disk", label: "Extract" },
  { intent: "toggle-wrap", context: "diff", keys: ["w", "ctrl+p"], help: "wrap long lines, or cut them", label: "Wrap" },
  { intent: "other-versions", context: "diff", keys: ["v", "space"], help: "choose other versions", label: "Versions" },
  { intent: "retry", context: "failure", keys: ["r"], help: "try again", label: "Try again" },
  { intent: "pick-image", context: "failure", keys: ["enter"], help: "choose another image", label: "Another image" },
] as const satisfies readonly BindingShape[];

export type Intent = (typeof bindings)[number]["intent"];

export interface Binding extends BindingShape {
  readonly intent: Intent;
}

export class Keymap {
  readonly bindings: readonly Binding[];
  readonly #byContext = new Map<Context, Map<string, Intent>>();

  constructor(table: readonly Binding[]) {
    this.bindings = table;
    for (const { context, keys, intent } of table) {
      let map = this.#byContext.get(context);
      if (map === undefined) this.#byContext.set(context, (map = new Map()));
      for (const key of keys) if (!map.has(key)) map.set(key, intent);
    }
  }

  /** The intent of a key in these contexts; the first one that binds it wins. */
  resolve(key: string, contexts: readonly Context[]): Intent | null {
    for (const context of contexts) {
      const intent = this.#byContext.get(context)?.get(key);
      if (intent !== undefined) return intent;
    }
    return null;
  }

  /** The key to show for an intent: a single character if it has one. */
  keyFor(intent: Intent, context?: Context): string {
    const binding = this.bindings.find((one) => one.intent === intent && (context === undefined || one.context === context));
    const keys = binding?.keys ?? [];
    return displayKey(keys.find((key) => key.length === 1) ?? keys[0] ?? "");
  }
}

/**
 * The table with a person's changes: `keys: { quit: [ctrl+q], filter-files: f }` in `.ballast.yaml` replaces the keys of an intent wherever
 * it is bound. dive's names are accepted too.
 * @throws {BallastError} bad-config for an unknown intent or a key that no terminal sends
 */
export function createKeymap(changes: Readonly<Record<string, string | readonly string[]>> = {}): Keymap {
  const replaced = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(changes)) {
    const intent = diveNames[name] ?? name;
    if (!bindings.some((binding) => binding.intent === intent)) {
      throw new BallastError("bad-config", `keys: there is no action "${name}"`, { hint: "docs/tui.md lists the actions" });
    }
    const keys = (typeof value === "string" ? value.split(/\s*,\s*/) : value).map(normalizeKey);
    replaced.set(intent, keys);
  }
  const table = bindings.map((binding): Binding => ({ ...binding, keys: replaced.get(binding.intent) ?? binding.keys }));
  // A key given to an intent is removed from those left at their defaults. Otherwise the order of the table would decide silently.
  const given = new Set([...replaced.values()].flat());
  const cleaned = table.map((binding) =>
    replaced.has(binding.intent) ? binding : { ...binding, keys: binding.keys.filter((key) => !given.has(key)) },
  );
  if (!cleaned.some((binding) => binding.intent === "quit" && binding.keys.includes("ctrl+c"))) {
    return new Keymap(cleaned.map((binding) => (binding.intent === "quit" ? { ...binding, keys: [...binding.keys, "ctrl+c"] } : binding)));
  }
  return new Keymap(cleaned);
}

/** The names in dive's `keybinding:` section that differ from ours. */
const diveNames: Readonly<Record<string, string>> = {
  "filter-files": "filter",
  "close-filter-files": "cancel",
};

const named = new Set(
  "up down left right home end pgup pgdn enter tab space escape backspace delete insert f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 slash".split(
    " ",
  ),
);
const synonyms: Readonly<Record<string, string>> = {
  esc: "escape",
  return: "enter",
  pageup: "pgup",
  pagedown: "pgdn",
  "page-up": "pgup",
  "page-down": "pgdn",
  " ": "space",
};

function normalizeKey(text: string): string {
  const parts = text.trim() === "+" ? ["+"] : text.trim().split("+");
  const last = parts.pop() ?? "";
  const name = last === "" ? "+" : (synonyms[last.toLowerCase()] ?? (last.length === 1 ? last : last.toLowerCase()));
  const modifiers = parts.map((part) => part.toLowerCase()).filter((part) => part !== "");
  const isKey = named.has(name) || Array.from(name).length === 1;
  if (!isKey || modifiers.some((part) => part !== "ctrl" && part !== "alt" && part !== "shift")) {
    throw new BallastError("bad-config", `keys: "${text}" is not a key`, {
      hint: "write keys as `ctrl+f`, `pgdn`, `space` or a single character",
    });
  }
  const order = ["ctrl", "alt", "shift"].filter((part) => modifiers.includes(part));
  return [...order, order.includes("ctrl") && name === "/" ? "slash" : name].join("+");
}

const pretty: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  escape: "esc",
  "ctrl+slash": "ctrl+/",
};

/** A key as help and docs print it. */
export function displayKey(key: string): string {
  return pretty[key] ?? key.replace(/\+(up|down|left|right)$/, (_, arrow: string) => `+${pretty[arrow]!}`);
}
