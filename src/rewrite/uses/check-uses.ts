/** The second half of the proof: what the image uses leads where it led before. */
import { BallastError } from "../../base/errors.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import { isOverlayDevice } from "../layers/entry-state.ts";
import type { Plan } from "../plan/plan.ts";
import type { Use, Uses } from "./uses.ts";

/** Uses named in a message. */
const mostNamed = 3;

/**
 * A plan may come from a person's hand: what it drops must not be in use.
 * @throws {BallastError} verification-failed
 */
export function refuseUsed(plan: Plan, uses: Uses, removed: ReadonlySet<FileNode>): void {
  const named = new Set(plan.steps.flatMap((step) => (step.enabled && step.kind !== "drop" ? step.paths.map(({ path }) => path) : [])));
  for (const node of removed) {
    const use = uses.keptBy(node);
    if (use === null || named.has(displayPath(node.path))) continue;
    throw new BallastError("verification-failed", `the plan drops ${displayPath(node.path)}, which the image uses: ${use.why}`, {
      hint: "take the path out of the plan; a step `remove` takes what you name, whatever uses it",
    });
  }
}

/**
 * Number of used paths that resolve in the rewritten image as they did in the original. What `taken` holds went on request.
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

/** Where a layer states overlay's device 0:0, no engine shows anything that could be used. */
function isNoFile(tree: FileTree, { inode }: FileNode): boolean {
  return inode !== null && isOverlayDevice(tree, inode);
}

function isTaken(node: FileNode, taken: ReadonlySet<FileNode>): boolean {
  for (let at: FileNode | null = node; at !== null; at = at.parent) if (taken.has(at)) return true;
  return false;
}
