/** References from code to a package's directories of tests or examples: modules, paths, and calls by which code finds its own files. */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import type { Store } from "./stores.ts";

const packageFolder = /^(?:.*\/)?(?:node_modules\/(?:@[^/]+\/)?|(?:site|dist)-packages\/|gems\/)[^/]+(?=\/)/s;
const names = "(tests?|__tests__|spec|examples?|benchmarks?)";
/** A module or path up to such a name; matched from the start of a word, so that long words cost no more than short ones. */
const modulePath = new RegExp(`(?<![\\w@+~./-])([\\w@+~./-]{0,200}?[/.])${names}(?![\\w-])`, "g");
/** How languages build paths in a package's own folder; the calls may span several lines. */
const joined = new RegExp(
  `(?:__dirname|__dir__|__file__|__FILE__|__path__|import\\.meta|(?:join|joinpath|resolve|files|[Pp]ath|resource_\\w{1,20}|get_data|expand_path)\\()[^;]{0,200}?["'\`/]${names}["'\`/]`,
  "g",
);
/** A path that begins with the name, and Python's `folder / "tests"`. */
const quoted = new RegExp(`["'\`]${names}/|\\s/\\s{0,3}["']${names}["'/]`, "g");
const pythonImport = /^[ \t]*(?:from|import)[ \t](?:[^\n#(]{0,500}\([^)]{0,2000}\)|[^\n#]{0,500})/gm;
const nameInImport = new RegExp(`(?<![\\w-])${names}(?![\\w-])`, "g");
/** Runs the tests of the packages named. */
const runsTests = /--pyargs\b|\bunittest\b[^\n]{0,80}\bdiscover\b|\b(?:pytest|nose2|nosetests|rspec)\b/;
const commandFile = /(?:^|\/)(?:Makefile|[^/]*\.(?:sh|service|timer))$/;
const python = /\.py$/;

export class TestReferences {
  readonly #tree: FileTree;
  /** By directory name. */
  readonly #byName = new Map<string, Store[]>();
  readonly #byRoot = new Map<FileNode, Store>();

  /** `stores`: the directories of tests or examples. */
  constructor(tree: FileTree, stores: readonly Store[]) {
    this.#tree = tree;
    for (const store of stores) {
      this.#byRoot.set(store.root, store);
      this.#byName.set(store.root.name, [...(this.#byName.get(store.root.name) ?? []), store]);
    }
  }

  get isEmpty(): boolean {
    return this.#byRoot.size === 0;
  }

  /** The directory of tests or examples that contains the node. */
  around(node: FileNode): FileNode | null {
    for (let at = node.parent; at !== null; at = at.parent) if (this.#byRoot.has(at)) return at;
    return null;
  }

  /** Directories that a text refers to; `file` is the file of the text, null for a command. */
  *inText(text: string, file: FileNode | null): Generator<FileNode> {
    const folder = file === null ? null : packageOf(file.path);
    if ((file === null || text.startsWith("#!") || commandFile.test(file.path)) && runsTests.test(text)) {
      const named = new Set(text.match(/[\w@.-]+/g) ?? []);
      for (const store of this.#byRoot.values()) if (named.has(nameOf(store.path))) yield store.root;
    }
    yield* this.#byPath(text, file, folder);
    for (const [, name] of text.matchAll(joined)) yield* this.#ownOrNamed(name!, text, folder);
    for (const [, first, second] of text.matchAll(quoted)) yield* this.#ownOrNamed((first ?? second)!, text, folder);
    for (const [line] of text.matchAll(pythonImport)) {
      const isRelative = /^[ \t]*from[ \t]+\./.test(line);
      for (const [, name] of line.matchAll(nameInImport)) {
        for (const { root, path } of this.#byName.get(name!) ?? [])
          if (isRelative ? isOf(folder, path) : line.includes(nameOf(path))) yield root;
      }
    }
  }

  /** The same for compiled code, where names are stored separately: there a bare name refers to the package's own directory. */
  *inProgram(content: Buffer, file: FileNode): Generator<FileNode> {
    const folder = packageOf(file.path);
    for (const [name, stores] of this.#byName) {
      for (let at = content.indexOf(name); at >= 0; at = content.indexOf(name, at + 1)) {
        const around = content.toString("latin1", Math.max(0, at - 200), at + name.length + 1);
        const start = Math.min(200, at);
        if (/[\w-]/.test(around[start + name.length] ?? "")) continue;
        const before = /[\w./-]*$/.exec(around.slice(0, start))![0];
        if (before === "") for (const { root, path } of stores) if (isOf(folder, path)) yield root;
        if (/[./]$/.test(before)) yield* this.#ofWords(name, before, folder);
      }
    }
  }

  *#byPath(text: string, file: FileNode | null, folder: string | null): Generator<FileNode> {
    for (const { 1: before, 2: name, index } of text.matchAll(modulePath)) {
      if (file !== null && /^\/?\.{1,2}\//.test(before!)) {
        const path = `${before!.replace(/^\/?/, "")}${name}`;
        // Ruby resolves from the file itself: `File.expand_path("../../spec", __FILE__)`.
        for (const written of [path, path.replace(/^\.\.\//, "")]) {
          const node = resolvePath(this.#tree, `./${written}`, { from: file.parent! });
          if (node !== null && this.#byRoot.has(node)) yield node;
        }
        continue;
      }
      yield* this.#ofWords(name!, before!, folder);
      // `f"{package}.tests"`, `${folder}/examples`: the package is not visible.
      const ahead = text[index - 1] ?? "";
      const isFilledIn = before === "/" ? ahead === "}" : before === "." && /[}"']/.test(ahead) && python.test(file?.name ?? "");
      if (isFilledIn) yield* this.#ownOrNamed(name!, text, folder);
    }
  }

  /** Directories whose package is named by the words of the module or path before `name`. */
  *#ofWords(name: string, before: string, folder: string | null): Generator<FileNode> {
    const words = new Set([...before.split(/[/.]/), ...before.split("/").map(withoutVersion)]);
    for (const { root, path } of this.#byName.get(name) ?? []) {
      if (words.has(wordOf(root.parent!.name)) && (isOf(folder, path) || words.has(wordOf(nameOf(path))))) yield root;
    }
  }

  /** For code of a package, that package's directories; for other code, those of the packages it names. */
  *#ownOrNamed(name: string, text: string, folder: string | null): Generator<FileNode> {
    for (const { root, path } of this.#byName.get(name) ?? [])
      if (folder === null ? hasWord(text, nameOf(path)) : isOf(folder, path)) yield root;
  }
}

/** The folder of the package that contains a path, without a final slash; null for the image's own code. */
export function packageOf(path: string): string | null {
  return packageFolder.exec(path)?.[0] ?? null;
}

function isOf(folder: string | null, path: string): boolean {
  return folder !== null && path.startsWith(`${folder}/`);
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!/\w/.test(text[at - 1] ?? "") && !/\w/.test(text[at + word.length] ?? "")) return true;
  return false;
}

/** The name of a package's folder: `name` for `@scope/name` and `name-1.2`. */
function nameOf(path: string): string {
  const folder = packageOf(path) ?? path;
  return withoutVersion(folder.slice(folder.lastIndexOf("/") + 1));
}

function withoutVersion(name: string): string {
  return name.replace(/-\d[\w.]*$/, "");
}

/** A name as one word of a module path: `merge` for `lodash.merge`. */
function wordOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).replace(/-\d+$/, "");
}
