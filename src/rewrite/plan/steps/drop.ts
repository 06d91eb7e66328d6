/** Caches and other leftovers, one step for each category. */
import type { Analysis } from "../../../../analyzers/analysis.ts";
import { dropRulesOf } from "../../../../analyzers/leftovers/match.ts";
import { isSpareBytecode } from "../../../../analyzers/leftovers/spare-bytecode.ts";
import { liveNodes } from "../../../filesystem/live-files.ts";
import { displayPath } from "../../../filesystem/paths.ts";
import { formatBytes, plural } from "../../../terminal/format-bytes.ts";
import { EntryType } from "../../../tar/entry.ts";
import { KeptByUse } from "../kept-by-use.ts";
import { FreedBytes } from "../figures/freed-bytes.ts";
import { KeptPaths } from "./kept-paths.ts";
import { step } from "../squash.ts";
import type { DropCategory, OptimizeOptions, PlanPath, PlanStep } from "../plan.ts";

export const dropCategories: readonly DropCategory[] = [
  "caches",
  "stores",
  "temp",
  "logs",
  "docs",
  "man",
  "locales",
  "pyc",
  "vcs",
  "static",
  "maps",
  "tests",
];

/** Not needed at run time: refilled on demand, or useless once the build has ended. */
export const safeCategories: readonly DropCategory[] = ["caches", "temp"];

const titles: Readonly<Record<DropCategory, string>> = {
  caches: "drop package caches and indexes",
  stores: "drop package stores (a program may run from one)",
  temp: "drop temporary files",
  logs: "drop logs of the build",
  docs: "drop documentation (licences stay)",
  man: "drop manual pages",
  locales: "drop translations",
  pyc: "drop compiled Python whose source is there (slower first start)",
  vcs: "drop version control directories",
  static: "drop static and libtool archives",
  maps: "drop source maps (stack traces then name the built files)",
  tests: "drop tests and examples of installed packages",
};

interface Found {
  readonly paths: PlanPath[];
  readonly kept: KeptByUse;
  bytes: number;
  readonly freed: FreedBytes;
  inKept: number;
}

export function dropSteps({ tree }: Analysis, options: OptimizeOptions): PlanStep[] {
  const keep = new KeptPaths(options.keep);
  const found = new Map<DropCategory, Found>();
  for (const node of liveNodes(tree)) {
    if (node.inode.type !== EntryType.file || node.inode.bytes === 0) continue;
    const path = node.path;
    const rules = dropRulesOf(path).filter(({ category }) => category !== "pyc" || isSpareBytecode(tree, node));
    // Each file counts in one category only, preferably an enabled one.
    const rule = rules.find(({ category }) => options.drop.includes(category)) ?? rules[0];
    if (rule === undefined || keep.has(node)) continue;
    let category = found.get(rule.category);
    if (category === undefined) found.set(rule.category, (category = newFound(options)));
    if (node.inode.layer < options.keepLayers) {
      category.inKept += 1;
      continue;
    }
    if (category.kept.add(options.uses.keptBy(node), node)) continue;
    const bytes = category.freed.remove(node);
    category.bytes += bytes;
    category.paths.push({ path: displayPath(path), bytes });
  }
  return dropCategories.flatMap((category) => {
    const what = found.get(category);
    if (what === undefined || (what.paths.length + what.kept.list.length === 0 && !options.drop.includes(category))) return [];
    const kept =
      what.inKept === 0
        ? ""
        : `; ${plural(what.inKept, "file")} in kept layers ${what.inKept === 1 ? "stays" : "stay"}: hiding them would save nothing`;
    const detail = `${plural(what.paths.length, "file")}, ${formatBytes(what.bytes)}${kept}${what.kept.detail}`;
    return [
      step("drop", titles[category], detail, options.drop.includes(category), {
        id: `drop:${category}`,
        paths: what.paths,
        kept: what.kept.list,
      }),
    ];
  });
}

function newFound({ keepLayers, uses }: OptimizeOptions): Found {
  return { paths: [], kept: new KeptByUse(uses.unread), bytes: 0, freed: new FreedBytes(keepLayers), inKept: 0 };
}
