/** Where a text names a path inside a store, however the path is written: absolute, from a home directory, behind a variable, in a glob. */
import { EntryType } from "../../tar/entry.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { symlinkTarget } from "../../filesystem/resolve-path.ts";
import { isWithin } from "./stores.ts";
import type { Store } from "./stores.ts";

export interface Mention {
  readonly store: Store;
  /** Strictly below the store's root; null when the text names the root alone. */
  readonly node: FileNode | null;
}

/** A name as a text may write it; everything before it (`~`, `$HOME`, `/root`, `../..`) does not matter. */
interface Key {
  readonly text: string;
  readonly stores: Store[];
}

const mostNameBytes = 255;
const special = /[*?[$%{]/;

export class MentionFinder {
  readonly #tree: FileTree;
  readonly #keys = new Map<string, Key>();
  readonly #pattern: RegExp | null;

  /** `aliases`: other paths of a store's root, by symlinks above it. */
  constructor(tree: FileTree, stores: readonly Store[], aliases: ReadonlyMap<Store, readonly string[]>) {
    this.#tree = tree;
    for (const store of stores) {
      for (const path of [store.path, ...(aliases.get(store) ?? [])]) {
        const text = keyOf(path);
        const key = this.#keys.get(text) ?? { text, stores: [] };
        key.stores.push(store);
        this.#keys.set(text, key);
      }
    }
    const alternatives = [...this.#keys.keys()]
      .sort((a, b) => b.length - a.length)
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
    this.#pattern = alternatives.length === 0 ? null : new RegExp(`(?<![\\w-])(?:${alternatives.join("|")})(?![\\w-])`, "g");
  }

  /** True when the content, any bytes, may name a store: far cheaper than looking for where. */
  mayMention(content: Buffer): boolean {
    for (const text of this.#keys.keys()) if (content.includes(text, 0, "latin1")) return true;
    return false;
  }

  /** `text`: a byte string. */
  *find(text: string): Generator<Mention> {
    if (this.#pattern === null) return;
    for (const found of text.matchAll(this.#pattern)) {
      const end = found.index + found[0].length;
      for (const store of this.#keys.get(found[0])!.stores) for (const node of this.#nodesAt(store, text, end)) yield { store, node };
    }
  }

  /** The nodes that the path going on at `at` names, as far as they exist. */
  *#nodesAt(store: Store, text: string, at: number): Generator<FileNode | null> {
    let node = store.root;
    for (let position = at; text[position] === "/";) {
      while (text[position] === "/") position += 1;
      if (text[position] === "." && /[/.]/.test(text[position + 1] ?? "") && !/[\w-]/.test(text[position + 2] ?? "")) {
        // `./` stays, `../` goes up.
        if (text[position + 1] === "/") {
          position += 1;
          continue;
        }
        node = node.parent ?? node;
        position += 2;
        continue;
      }
      const component = componentAt(text, position);
      const child = longestChild(node, component);
      if (child === null) {
        yield* this.#unfinished(store, node, component);
        return;
      }
      position += child.name.length;
      node = this.#real(child);
    }
    yield isWithin(node, store.root) && node !== store.root ? node : null;
  }

  /** A component that is no name: a glob, a variable, or something that does not exist yet. */
  *#unfinished(store: Store, node: FileNode, component: string): Generator<FileNode | null> {
    if (!isWithin(node, store.root)) return;
    if (node !== store.root) {
      yield node;
      return;
    }
    const cut = component.search(special);
    const written = cut < 0 ? component : component.slice(0, cut);
    if (cut < 0 || written === "") yield null;
    const glob = cut >= 0 && /[*?[]/.test(component[cut]!) ? simpleGlob(component) : null;
    if (cut < 0 || (written === "" && glob === null)) return;
    for (const child of node.children?.values() ?? []) {
      if (child.inode === null) continue;
      if (glob === null ? child.name.startsWith(written) : glob.test(child.name)) yield child;
    }
  }

  #real(node: FileNode): FileNode {
    if (node.inode?.type !== EntryType.symlink) return node;
    return symlinkTarget(this.#tree, node) ?? node;
  }
}

/** `.cache/pip` for the one in any home directory, else the absolute path. */
function keyOf(path: string): string {
  const home = /^(?:root|home\/[^/]+)\/(.+)$/s.exec(path);
  return home === null ? `/${path}` : home[1]!;
}

function componentAt(text: string, position: number): string {
  const piece = text.slice(position, position + mostNameBytes);
  const end = piece.search(/[/\n\r\0]/);
  return end < 0 ? piece : piece.slice(0, end);
}

/** The child whose name the component is, or begins with when something that is no part of names follows: a quote, a colon, a blank. */
function longestChild(node: FileNode, component: string): FileNode | null {
  for (let end = component.length; end > 0; end -= 1) {
    if (end < component.length && /[\w-]/.test(component[end]!)) continue;
    const child = node.children?.get(component.slice(0, end));
    if (child !== undefined && child.inode !== null) return child;
  }
  return null;
}

/** The glob at the beginning of a component; what follows a blank or quote is another word. */
function simpleGlob(component: string): RegExp {
  const glob = /^[^\s"'`;|&<>(),:]*/.exec(component)![0];
  const body = glob
    .replace(/[\\^$.+(){}|]/g, "\\$&")
    .replace(/\[[^\]]*\]?/g, "[^/]")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${body}$`, "s");
}
