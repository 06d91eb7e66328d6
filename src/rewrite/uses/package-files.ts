/**
 * Whether anything needs the static archives, source maps and test directories of packages. Searching for paths is not enough: code names
 * them by module, relative to itself, or joins them from words. So every source of an installed package is searched, and anything that may
 * be a reference counts as one.
 */
import type { FileNode } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { isSpareBytecode } from "../../../analyzers/leftovers/spare-bytecode.ts";
import { recordOf } from "../../../analyzers/packages/manifests/json.ts";
import type { PackageOwners } from "../plan/package-owners.ts";
import type { Store } from "./stores.ts";
import { packageOf, TestReferences } from "./test-references.ts";
import type { Uses } from "./uses.ts";

const mostSourceBytes = 1024 * 1024;
const mostCompiledBytes = 16 * 1024 * 1024;
const source = /(?:\.(?:[cm]?js|[cm]?ts|jsx|py|rb)|^package\.json|^entry_points\.txt)$/;
/** Compiled Python modules. */
const compiled = /\.(?:py[co]|so|pyd)$/;
/** A folder of tests or examples has at least one such file: otherwise it is a template for new projects, or data. */
const code = /\.(?:[cm]?[jt]sx?|py[cdiox]?|rb|php|pl|t|sh|coffee|vue|svelte|ipynb|[ch](?:c|pp)?|rs|go|java|feature|txt|md|rst|html?)$/;
const sourceMap = /(?<![\w@+~%./-])[\w@+~%./-]{1,500}\.map(?![\w-])/g;
const readsSourceMaps =
  /--enable-source-maps|source-map-support|setSourceMapsEnabled|\bsentry-cli\b|\bdatadog-ci\b|\bbugsnag-(?:source-maps|cli)\b|\bsource-?maps?\s+(?:upload|inject)\b/;
/** Programs that link, or load the output of linkers. */
const linkers =
  /^(?:(?:[\w.]+-)*(?:ld|ld\.(?:bfd|gold|lld|mold)|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|collect2|gfortran|gnat|ar)(?:-[\d.]+)?|tcc|lld|mold|rustc|ghc|ocamlopt|zig|nvcc|nvlink|ptxas|swiftc|libtool|gccgo|gdc|ldc2|dmd|fpc|ppc\w{2,8})$/;
/** Go has its own linker, with a common name. */
const linkerOfGo = /\/pkg\/tool\/[^/]+\/link$/;
/** Libraries that read archives at run time: libltdl opens modules by their `.la`, CUDA links at run time. */
const loaders = /^lib(?:ltdl|nvJitLink|nvrtc|LTO|tcc)\b.*\.so(?:\.[\d.]+)?$/;

export class PackageFileReader {
  readonly #uses: Uses;
  readonly #tests: TestReferences;
  /** By file name. */
  readonly #maps = new Map<string, FileNode[]>();
  readonly #archives: readonly FileNode[];
  /** What a file of a test directory names counts only once the directory is kept. */
  #pending: { readonly by: FileNode; readonly root: FileNode; readonly why: string }[] = [];

  constructor(uses: Uses, stores: readonly Store[]) {
    this.#uses = uses;
    this.#tests = new TestReferences(
      uses.tree,
      stores.filter(({ rule }) => rule.category === "tests"),
    );
    for (const store of stores) {
      if (store.rule.category === "tests") {
        if (!store.files.some(({ name }) => code.test(name))) uses.keep(store.root, "it holds no code, but what a package copies or reads");
      } else if (store.rule.category === "maps") {
        for (const node of store.files) this.#maps.set(node.name, [...(this.#maps.get(node.name) ?? []), node]);
      }
    }
    this.#archives = stores.flatMap(({ rule, files }) => (rule.category === "static" ? files : []));
  }

  /** True for a source that needs to be read only for references to these files. */
  wants(node: FileNode, path: string): boolean {
    if (this.#tests.isEmpty && this.#maps.size === 0) return false;
    const { bytes } = node.inode!;
    if (compiled.test(node.name)) return !this.#tests.isEmpty && bytes <= mostCompiledBytes && !isSpareBytecode(this.#uses.tree, node);
    return bytes <= mostSourceBytes && source.test(node.name) && packageOf(path) !== null;
  }

  /** Called once for every live file. Keeps archives if the file can link them, and tests if a distribution package owns the file. */
  look(node: FileNode, owners: PackageOwners): void {
    if (this.#archives.length > 0 && node.inode!.bytes > 0 && mayLink(node)) {
      for (const archive of this.#archives) this.#uses.keep(archive, `${displayPath(node.path)} may link it`);
    }
    const owner = owners.get(node);
    if (owner === undefined || this.#tests.isEmpty) return;
    const root = this.#tests.around(node);
    if (root !== null) this.#uses.keep(root, `the package ${owner} of the distribution brought it`);
  }

  /** A command or variable of the config. */
  command(text: string, what: string): void {
    this.#read(text, null, what);
  }

  read(node: FileNode, content: Buffer): void {
    if (compiled.test(node.name)) {
      const by = displayPath(node.path);
      if (content.length <= mostCompiledBytes)
        for (const root of this.#tests.inProgram(content, node)) this.#keep(root, node, `${by} names it`);
      return;
    }
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
    const folder = file === null ? null : packageOf(file.path);
    if (!this.#tests.isEmpty) for (const root of this.#tests.inText(text, file)) this.#keep(root, file, `${by} names it`);
    if (this.#maps.size === 0) return;
    for (const node of this.#mapsIn(text, folder)) this.#keep(node, file, `${by} names it`);
    const isLock = file !== null && /[-.]lock/.test(file.name);
    if (folder !== null || isLock || !readsSourceMaps.test(text)) return;
    for (const nodes of this.#maps.values()) for (const node of nodes) this.#keep(node, file, `${by} asks for source maps`);
  }

  #keep(root: FileNode, by: FileNode | null, why: string): void {
    const own = by === null ? null : this.#tests.around(by);
    if (own === null) this.#uses.keep(root, why);
    else if (own !== root) this.#pending.push({ by: by!, root, why });
  }

  *#mapsIn(text: string, folder: string | null): Generator<FileNode> {
    for (const found of text.matchAll(sourceMap)) {
      // A built file naming its own map: only debuggers follow it.
      if (text.slice(Math.max(0, found.index - 20), found.index).endsWith("sourceMappingURL=")) continue;
      const written = found[0].replace(/^(?:\.{0,2}\/)+/, "");
      for (const node of this.#maps.get(written.slice(written.lastIndexOf("/") + 1)) ?? []) {
        if (folder !== null && !node.path.startsWith(`${folder}/`)) continue;
        if (`/${node.path}`.endsWith(`/${written}`)) yield node;
      }
    }
  }
}

function mayLink({ name, path }: FileNode): boolean {
  return linkers.test(name) || loaders.test(name) || linkerOfGo.test(path);
}

const entries = ["main", "module", "browser", "exports", "imports", "bin"];

/** Paths that a package's manifest says are loaded, written as in code. Tests and scripts it lists are not in use because of that. */
function entryPoints(text: string): string {
  let manifest: Readonly<Record<string, unknown>> | null = null;
  try {
    manifest = recordOf(JSON.parse(text));
  } catch {
    // An invalid manifest loads nothing.
  }
  if (manifest === null) return "";
  const kept = entries.flatMap((key) => (manifest[key] === undefined ? [] : [manifest[key]]));
  return JSON.stringify(kept).replace(/"(?!\.{1,2}\/)([^"]*)"/g, '"./$1"');
}
