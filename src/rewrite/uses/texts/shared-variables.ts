/**
 * Variables that one file sets to the folder of temporary files and another reads: `BASE=/tmp` in /etc/default/app, `$BASE/run` in the
 * start script, `from conf import BASE`. Files are read in any order, so references are kept until all have been read.
 */
import type { FileNode } from "../../../filesystem/file-tree.ts";
import { unitOf } from "../stores.ts";
import type { Store } from "../stores.ts";

export interface Reference {
  readonly by: FileNode;
  readonly node: FileNode;
  readonly name: string;
}

/** A name before a value: `BASE=`, `"base": `, `base := `, `define('BASE', `, `set base `. */
const assigned = /([A-Za-z_]\w{1,60})["']?\s*(?:=|:=?|=>|,|\s)\s*(?:[A-Za-z_.]{1,20}\()?["']?$/;
/** A name followed by a path: `$BASE/app/run`, `${BASE}/app`, `join(BASE, "app", "run")`, `BASE . '/app'`. */
const goesOn =
  /(?<!\w)([A-Za-z_]\w{1,60})["'\])}]{0,3}\s{0,3}[,/+.]{1,2}\s{0,3}["'`]?\/?([\w@~%-][\w.@+~%-]{0,254}(?:(?:\/|["'`]\s?[,/+]\s?["'`]\/?)[\w.@+~%-]{1,255}){0,20})/g;

export class SharedVariables {
  readonly #stores: readonly Store[];
  readonly #children: ReadonlySet<string>;
  readonly #assigned = new Map<string, Set<Store>>();
  #references: (Reference & { readonly store: Store })[] = [];

  constructor(stores: readonly Store[]) {
    this.#stores = stores;
    this.#children = new Set(stores.flatMap(({ root }) => [...(root.children?.keys() ?? [])]));
  }

  /** Records the name that is set to the store's path, which stands alone at `at`. */
  assign(text: string, at: number, store: Store): void {
    const name = assigned.exec(text.slice(Math.max(0, at - 120), at))?.[1];
    if (name === undefined || !this.#stores.includes(store)) return;
    const known = this.#assigned.get(name);
    if (known === undefined) this.#assigned.set(name, new Set([store]));
    else known.add(store);
  }

  /** Records what the text would name if one of its variables were a store. */
  refer(by: FileNode, text: string): void {
    if (this.#children.size === 0) return;
    for (const [, name, path] of text.matchAll(goesOn)) {
      const names = path!.split(/[^\w.@+~%-]+/);
      if (!this.#children.has(names[0]!)) continue;
      for (const store of this.#stores) {
        const node = below(store.root, names);
        if (node !== null) this.#references.push({ by, name: name!, store, node: unitOf(store, node) });
      }
    }
  }

  /** References whose variable is set to a store. Call it when all files are read; forgets all references. */
  resolve(): Reference[] {
    const known = this.#references.filter(({ name, store }) => this.#assigned.get(name)?.has(store) === true);
    this.#references = [];
    return known;
  }
}

/** Follows the names as far as they exist; null when the first does not. */
function below(root: FileNode, names: readonly string[]): FileNode | null {
  let node: FileNode | null = null;
  for (const name of names) {
    const child: FileNode | undefined = (node ?? root).children?.get(name);
    if (child === undefined || child.inode === null) break;
    node = child;
  }
  return node;
}
