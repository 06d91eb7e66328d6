/**
 * Whether anything needs the static archives, source maps and test directories of packages. Paths alone do not tell: code names them by
 * module, relative to itself, or joined from words. So every source of an installed package is looked through; what may be a reference is one.
 */
import type { FileNode } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import { recordOf } from "../../../analyzers/packages/manifests/json.ts";
import type { PackageOwners } from "../plan/package-owners.ts";
import type { Store } from "./stores.ts";
import type { Uses } from "./uses.ts";

const mostSourceBytes = 1024 * 1024;
const source = /(?:\.(?:[cm]?js|[cm]?ts|jsx|py|rb)|^package\.json|^entry_points\.txt)$/;
/** Of such files there is one at least in a folder of tests or examples: without them it is a skeleton for new projects, or data. */
const code = /\.(?:[cm]?[jt]sx?|py[cdiox]?|rb|php|pl|t|sh|coffee|vue|svelte|ipynb|[ch](?:c|pp)?|rs|go|java|feature|txt|md|rst|html?)$/;
const packageFolder = /^(?:.*\/)?(?:node_modules\/(?:@[^/]+\/)?|(?:site|dist)-packages\/|gems\/)[^/]+(?=\/)/s;

const names = "(tests?|__tests__|spec|examples?|benchmarks?)";
/** A module or path up to such a name; it is looked for from the beginning of a word, so that long words cost no more than short ones. */
const modulePath = new RegExp(`(?<![\\w@+~./-])([\\w@+~./-]{0,200}?[/.])${names}(?![\\w-])`, "g");
const joined = new RegExp(`(?:__dirname|__file__|import\\.meta|join\\(|resolve\\(|Path\\()[^\\n]{0,200}?["'\`/]${names}["'\`/]`, "g");
const pythonImport = /^[ \t]*(?:from|import)[ \t][^\n#]{0,500}/gm;
const nameInImport = new RegExp(`(?<![\\w-])${names}(?![\\w-])`, "g");
const sourceMap = /(?<![\w@+~%./-])[\w@+~%./-]{1,500}\.map(?![\w-])/g;
const readsSourceMaps =
  /--enable-source-maps|source-map-support|setSourceMapsEnabled|\bsentry-cli\b|\bdatadog-ci\b|\bbugsnag-(?:source-maps|cli)\b|\bsource-?maps?\s+(?:upload|inject)\b/;
/** Runs the tests of the packages that it names. */
const runsTests = /--pyargs\b|\bunittest\b[^\n]{0,80}\bdiscover\b|\b(?:pytest|nose2|nosetests|rspec)\b/;
const commandFile = /(?:^|\/)(?:Makefile|[^/]*\.(?:sh|service|timer))$/;

/** Programs that link, or load what linkers made. */
const linkers =
  /^(?:(?:[\w.]+-)*(?:ld|ld\.(?:bfd|gold|lld|mold)|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|collect2|gfortran|gnat|ar)(?:-[\d.]+)?|tcc|lld|mold|rustc|ghc|ocamlopt|zig|nvcc|nvlink|ptxas|swiftc|libtool)$/;
/** Libraries that read archives while a program runs: libltdl opens modules by their `.la`, CUDA links at run time. */
const loaders = /^lib(?:ltdl|nvJitLink|nvrtc|LTO|tcc)\b.*\.so(?:\.[\d.]+)?$/;

export class PackageFileReader {
  readonly #uses: Uses;
  /** By the name of the directory. */
  readonly #tests = new Map<string, Store[]>();
  readonly #testRoots = new Map<FileNode, Store>();
  /** By file name. */
  readonly #maps = new Map<string, FileNode[]>();
  readonly #archives: readonly FileNode[];
  /** What a file of a test directory names counts once the directory stays. */
  #pending: { readonly by: FileNode; readonly root: FileNode; readonly why: string }[] = [];

  constructor(uses: Uses, stores: readonly Store[]) {
    this.#uses = uses;
    for (const store of stores) {
      if (store.rule.category === "tests") {
        if (!store.files.some(({ name }) => code.test(name))) uses.keep(store.root, "it holds no code, but what a package copies or reads");
        this.#testRoots.set(store.root, store);
        this.#tests.set(store.root.name, [...(this.#tests.get(store.root.name) ?? []), store]);
      } else if (store.rule.category === "maps") {
        for (const node of store.files) this.#maps.set(node.name, [...(this.#maps.get(node.name) ?? []), node]);
      }
    }
    this.#archives = stores.flatMap(({ rule, files }) => (rule.category === "static" ? files : []));
  }

  /** True for a source that is read for what it says of these files alone. */
  wants(node: FileNode, path: string): boolean {
    if (this.#tests.size === 0 && this.#maps.size === 0) return false;
    return node.inode!.bytes <= mostSourceBytes && source.test(node.name) && packageFolder.test(path);
  }

  /** Asked once for every live file: archives stay where something can link them, a distribution's files with their package. */
  look(node: FileNode, owners: PackageOwners): void {
    if (this.#archives.length > 0 && (linkers.test(node.name) || loaders.test(node.name)) && node.inode!.bytes > 0) {
      for (const archive of this.#archives) this.#uses.keep(archive, `${displayPath(node.path)} may link it`);
    }
    const owner = owners.get(node);
    if (owner === undefined || this.#testRoots.size === 0) return;
    const root = this.#testAround(node);
    if (root !== null) this.#uses.keep(root, `the package ${owner} of the distribution brought it`);
  }

  /** A command or variable of the config. */
  command(text: string, what: string): void {
    this.#read(text, null, what);
  }

  read(node: FileNode, content: Buffer): void {
    if (content.length > mostSourceBytes || content.subarray(0, 512).includes(0)) return;
    const text = content.toString("latin1");
    this.#read(node.name === "package.json" ? entryPoints(text) : text, node, displayPath(node.path));
  }

  /** As `TextReader.settle`. */
  settle(): boolean {
    const ready = this.#pending.filter(({ by }) => this.#uses.keptBy(by) !== null);
    this.#pending = this.#pending.filter((one) => !ready.includes(one));
    let more = false;
    for (const { root, why } of ready) more = this.#uses.keep(root, why) || more;
    return more;
  }

  #read(text: string, file: FileNode | null, by: string): void {
    const folder = file === null ? null : (packageFolder.exec(file.path)?.[0] ?? null);
    if (this.#tests.size > 0) for (const root of this.#testsIn(text, file, folder)) this.#keep(root, file, `${by} names it`);
    if (this.#maps.size === 0) return;
    for (const node of this.#mapsIn(text, folder)) this.#keep(node, file, `${by} names it`);
    const isLock = file !== null && /[-.]lock/.test(file.name);
    if (folder !== null || isLock || !readsSourceMaps.test(text)) return;
    for (const nodes of this.#maps.values()) for (const node of nodes) this.#keep(node, file, `${by} asks for source maps`);
  }

  #keep(root: FileNode, by: FileNode | null, why: string): void {
    const own = by === null ? null : this.#testAround(by);
    if (own === null) this.#uses.keep(root, why);
    else if (own !== root) this.#pending.push({ by: by!, root, why });
  }

  #testAround(node: FileNode): FileNode | null {
    for (let at = node.parent; at !== null; at = at.parent) if (this.#testRoots.has(at)) return at;
    return null;
  }

  *#testsIn(text: string, file: FileNode | null, folder: string | null): Generator<FileNode> {
    const isCommand = file === null || text.startsWith("#!") || commandFile.test(file.path);
    if (isCommand && runsTests.test(text)) {
      const named = new Set(text.match(/[\w@.-]+/g) ?? []);
      for (const store of this.#testRoots.values()) if (named.has(nameOf(store.path))) yield store.root;
    }
    for (const [, before, name] of text.matchAll(modulePath)) {
      if (file !== null && /^\.{1,2}\//.test(before!)) {
        const node = resolvePath(this.#uses.tree, `./${before}${name}`, { from: file.parent! });
        if (node !== null && this.#testRoots.has(node)) yield node;
        continue;
      }
      const words = new Set([...before!.split(/[/.]/), ...before!.split("/").map(withoutVersion)]);
      for (const { root, path } of this.#tests.get(name!) ?? []) {
        const isNear = folder !== null && path.startsWith(`${folder}/`);
        if (words.has(wordOf(root.parent!.name)) && (isNear || words.has(wordOf(nameOf(path))))) yield root;
      }
    }
    if (folder !== null)
      for (const [, name] of text.matchAll(joined))
        for (const { root, path } of this.#tests.get(name!) ?? []) if (path.startsWith(`${folder}/`)) yield root;
    for (const [line] of text.matchAll(pythonImport)) {
      const isRelative = /^[ \t]*from[ \t]+\./.test(line);
      for (const [, name] of line.matchAll(nameInImport)) {
        for (const { root, path } of this.#tests.get(name!) ?? []) {
          const isNear = folder !== null && path.startsWith(`${folder}/`);
          if ((isRelative && isNear) || (!isRelative && line.includes(nameOf(path)))) yield root;
        }
      }
    }
  }

  *#mapsIn(text: string, folder: string | null): Generator<FileNode> {
    for (const found of text.matchAll(sourceMap)) {
      // How a built file names its own map: only debuggers follow it.
      if (text.slice(Math.max(0, found.index - 20), found.index).endsWith("sourceMappingURL=")) continue;
      const written = found[0].replace(/^(?:\.{0,2}\/)+/, "");
      for (const node of this.#maps.get(written.slice(written.lastIndexOf("/") + 1)) ?? []) {
        if (folder !== null && !node.path.startsWith(`${folder}/`)) continue;
        if (`/${node.path}`.endsWith(`/${written}`)) yield node;
      }
    }
  }
}

/** What a package's own folder is called: `@scope/name` and `name-1.2` are `name`. */
function nameOf(path: string): string {
  const folder = packageFolder.exec(path)?.[0] ?? path;
  return withoutVersion(folder.slice(folder.lastIndexOf("/") + 1));
}

function withoutVersion(name: string): string {
  return name.replace(/-\d[\w.]*$/, "");
}

/** A name as one word of a module path: of `lodash.merge` the last. */
function wordOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).replace(/-\d+$/, "");
}

const entries = ["main", "module", "browser", "exports", "imports", "bin"];

/** What of a package's manifest is loaded, each path as code would write it; that it lists its tests and scripts is no use of them. */
function entryPoints(text: string): string {
  let manifest: Readonly<Record<string, unknown>> | null = null;
  try {
    manifest = recordOf(JSON.parse(text));
  } catch {
    // Nobody can load it by that manifest.
  }
  if (manifest === null) return "";
  const kept = entries.flatMap((key) => (manifest[key] === undefined ? [] : [manifest[key]]));
  return JSON.stringify(kept).replace(/"(?!\.{1,2}\/)([^"]*)"/g, '"./$1"');
}
