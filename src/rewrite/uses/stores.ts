/** The folders from which a plan may remove files. */
import { dropRulesOf } from "../../../analyzers/leftovers/match.ts";
import { isSpareBytecode } from "../../../analyzers/leftovers/spare-bytecode.ts";
import type { DropRule } from "../../../analyzers/leftovers/rules.ts";
import { liveFiles } from "../../filesystem/live-files.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";

export interface Store {
  readonly rule: DropRule;
  readonly root: FileNode;
  /** A byte string without leading slash. */
  readonly path: string;
  /** What the plan may remove. */
  readonly files: FileNode[];
}

/** Categories in which a file counts as used when a text names it. */
const spokenOf: ReadonlySet<DropRule["category"]> = new Set(["caches", "stores", "temp", "vcs"]);

/** True when the store's files count as used if a text names them. */
export function heldByTexts({ rule }: Store): boolean {
  return spokenOf.has(rule.category);
}

/** Categories that a plan removes by default. */
const takenByDefault: ReadonlySet<DropRule["category"]> = new Set(["caches", "temp"]);

/** True when `node` may be removed while `by` stays: then what `by` says about it counts even if nothing uses `by`. */
export function outlives(index: StoreIndex, by: FileNode, node: FileNode): boolean {
  const { path } = by;
  const around = index.around(by).filter(({ rule }) => rule.pattern.test(path));
  if (around.some(({ rule }) => takenByDefault.has(rule.category))) return false;
  return around.length === 0 || index.around(node).some(({ rule }) => takenByDefault.has(rule.category));
}

export function findStores(tree: FileTree): Store[] {
  const stores = new Map<string, Store>();
  for (const file of liveFiles(tree)) {
    const { path } = file;
    for (const rule of dropRulesOf(path)) {
      if (rule.category === "pyc" && !isSpareBytecode(tree, file.node)) continue;
      const root = storePath(rule, path);
      const key = `${rule.category} ${root}`;
      let store = stores.get(key);
      if (store === undefined) stores.set(key, (store = { rule, root: ancestor(file.node, path, root), path: root, files: [] }));
      store.files.push(file.node);
    }
  }
  return [...stores.values()];
}

/** `root/.cache/pip` for `root/.cache/pip/http/a`: what the rule's pattern matches; for rules with `name`, the file's own directory. */
function storePath({ pattern, name }: DropRule, path: string): string {
  const found = name === undefined ? pattern.exec(path) : null;
  const end = found === null ? path.length : found.index + found[0].length;
  return path.slice(0, Math.max(0, path.lastIndexOf("/", end - 1)));
}

function ancestor(node: FileNode, path: string, root: string): FileNode {
  let found = node;
  for (let depth = path.split("/").length - (root === "" ? 0 : root.split("/").length); depth > 0; depth -= 1) found = found.parent!;
  return found;
}

/** Finds the stores around and below a node without checking each of them: an image may have thousands. */
export class StoreIndex {
  readonly #byRoot = new Map<FileNode, Store[]>();
  readonly #below = new Map<FileNode, Store[]>();

  constructor(stores: readonly Store[]) {
    for (const store of stores) {
      add(this.#byRoot, store.root, store);
      for (let at: FileNode | null = store.root; at !== null; at = at.parent) add(this.#below, at, store);
    }
  }

  /** Stores whose root is this node or above it. */
  around(node: FileNode): Store[] {
    const found: Store[] = [];
    for (let at: FileNode | null = node; at !== null; at = at.parent) found.push(...(this.#byRoot.get(at) ?? []));
    return found;
  }

  /** Stores whose root is this node or below it. */
  below(node: FileNode): readonly Store[] {
    return this.#below.get(node) ?? [];
  }
}

function add(map: Map<FileNode, Store[]>, node: FileNode, store: Store): void {
  const known = map.get(node);
  if (known === undefined) map.set(node, [store]);
  else known.push(store);
}

/** True when `node` is `root` or below it. */
export function isWithin(node: FileNode, root: FileNode): boolean {
  for (let at: FileNode | null = node; at !== null; at = at.parent) if (at === root) return true;
  return false;
}

/** What stays together when `node`, strictly below the store's root, is used: see `LeftoverRule.unit`. */
export function unitOf({ rule, root }: Store, node: FileNode): FileNode {
  if (rule.unit === undefined) return node;
  if (rule.unit === 0) return root;
  const line: FileNode[] = [];
  for (let at: FileNode = node; at !== root; at = at.parent!) line.push(at);
  return line[Math.max(0, line.length - rule.unit)]!;
}
