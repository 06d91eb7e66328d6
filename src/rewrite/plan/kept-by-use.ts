/** The files one step leaves alone because the image uses them, grouped by what is used. */
import { compareTexts } from "../../base/text/compare-texts.ts";
import type { FileNode } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { formatBytes, plural } from "../../terminal/format-bytes.ts";
import type { Use } from "../uses/uses.ts";
import type { PlanKept } from "./plan.ts";

export class KeptByUse {
  readonly #kept = new Map<FileNode, { why: string; files: number; bytes: number }>();
  readonly #unread: readonly string[];

  /** `unread`: what could not be searched for uses, ready to print. */
  constructor(unread: readonly string[]) {
    this.#unread = unread;
  }

  /** Notes that `node` stays because of `use`; false when there is none. */
  add(use: Use | null, node: FileNode): boolean {
    if (use === null) return false;
    let kept = this.#kept.get(use.node);
    if (kept === undefined) this.#kept.set(use.node, (kept = { why: use.why, files: 0, bytes: 0 }));
    kept.files += 1;
    kept.bytes += node.inode?.bytes ?? 0;
    return true;
  }

  /** Most bytes first. */
  get list(): PlanKept[] {
    return [...this.#kept]
      .map(([node, kept]) => ({ path: displayPath(node.path), ...kept }))
      .sort((a, b) => b.bytes - a.bytes || compareTexts(a.path, b.path));
  }

  /** Continues a step's sentence; without `unread`, "" when nothing was kept. */
  get detail(): string {
    const { list } = this;
    const unread = this.#unread.map((text) => `; ${text}`).join("");
    if (list.length === 0) return unread;
    const files = list.reduce((sum, kept) => sum + kept.files, 0);
    const bytes = list.reduce((sum, kept) => sum + kept.bytes, 0);
    return `; ${plural(files, "file")} (${formatBytes(bytes)}) ${files === 1 ? "stays, being" : "stay, being"} in use${unread}`;
  }
}
