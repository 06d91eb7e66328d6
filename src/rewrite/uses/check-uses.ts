/** The second half of verification: paths that the image uses resolve as before. */
import { dropRulesOf } from "../../../analyzers/leftovers/match.ts";
import { BallastError } from "../../base/errors.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import { isOverlayDevice } from "../layers/entry-state.ts";
import type { Plan } from "../plan/plan.ts";
import type { Use, Uses } from "./uses.ts";

/** At most this many uses are named in a message. */
const mostNamed = 3;

/**
 * A plan may have been edited: what it drops must belong to the category, and not be in use.
 * @throws {BallastError} verification-failed, bad-config
 */
export function refuseUsed(plan: Plan, uses: Uses, removed: ReadonlySet<FileNode>): void {
  const named = new Set(plan.steps.flatMap((step) => (step.enabled && step.kind !== "drop" ? step.paths.map(({ path }) => path) : [])));
  const dropped = new Map<string, string>();
  for (const { kind, enabled, id, paths } of plan.steps)
    if (kind === "drop" && enabled) for (const { path } of paths) dropped.set(path, id);
  // A removed folder takes everything in it.
  for (const use of [...uses.configured, ...uses.kept]) {
    for (let at: FileNode | null = use.node; at !== null; at = at.parent)
      if (removed.has(at) && !named.has(displayPath(at.path))) throw inUse(at, use);
  }
  for (const node of removed) {
    const path = displayPath(node.path);
    if (named.has(path)) continue;
    const use = uses.keptBy(node);
    if (use !== null) throw inUse(node, use);
    const id = dropped.get(path);
    if (id !== undefined && !dropRulesOf(node.path).some(({ category }) => id === `drop:${category}`))
      throw new BallastError("bad-config", `the plan's step ${id} names ${path}, which does not fall under it`, { hint });
  }
}

const hint = "take the path out of the plan; a step `remove` takes what you name, whatever uses it";

function inUse(node: FileNode, { why }: Use): BallastError {
  return new BallastError("verification-failed", `the plan drops ${displayPath(node.path)}, which the image uses: ${why}`, { hint });
}

/**
 * Number of used paths that were checked: they must resolve in the rewritten image as in the original, except those that `taken` removed on
 * request.
 * @throws {BallastError} verification-failed
 */
export function checkUses(uses: Uses, after: FileTree, taken: ReadonlySet<FileNode>): number {
  const broken: Use[] = [];
  let checked = 0;
  for (const use of uses.all()) {
    const before = resolvePath(uses.tree, use.node.path);
    if (before === null || isTaken(use.node, taken) || isTaken(before, taken) || isNoFile(uses.tree, before)) continue;
    checked += 1;
    const found = resolvePath(after, use.node.path);
    if (found === null || found.path !== before.path || found.inode?.type !== before.inode?.type) broken.push(use);
  }
  if (broken.length === 0) return checked;
  const named = broken.slice(0, mostNamed).map(({ node, why }) => `${displayPath(node.path)} (${why})`);
  const more = broken.length > mostNamed ? ` and ${broken.length - mostNamed} more` : "";
  throw new BallastError("verification-failed", `the rewritten image lacks what it uses: ${named.join(", ")}${more}`);
}

/** Overlay's device 0:0 is never shown by an engine, so it cannot be used. */
function isNoFile(tree: FileTree, { inode }: FileNode): boolean {
  return inode !== null && isOverlayDevice(tree, inode);
}

function isTaken(node: FileNode, taken: ReadonlySet<FileNode>): boolean {
  for (let at: FileNode | null = node; at !== null; at = at.parent) if (taken.has(at)) return true;
  return false;
}
