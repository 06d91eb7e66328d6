/** Looks through texts and programs for what they use, and remembers what files of a store name until it is known whether they stay. */
import { classPathOf } from "../../../analyzers/packages/binaries/jar.ts";
import { PackageDataError } from "../../../analyzers/packages/data-error.ts";
import { bytesOf } from "../../../analyzers/packages/evidence/byte-source.ts";
import { displayPath } from "../../filesystem/paths.ts";
import type { FileNode } from "../../filesystem/file-tree.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import type { MentionFinder } from "./mentions.ts";
import { isJavaArchive } from "./readable.ts";
import { StoreIndex, unitOf } from "./stores.ts";
import type { Store } from "./stores.ts";
import { tools } from "./tools.ts";
import type { Uses } from "./uses.ts";

const elfMagic = Buffer.from("\x7fELF", "latin1");
const origin = /\$(?:ORIGIN|\{ORIGIN\})([^\0:]{0,500})/g;
/** Absolute paths in commands and scripts; they may be cut short by what cannot stand in most paths. */
const absolutePath = /(?<![\w./-])\/[\w./@+~%=-]{1,500}/g;
const mostTextBytes = 1024 * 1024;
/** Files that are run, or say what is run: in any other, `uvx` is just a word. */
const runs =
  /^(?:etc\/(?:cron|systemd|supervisor|init|services\.d|s6|sv\/|service\/|runit|rc)|var\/spool\/cron\/|docker-entrypoint|(?:usr\/)?lib\/systemd\/)|(?:^|\/)(?:Procfile|Makefile|[Jj]ustfile|package\.json|[^/]*\.(?:sh|bash|service|timer|conf))$/;
const script = /\.(?:sh|bash|py|rb|pl|js|mjs|cjs|ts|jar|php|lua)$/;
const library = /\.so(?:\.|$)/;

const comments = /^[ \t]*#.*$/gm;

/** What a file names, told when the file itself turns out to stay. */
interface Named {
  readonly by: FileNode;
  readonly nodes: readonly FileNode[];
  readonly why: string;
}

export class TextReader {
  readonly #uses: Uses;
  readonly #index: StoreIndex;
  /** Where files call each other by bare names. */
  readonly #temporary: readonly Store[];
  readonly #finder: MentionFinder;
  /** What programs run from, by the rule of the store. */
  readonly #byRule = new Map<string, Store[]>();
  #pending: Named[] = [];

  constructor(uses: Uses, stores: readonly Store[], finder: MentionFinder) {
    this.#uses = uses;
    this.#index = new StoreIndex(stores);
    this.#temporary = stores.filter(({ rule }) => rule.category === "temp");
    this.#finder = finder;
    for (const store of stores) {
      const same = this.#byRule.get(store.rule.id) ?? [];
      same.push(store);
      this.#byRule.set(store.rule.id, same);
    }
  }

  /** A command of the config. */
  command(text: string, what: string): void {
    for (const node of this.#nodesIn(text, null)) this.#uses.keep(node, `${what} names it`);
    for (const { roots, name } of this.#toolsIn(text))
      for (const root of roots) this.#uses.keep(root, `${what} calls ${name}, which runs from it`);
  }

  read(node: FileNode, content: Buffer): void {
    const isElf = content.subarray(0, 4).equals(elfMagic);
    const store = this.#index.around(node)[0] ?? null;
    const isText = !isElf && content.length <= mostTextBytes && !content.subarray(0, 512).includes(0);
    if (isJavaArchive(node.name)) {
      this.#tell(node, store, { nodes: [...this.#classPath(content, node)], why: `the class path in ${displayPath(node.path)} names it` });
      return;
    }
    const mentions = store !== null || this.#finder.mayMention(content) || (isElf && content.includes("$ORIGIN"));
    if (!mentions && !isText) return;
    const text = content.toString("latin1");
    const by = displayPath(node.path);
    const nodes = [...(isElf ? this.#origins(text, node) : []), ...(mentions ? this.#nodesIn(text, node, isElf) : [])];
    const told: { nodes: readonly FileNode[]; why: string }[] = [{ nodes, why: `${by} names it` }];
    if (isText && (text.startsWith("#!") || runs.test(node.path))) {
      for (const { roots, name } of this.#toolsIn(text.replace(comments, "")))
        told.push({ nodes: roots, why: `${by} calls ${name}, which runs from it` });
    }
    if (isText && store === null) this.#nameFiles(text, `${by} names it`);
    for (const one of told) this.#tell(node, store, one);
  }

  /** What a file names, which itself lies in `store` or in none. */
  #tell(by: FileNode, store: Store | null, { nodes, why }: { readonly nodes: readonly FileNode[]; readonly why: string }): void {
    if (nodes.length === 0) return;
    if (store === null) for (const node of nodes) this.#uses.keep(node, why);
    else this.#pending.push({ by, nodes, why });
  }

  /** Archives and folders that a Java archive is started with, as far as the plan may take them. */
  *#classPath(content: Buffer, archive: FileNode): Generator<FileNode> {
    let paths: readonly string[];
    try {
      paths = classPathOf(bytesOf(content));
    } catch (error) {
      // No virtual machine starts what is no archive.
      if (error instanceof PackageDataError) return;
      throw error;
    }
    for (const written of paths) {
      const path = pathOfUrl(written);
      const node =
        path === null ? null : resolvePath(this.#uses.tree, path.startsWith("/") ? path : `./${path}`, { from: archive.parent! });
      if (node === null) continue;
      for (const store of this.#index.around(node)) yield node === store.root ? node : unitOf(store, node);
    }
  }

  /** Tells what files that stay by now name. True when that kept anything more. */
  settle(): boolean {
    const ready = this.#pending.filter(({ by }) => this.#uses.keptBy(by) !== null);
    this.#pending = this.#pending.filter((named) => !ready.includes(named));
    let more = false;
    for (const { nodes, why } of ready) for (const node of nodes) more = this.#uses.keep(node, why) || more;
    return more;
  }

  /** Files that are named by their whole path: nobody may link them with others, which an edit in place would change as well. */
  #nameFiles(text: string, why: string): void {
    for (const [path] of text.matchAll(absolutePath)) {
      const node = resolvePath(this.#uses.tree, path.replace(/[.:,/]+$/, ""));
      if (node !== null && node.children === null) this.#uses.name(node, why);
    }
  }

  *#toolsIn(text: string): Generator<{ readonly roots: readonly FileNode[]; readonly name: string }> {
    if (this.#byRule.size === 0) return;
    for (const { name, command, rules } of tools) {
      const roots = rules.flatMap((rule) => this.#byRule.get(rule) ?? []).map(({ root }) => root);
      if (roots.length > 0 && command.test(text)) yield { roots, name };
    }
  }

  #nodesIn(text: string, file: FileNode | null, isElf = false): FileNode[] {
    const nodes = new Set<FileNode>();
    const bare = new Set<Store>();
    for (const { store, node } of this.#finder.find(text)) {
      if (node === null) bare.add(store);
      else nodes.add(unitOf(store, node));
    }
    // A file that lies in the folder of temporary files itself calls its neighbours by their names.
    for (const store of this.#temporary) {
      if (bare.has(store) || file?.parent === store.root) addNeighbours(nodes, store, text, file, isElf);
    }
    if (file !== null) for (const store of this.#index.around(file)) if (file !== store.root) nodes.delete(unitOf(store, file));
    return [...nodes];
  }

  /** Libraries that a program looks for beside itself. */
  *#origins(text: string, node: FileNode): Generator<FileNode> {
    for (const [, rest] of text.matchAll(origin)) {
      const folder = resolvePath(this.#uses.tree, `./${rest!}`, { from: node.parent! });
      if (folder === null) continue;
      for (const store of this.#index.around(folder)) {
        if (folder !== store.root) yield unitOf(store, folder);
        else yield* librariesNamed(store.root, text);
      }
    }
  }
}

function* librariesNamed(folder: FileNode, text: string): Generator<FileNode> {
  for (const child of folder.children?.values() ?? []) {
    if (child.inode !== null && library.test(child.name) && text.includes(child.name)) yield child;
  }
}

/** Names of the store's own children that stand in a text as words; of a program's many words only libraries count. */
function addNeighbours(nodes: Set<FileNode>, store: Store, text: string, file: FileNode | null, isElf: boolean): void {
  const children = new Map<string, FileNode[]>();
  for (const child of store.root.children?.values() ?? []) {
    if (child.inode === null || child === file || (isElf && !library.test(child.name))) continue;
    // `import helper` is helper.py.
    const stem = child.name.replace(script, "");
    for (const name of new Set(stem.length > 2 ? [child.name, stem] : [child.name])) {
      const known = children.get(name);
      if (known === undefined) children.set(name, [child]);
      else known.push(child);
    }
  }
  if (children.size === 0) return;
  for (const [word] of text.matchAll(/[^\s"'`;|&<>()=,:/\\\0[\]{}$]+/g)) {
    for (const name of [word, word.split(".")[0]!]) for (const child of children.get(name) ?? []) nodes.add(child);
  }
}

/** The byte string of a relative or `file:` URL's path; null for what lies elsewhere. */
function pathOfUrl(url: string): string | null {
  const path = url.replace(/^file:(?:\/\/)?(?=\/)/, "");
  if (/^[a-z][a-z\d+.-]*:/i.test(path)) return null;
  try {
    return Buffer.from(decodeURIComponent(path), "utf8").toString("latin1");
  } catch {
    return Buffer.from(path, "utf8").toString("latin1");
  }
}
