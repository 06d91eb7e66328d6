/** Finds where a text names a path inside a store, however it is written: absolute, from a home directory or variable, as a glob. */
import { EntryType } from "../../../tar/entry.ts";
import type { FileNode, FileTree } from "../../../filesystem/file-tree.ts";
import { symlinkTarget } from "../../../filesystem/resolve-path.ts";
import { isWithin } from "../stores.ts";
import type { Store } from "../stores.ts";

export interface Mention {
  readonly store: Store;
  /** Strictly below the store's root; null when the text names only the root. */
  readonly node: FileNode | null;
  /** Position of the store's name in the text. */
  readonly at: number;
  readonly end: number;
}

const mostNameBytes = 255;
const special = /[*?[$%{]/;
/** Closing quotes, braces and escapes between two components: `"$HOME"/.m2`, `${XDG_CACHE_HOME:-$HOME/.cache}/uv`, `\/tmp`. */
const joint = `["'})\\\\]*`;
/** What may precede a path: not part of a name, but a variable, its default, or an option that takes the path without a space. */
const before = `(?:(?<![\\w-])|(?<=\\$\\w{1,60})|(?<=\\$\\{\\w{1,60}:?[-=])|(?<=(?:^|[\\s"'=,])-[A-Za-z]))`;
const behindVariable = /(?:\$\w{1,60}|[})"'])$/;
const relative = /(?<![\w.-])\.{1,2}\//g;

/** After a variable: the rest of the path. */
const goesOn = /^[^/\s"'`;|&<>()]{1,100}\/([\w.@+~-]{1,255}(?:\/[\w.@+~-]{1,255}){0,20})/;

/** `$1`, `${X}.conf`, `%s.conf`, `{name}.json`, `#{name}.rb`, `" + name + ".json"`: captures the end of the name, "" for none. */
const filledIn =
  /^(?:\$\w{1,60}|[$#]?\{[^{}\n]{0,100}\}|\$\([^()\n]{0,100}\)|%(?:\(\w{1,60}\))?[sdvif])([\w.@+~-]{0,255})|^["'`]\s{0,3}(?:\+|\.{1,2}|&|<>)\s{0,3}[\w.$[\]()"']{1,80}?\s{0,3}(?:\+|\.{1,2}|&|<>)\s{0,3}["'`]([\w.@+~-]{1,255})["'`]/;

/** Filled in by a service manager: each folder may belong to one of its services. */
const ofInstance = /^%(?:[iIjJ]|\(program_name\)s)$/;

interface Walked {
  readonly node: FileNode;
  readonly missing: string | null;
  /** Position of `missing`. */
  readonly at: number;
}

export class MentionFinder {
  readonly #tree: FileTree;
  readonly #words: ReadonlySet<string>;
  /** By ending and folder, since a text may repeat them. */
  readonly #filled = new Map<string, readonly FileNode[]>();
  /** Stores by the name a text may use for them; what precedes it (`~`, `$HOME`, `/root`, `../..`) does not matter. */
  readonly #keys = new Map<string, Store[]>();
  /** The last component of each name, with the slash. */
  readonly #tails: readonly string[];
  readonly #temporary: readonly Store[];
  readonly #inText: RegExp | null;
  readonly #inProgram: RegExp | null;
  readonly #stems = new Map<FileNode, ReadonlyMap<string, readonly FileNode[]>>();

  /** `aliases`: other paths of a store's root, through symlinks; `words`: of the image's commands and variables. */
  constructor(tree: FileTree, stores: readonly Store[], aliases: ReadonlyMap<Store, readonly string[]>, words: ReadonlySet<string>) {
    this.#tree = tree;
    this.#words = words;
    this.#temporary = stores.filter(({ rule, root }) => rule.category === "temp" && root.name === "tmp");
    for (const store of stores) {
      for (const path of [store.path, ...(aliases.get(store) ?? [])]) {
        const text = nameInTexts(path);
        this.#keys.set(text, [...(this.#keys.get(text) ?? []), store]);
      }
    }
    // After a variable, `/tmp` may be any folder of that name.
    if (this.#temporary.length > 0 && !this.#keys.has("/tmp")) this.#keys.set("/tmp", []);
    const keys = [...this.#keys.keys()].sort((a, b) => b.length - a.length);
    // Relative to the root, where most programs run: `tmp/app/run`.
    const fromRoot = keys
      .filter((key) => key === "/tmp" || this.#keys.get(key)!.some(({ rule }) => rule.category === "temp"))
      .map((key) => `${key.slice(1)}/`);
    this.#tails = [...new Set([...keys.map((key) => key.slice(Math.max(0, key.lastIndexOf("/")))), ...fromRoot])];
    if (keys.length === 0) {
      this.#inText = null;
      this.#inProgram = null;
      return;
    }
    const spoken = keys.map((key) => key.split("/").map(componentSource).join(`${joint}\\/`));
    const relatives = fromRoot.map((name) => `|(?<![\\w./$~-])${escaped(name.slice(0, -1))}(?=\\/)`);
    this.#inText = new RegExp(`${before}(?:${spoken.join("|")})(?![\\w-])${relatives.join("")}`, "g");
    this.#inProgram = new RegExp(keys.map(escaped).join("|"), "g");
  }

  /** True when the content, of any kind, may name a store: far cheaper than finding where. */
  mayMention(content: Buffer | string): boolean {
    return this.#tails.some((tail) => (typeof content === "string" ? content.includes(tail) : content.includes(tail, 0, "latin1")));
  }

  /** `text`: a byte string. */
  *find(text: string): Generator<Mention> {
    if (this.#inText === null) return;
    for (const found of text.matchAll(this.#inText)) {
      const end = found.index + found[0].length;
      const isFromRoot = this.#keys.has(`/${found[0]}`);
      const name = isFromRoot ? `/${found[0]}` : found[0].replace(/["'})\\]+/g, "").replace(/^XDG_CACHE_HOME/, ".cache");
      const stores = this.#keys.get(name) ?? this.#keys.get(found[0]) ?? [];
      // Which `tmp` it is depends on the variable's value, or on the working directory.
      const isAnyTemporary =
        name === "/tmp" &&
        (isFromRoot || text[found.index - 1] === "." || behindVariable.test(text.slice(Math.max(0, found.index - 64), found.index)));
      for (const store of isAnyTemporary ? new Set([...stores, ...this.#temporary]) : stores) {
        for (const node of this.#nodesAt(store, text, end, false))
          if (node !== null || !isFromRoot) yield { store, node, at: found.index, end };
      }
    }
  }

  /** The same for a program or other binary, where strings follow each other without separators. */
  *findInProgram(text: string): Generator<Mention> {
    if (this.#inProgram === null) return;
    for (const found of text.matchAll(this.#inProgram)) {
      const end = found.index + found[0].length;
      for (const store of this.#keys.get(found[0])!)
        for (const node of this.#nodesAt(store, text, end, true)) yield { store, node, at: found.index, end };
    }
  }

  /** Follows paths like `../tmp/run` and `./x` from each of these folders, as far as they exist. */
  *findRelative(text: string, folders: readonly FileNode[]): Generator<FileNode> {
    for (const { index } of text.matchAll(relative)) {
      for (const folder of folders) {
        const { node } = this.#walk(folder, text, index, { isRelative: true });
        if (node !== folder) yield node;
      }
    }
  }

  /** The nodes named by the path that continues at `at`, as far as they exist. */
  *#nodesAt(store: Store, text: string, at: number, isProgram: boolean): Generator<FileNode | null> {
    const walked = this.#walk(store.root, text, isProgram ? at : behindJoint(text, at), { isProgram });
    const { node, missing } = walked;
    if (missing !== null) {
      yield* this.#unfinished(store, node, missing, !isProgram);
      if (node !== store.root || !/^[$%{]/.test(missing)) return;
      const rest = goesOn.exec(text.slice(walked.at, walked.at + 1000))?.[1];
      if (rest !== undefined || ofInstance.test(missing)) yield* holding(node, rest ?? "");
    } else yield isWithin(node, store.root) && node !== store.root ? node : null;
  }

  /** Follows the path that starts at `at`, with a slash unless `isRelative`. `missing` is the first component that does not exist. */
  #walk(from: FileNode, text: string, at: number, { isProgram = false, isRelative = false }): Walked {
    let node = from;
    for (let position = at; text[position] === "/" || (isRelative && position === at);) {
      while (text[position] === "/") position += 1;
      const dots = dotsAt(text, position);
      if (dots > 0) {
        if (dots === 2) node = node.parent ?? node;
        position += dots;
        continue;
      }
      const component = componentAt(text, position);
      const child = longestChild(node, component, isProgram);
      if (child === null) return { node, missing: component, at: position };
      position += child.name.length;
      if (!isProgram) position = behindJoint(text, position);
      node = this.#real(child);
    }
    return { node, missing: null, at };
  }

  /** For a component that does not exist: a glob, a variable, or a name still to be created. */
  *#unfinished(store: Store, node: FileNode, component: string, isText: boolean): Generator<FileNode | null> {
    if (!isWithin(node, store.root)) return;
    if (node !== store.root) {
      yield node;
      return;
    }
    const cut = component.search(special);
    const written = cut < 0 ? component : component.slice(0, cut);
    if (cut < 0 || written === "") yield null;
    if (cut < 0 && isText) yield* this.#withEnding(store.root, component);
    const glob = cut < 0 ? null : /[*?[]/.test(component[cut]!) ? simpleGlob(component) : alternatives(component);
    if (glob === null && (written === "" || /^["'`]/.test(written))) yield* this.#filledIn(node, component);
    if (cut < 0 || (written === "" && glob === null)) return;
    for (const child of node.children?.values() ?? []) {
      if (child.inode === null) continue;
      // Lua's `?/init.lua`.
      if (component === "?") {
        if (child.children !== null) yield child;
      } else if (glob === null ? child.name.startsWith(written) : glob.test(child.name)) yield child;
    }
  }

  /** Files whose name a program fills in: the ending must match, or the whole name is a word of a command or of ENV. */
  #filledIn(folder: FileNode, component: string): readonly FileNode[] {
    const [, plain, joined] = filledIn.exec(component) ?? [];
    const ending = plain ?? joined;
    if (ending === undefined) return [];
    const key = `${ending}/${folder.path}`;
    let found = this.#filled.get(key);
    if (found === undefined) {
      const files = [...(folder.children?.values() ?? [])].filter(({ inode, children }) => inode !== null && children === null);
      found = files.filter(({ name }) => this.#words.has(name) || (ending.includes(".") && name.endsWith(ending)));
      this.#filled.set(key, found);
    }
    return found;
  }

  /** Files named without their ending: `jdbc:h2:/tmp/app` opens app.mv.db, `ruby -r/tmp/x` x.rb, `shelve.open("/tmp/state")` state.db. */
  *#withEnding(folder: FileNode, component: string): Generator<FileNode> {
    const stem = /^[\w@+~-][\w.@+~-]*/.exec(component)?.[0].replace(/\.+$/, "") ?? "";
    let stems = this.#stems.get(folder);
    if (stems === undefined) this.#stems.set(folder, (stems = byStem(folder)));
    yield* stems.get(stem) ?? [];
  }

  #real(node: FileNode): FileNode {
    if (node.inode?.type !== EntryType.symlink) return node;
    return symlinkTarget(this.#tree, node) ?? node;
  }
}

/** Folders that contain the rest of the path: `/tmp/$NAME/run`, `/tmp/%i/run`; all folders if there is no rest. */
function* holding(folder: FileNode, rest: string): Generator<FileNode> {
  for (const child of folder.children?.values() ?? []) {
    if (child.inode === null || child.children === null) continue;
    let node: FileNode | undefined = child;
    for (const name of rest === "" ? [] : rest.split("/")) node = node?.children?.get(name);
    if (node !== undefined && node.inode !== null) yield child;
  }
}

/** Files by their name without one or more endings. */
function byStem(folder: FileNode): ReadonlyMap<string, readonly FileNode[]> {
  const stems = new Map<string, FileNode[]>();
  for (const child of folder.children?.values() ?? []) {
    if (child.inode === null) continue;
    for (let dot = child.name.indexOf(".", 1), endings = 0; dot > 0 && endings < 4; dot = child.name.indexOf(".", dot + 1), endings += 1) {
      const stem = child.name.slice(0, dot);
      const known = stems.get(stem);
      if (known === undefined) stems.set(stem, [child]);
      else known.push(child);
    }
  }
  return stems;
}

/** `{a,b}.conf` and `part{1..3}.bin` as shells expand them; null for other braces. */
function alternatives(component: string): RegExp | null {
  const [, head, inner, tail] = /^([\w.@+~-]{0,100})\{([\w.@+~,-]{1,200})\}([\w.@+~-]{0,100})/.exec(component) ?? [];
  if (inner === undefined || !/,|\.\./.test(inner)) return null;
  const choice = inner.includes(",") ? inner.split(",").map(escaped).join("|") : "[^/]*";
  return new RegExp(`^${escaped(head!)}(?:${choice})${escaped(tail!)}$`, "s");
}

/** `.cache/pip` for that of any home directory, else the absolute path. */
export function nameInTexts(path: string): string {
  const home = /^(?:root|home\/[^/]+)\/(.+)$/s.exec(path);
  return home === null ? `/${path}` : home[1]!;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function componentSource(name: string): string {
  return name === ".cache" ? "(?:\\.cache|XDG_CACHE_HOME)" : escaped(name);
}

/** The position of the slash that continues the path, perhaps after quotes or braces; `at` when the path ends here. */
function behindJoint(text: string, at: number): number {
  let position = at;
  while (/["'})\\]/.test(text[position] ?? "")) position += 1;
  return text[position] === "/" ? position : at;
}

/** 1 for the component `.`, 2 for `..`, 0 for any other. */
function dotsAt(text: string, position: number): 0 | 1 | 2 {
  if (text[position] !== ".") return 0;
  const dots = text[position + 1] === "." ? 2 : 1;
  return /[\w.-]/.test(text[position + dots] ?? "") ? 0 : dots;
}

function componentAt(text: string, position: number): string {
  const piece = text.slice(position, position + mostNameBytes);
  const end = piece.search(/[/\n\r\0]/);
  return end < 0 ? piece : piece.slice(0, end);
}

/** The child named by the component, or by its start if what follows is not part of a name: a quote, a colon, a space. */
function longestChild(node: FileNode, component: string, isProgram: boolean): FileNode | null {
  for (let end = component.length; end > 0; end -= 1) {
    if (!isProgram && /^(?:[\w-]|\.\w)/.test(component.slice(end, end + 2))) continue;
    const child = node.children?.get(component.slice(0, end));
    if (child !== undefined && child.inode !== null) return child;
  }
  return null;
}

/** The glob at the start of a component; it ends at a space or quote. In Lua's `?.lua`, `?` is a name of any length. */
export function simpleGlob(component: string): RegExp {
  const glob = /^[^\s"'`;|&<>(),:]*/.exec(component)![0];
  const body = glob
    .replace(/[\\^$.+(){}|]/g, "\\$&")
    .replace(/\[[^\]]*\]?/g, "[^/]")
    .replaceAll("*", "[^/]*")
    .replace(/^\?/, "[^/]+")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${body}$`, "s");
}
