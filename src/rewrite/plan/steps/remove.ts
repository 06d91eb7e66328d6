/** `--remove GLOB`: removes the paths a person names. */
import type { Analysis } from "../../../../analyzers/analysis.ts";
import { liveNodes } from "../../../filesystem/live-files.ts";
import { BallastError } from "../../../base/errors.ts";
import type { FileNode } from "../../../filesystem/file-tree.ts";
import { displayPath } from "../../../filesystem/paths.ts";
import { formatBytes, plural } from "../../../terminal/format-bytes.ts";
import { FreedBytes } from "../figures/freed-bytes.ts";
import { parseGlob } from "../../../base/text/glob.ts";
import type { Glob } from "../../../base/text/glob.ts";
import type { OptimizeOptions } from "../plan.ts";
import type { Uses } from "../../uses/uses.ts";
import { step } from "../squash.ts";
import type { PlanPath, PlanStep } from "../plan.ts";

/** @throws {BallastError} bad-argument when nothing would be left */
export function removeStep({ tree }: Analysis, options: OptimizeOptions, warnings: string[]): PlanStep[] {
  for (const text of options.keep) {
    const glob = parseGlob(text);
    if (![...liveNodes(tree)].some((node) => glob.matches(node.path))) warnings.push(`--keep ${text} matches no path`);
  }
  if (options.remove.length === 0) return [];
  const removal = new Removal(options);
  removal.visit(tree.root, "", false);
  for (const glob of removal.globs) if (!removal.used.has(glob)) warnings.push(`--remove ${glob.text} matches no path`);
  if (removal.files > 0 && removal.left === 0) {
    throw new BallastError("bad-argument", `--remove ${options.remove.join(" ")} would remove everything`, {
      hint: "an image without a file cannot run; narrow the glob",
    });
  }
  warnings.push(...usedWarnings(removal.nodes, options.uses));
  const bytes = removal.paths.reduce((sum, path) => sum + path.bytes, 0);
  const inKept = removal.inKept === 0 ? "" : `; ${plural(removal.inKept, "path")} in kept layers only get hidden, which saves nothing`;
  if (removal.inKept > 0)
    warnings.push(
      `--remove hides ${plural(removal.inKept, "path")} of kept layers: the bytes stay in the image; merge them with --all to save them`,
    );
  return [
    step("remove", "remove the paths you named", `${plural(removal.files, "path")}, ${formatBytes(bytes)}${inKept}`, true, {
      paths: removal.paths,
    }),
  ];
}

/** At most this many uses are listed. */
const mostWarnings = 5;

/** Paths that a person names are removed even if the image uses them, but with a warning. */
function usedWarnings(removed: ReadonlySet<FileNode>, uses: Uses): string[] {
  const used = uses.configured.filter(({ node }) => {
    for (let at: FileNode | null = node; at !== null; at = at.parent) if (removed.has(at)) return true;
    return false;
  });
  return used.slice(0, mostWarnings).map(({ node, why }) => `--remove takes ${displayPath(node.path)}, which the image uses: ${why}`);
}

class Removal {
  readonly globs: readonly Glob[];
  readonly used = new Set<Glob>();
  readonly paths: PlanPath[] = [];
  readonly nodes = new Set<FileNode>();
  files = 0;
  left = 0;
  inKept = 0;
  readonly #keep: readonly Glob[];
  readonly #keptLayers: number;
  readonly #freed: FreedBytes;

  constructor({ remove, keep, keepLayers }: OptimizeOptions) {
    this.globs = remove.map(parseGlob);
    this.#keep = keep.map(parseGlob);
    this.#keptLayers = keepLayers;
    this.#freed = new FreedBytes(keepLayers);
  }

  /** `inside`: a directory above is removed but something below it may be kept. */
  visit(directory: FileNode, prefix: string, inside: boolean): void {
    for (const node of directory.children?.values() ?? []) {
      if (node.inode === null) continue;
      const path = prefix + node.name;
      const fitting = this.globs.filter((glob) => glob.matches(path));
      for (const glob of fitting) this.used.add(glob);
      const removed = (inside || fitting.length > 0) && !this.#isKept(path);
      if (!removed) {
        if (this.#isKept(path)) this.#countLeft(node);
        else {
          this.left += 1;
          this.visit(node, `${path}/`, false);
        }
      } else if (this.#keepsSomethingBelow(node, path)) {
        this.left += 1;
        this.visit(node, `${path}/`, true);
      } else this.#remove(node, path);
    }
  }

  #isKept(path: string): boolean {
    return this.#keep.some((glob) => glob.matches(path));
  }

  #keepsSomethingBelow(node: FileNode, path: string): boolean {
    for (const child of node.children?.values() ?? []) {
      if (child.inode !== null && (this.#isKept(`${path}/${child.name}`) || this.#keepsSomethingBelow(child, `${path}/${child.name}`)))
        return true;
    }
    return false;
  }

  #countLeft(node: FileNode): void {
    this.left += 1;
    for (const child of node.children?.values() ?? []) if (child.inode !== null) this.#countLeft(child);
  }

  #remove(node: FileNode, path: string): void {
    this.nodes.add(node);
    this.paths.push({ path: displayPath(path), bytes: this.#freedBelow(node) });
  }

  #freedBelow(node: FileNode): number {
    this.files += 1;
    // Also if a layer above has the path again: the kept layer's copy stays below the whiteout.
    if (this.#keptLayers > 0 && node.at(this.#keptLayers - 1) !== null) this.inKept += 1;
    let bytes = this.#freed.remove(node);
    for (const child of node.children?.values() ?? []) if (child.inode !== null) bytes += this.#freedBelow(child);
    return bytes;
  }
}
