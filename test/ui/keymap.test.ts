import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { bindings, createKeymap, displayKey } from "../../ui/keys/keymap.ts";
import { themeNames } from "../../ui/terminal/theme.ts";
import { explore } from "../../src/commands/explore/explore.ts";

const docs = readFileSync(join(import.meta.dirname, "../../docs/tui.md"), "utf8");

describe("the key table", () => {
  it("is what docs/tui.md lists, row by row", () => {
    const rows = [...docs.matchAll(/^\| (`.*?`) +\| (.*?) +\| `([\w-]+)` *\|$/gm)].map(([, keys, help, intent]) => ({
      keys,
      help,
      intent,
    }));
    expect(rows).toEqual(
      bindings.map(({ keys, help, intent }) => ({ keys: keys.map((key) => `\`${displayKey(key)}\``).join(" "), help, intent })),
    );
  });

  it("binds no key twice in one context", () => {
    const seen = bindings.flatMap(({ context, keys }) => keys.map((key) => `${context} ${key}`));
    expect(seen.filter((key, i) => seen.indexOf(key) !== i)).toEqual([]);
  });

  it.each([
    ["layers", "ctrl+a", "compare-all"],
    ["layers", "ctrl+l", "compare-layer"],
    ["files", "ctrl+a", "toggle-added-files"],
    ["files", "ctrl+r", "toggle-removed-files"],
    ["files", "ctrl+u", "toggle-unmodified-files"],
    ["files", "ctrl+b", "toggle-filetree-attributes"],
    ["files", "ctrl+p", "toggle-wrap-tree"],
    ["files", "ctrl+o", "toggle-sort-order"],
    ["files", "ctrl+e", "extract-file"],
    ["files", "ctrl+f", "filter"],
    ["files", "ctrl+slash", "filter"],
    ["files", "space", "toggle-collapse-dir"],
    ["files", "ctrl+space", "toggle-collapse-all-dir"],
    ["files", "tab", "toggle-view"],
    ["files", "escape", "cancel"],
    ["files", "pgup", "page-up"],
    ["files", "u", "page-up"],
    ["files", "d", "page-down"],
    ["files", "h", "left"],
    ["files", "l", "right"],
    ["files", "ctrl+c", "quit"],
    ["files", "ctrl+z", "suspend"],
  ] as const)("does in %s on %s what dive does", (context, key, intent) => {
    expect(createKeymap().resolve(key, [context, "list", "global"])).toBe(intent);
  });

  it("reaches everything by plain keys too: no action hangs on a control key alone", () => {
    const hidden = bindings.filter(({ keys }) => keys.every((key) => key.startsWith("ctrl+") && key !== "ctrl+z"));
    expect(hidden).toEqual([]);
  });
});

describe("keys of one's own", () => {
  it("replace the defaults, and are taken from other actions", () => {
    const keymap = createKeymap({ "filter-files": "d", quit: ["ctrl+q"] });
    expect(keymap.resolve("d", ["files", "list", "global"])).toBe("filter");
    expect(keymap.resolve("f", ["files", "list", "global"])).toBeNull();
    expect(keymap.resolve("ctrl+q", ["files", "list", "global"])).toBe("quit");
    expect(keymap.resolve("q", ["files", "list", "global"])).toBeNull();
  });

  it("never take ctrl+c away", () => {
    expect(createKeymap({ quit: "x" }).resolve("ctrl+c", ["global"])).toBe("quit");
  });

  it("are refused with their name when they make no sense", () => {
    expect(() => createKeymap({ "no-such-action": "x" })).toThrow(/no-such-action/);
    expect(() => createKeymap({ quit: "hyper+x" })).toThrow(/hyper\+x/);
  });
});

it("docs, flag and themes name the same themes", () => {
  for (const name of themeNames) expect(docs).toContain(`\`${name}\``);
  expect(explore.flags.theme.choices).toEqual([...themeNames]);
});
