/** Searches texts and programs for what they use, and holds back what files of a store name until it is known whether those stay. */
import { endsAsArchive } from "../../../../analyzers/packages/binaries/jar.ts";
import { displayPath } from "../../../filesystem/paths.ts";
import type { FileNode } from "../../../filesystem/file-tree.ts";
import { resolvePath } from "../../../filesystem/resolve-path.ts";
import { classPathIn, textsIn } from "./archive-texts.ts";
import type { MentionFinder } from "./mentions.ts";
import { addModules, addNamesIn, addNeighbours, addPathsBelow, childrenNamed, librariesNamed } from "./neighbours.ts";
import { isBinary, isElfProgram, isWideText, isWindowsProgram, withoutNuls } from "./content-kind.ts";
import { isArchiveOfPrograms } from "../readable.ts";
import { FileNames, source } from "./words/file-names.ts";
import { asksForTemporary, asksInProgram, isCleared, lineAt, removing } from "./words/lines.ts";
import { SharedVariables } from "./shared-variables.ts";
import { otherSpellings, spelledOut } from "./spellings.ts";
import { expandVariables } from "./words/script-variables.ts";
import { heldByTexts, isWithin, outlives, StoreIndex, unitOf } from "../stores.ts";
import type { Store } from "../stores.ts";
import { asksForRepository, offlineSettings, tools } from "./tools.ts";
import { WholeFolders } from "./words/whole-folder.ts";
import type { Uses } from "../uses.ts";

const origin = /\$(?:ORIGIN|\{ORIGIN\})([^\0:]{0,500})/g;
const mostTextBytes = 1024 * 1024;
/** Files that are run, or say what to run: in others, `uvx` is just a word unless quoted. */
const runs =
  /^(?:etc\/(?:cron|systemd|supervisor|init|services\.d|s6|sv\/|service\/|runit|rc)|var\/spool\/cron\/|docker-entrypoint|(?:usr\/)?lib\/systemd\/)|(?:^|\/)(?:Procfile|Makefile|[Jj]ustfile|package\.json|[^/]*\.(?:sh|bash|service|timer|conf))$/;

/** Sources that a program names only for debugging. */
const compiled = /\.(?:go|rs|s|c|cc|cpp|cxx|h|hpp)$/i;
/** Comments, printed text and unit descriptions only tell people what they could run. */
const unspoken = /^[ \t]*(?:#(?!!)|(?:echo|printf)\b|Description=).*$/gm;
const fromFolder = /(?:file|copy|cdrom):\/{0,2}$/;
/** Variables that tell programs where temporary files are. */
const temporaryVariables = ["TMPDIR", "TMP", "TEMP"];

interface ToolUse {
  readonly nodes: readonly FileNode[];
  readonly name: string;
}

/** What a file names, to be kept if the file itself is kept. */
interface Named {
  readonly by: FileNode;
  readonly nodes: readonly FileNode[];
  readonly why: string;
}

export interface TextReaderInput {
  readonly uses: Uses;
  /** All stores. */
  readonly stores: readonly Store[];
  /** Finds mentions of those of them for which `heldByTexts` is true. */
  readonly finder: MentionFinder;
  /** Variables of the config, which scripts may name. */
  readonly environment: ReadonlyMap<string, string>;
  /** Where relative paths start. */
  readonly workdirs: readonly FileNode[];
  /** See `repositoryFolders`. */
  readonly repositories: ReadonlyMap<FileNode, readonly FileNode[]>;
}

export class TextReader {
  readonly #uses: Uses;
  readonly #finder: MentionFinder;
  readonly #environment: ReadonlyMap<string, string>;
  readonly #workdirs: readonly FileNode[];
  readonly #repositories: ReadonlyMap<FileNode, readonly FileNode[]>;
  readonly #index: StoreIndex;
  readonly #names: FileNames;
  /** Stores in which files refer to each other by bare names. */
  readonly #temporary: readonly Store[];
  readonly #moved: readonly FileNode[];
  /** False if nothing that texts can name may be removed: then only what scripts do to files counts. */
  readonly #isSpoken: boolean;
  /** Stores by rule, for `tools`. */
  readonly #byRule = new Map<string, Store[]>();
  readonly #variables: SharedVariables;
  #pending: Named[] = [];

  constructor({ uses, stores, finder, environment, workdirs, repositories }: TextReaderInput) {
    this.#uses = uses;
    this.#finder = finder;
    this.#environment = environment;
    this.#workdirs = workdirs;
    this.#repositories = repositories;
    const spoken = stores.filter(heldByTexts);
    this.#isSpoken = spoken.length > 0;
    this.#index = new StoreIndex(spoken);
    this.#names = new FileNames({ uses, stores, environment, workdirs });
    this.#variables = new SharedVariables(spoken.filter(({ rule }) => rule.category === "temp"));
    this.#temporary = spoken.filter(({ rule }) => rule.category === "temp");
    this.#moved = temporaryVariables.flatMap((name) => this.#movedTo(environment.get(name)));
    for (const store of stores) this.#byRule.set(store.rule.id, [...(this.#byRule.get(store.rule.id) ?? []), store]);
  }

  /** The folder that a variable sets for temporary files, if it is below a store of them. */
  #movedTo(path: string | undefined): FileNode[] {
    const node = path === undefined ? null : resolvePath(this.#uses.tree, path);
    const store = node === null ? undefined : this.#temporary.find(({ root }) => root !== node && isWithin(node, root));
    return store === undefined ? [] : [unitOf(store, node!)];
  }

  /** A command of the config. */
  command(text: string, what: string): void {
    for (const node of this.#nodesIn(text, null)) this.#uses.keep(node, `${what} names it`);
    for (const { nodes, name } of this.#toolsIn(text, "command", null))
      for (const node of nodes) this.#uses.keep(node, `${what} calls ${name}, which runs from it`);
    this.#names.commands(text, null, what);
  }

  /** Reads everything that a script, program or settings file may name. */
  read(node: FileNode, stored: Buffer): void {
    const content = isWideText(stored) ? withoutNuls(stored.subarray(2)) : stored;
    const store = this.#index.around(node)[0] ?? null;
    if (isArchiveOfPrograms(node.name) || endsAsArchive(content)) {
      this.#archive(node, content);
      return;
    }
    if (content.length > mostTextBytes || isBinary(content)) {
      this.readPaths(node, content);
      return;
    }
    const text = spelledOut(content.toString("latin1"), node.name);
    const by = displayPath(node.path);
    this.#tell(node, this.#nodesIn(text, node), `${by} names it`);
    const calls = text.startsWith("#!") || runs.test(node.path) ? "command" : source.test(node.name) ? "quoted" : null;
    if (calls !== null)
      for (const { nodes, name } of this.#toolsIn(text.replace(unspoken, ""), calls, node))
        this.#tell(node, nodes, `${by} calls ${name}, which runs from it`, store === null);
    for (const { file, setting, rule } of offlineSettings)
      if (file.test(node.name) && setting.test(text))
        for (const { root } of this.#byRule.get(rule) ?? []) this.#tell(node, [root], `${by} says that tools install from it`);
    if (store === null) this.#names.text(text, node, by);
    if (calls !== null) this.#names.commands(text, node, by);
  }

  /** Reads only whole paths: for programs, libraries and data, in which `/tmp` and words of the same line mean nothing. */
  readPaths(node: FileNode, content: Buffer): void {
    const isElf = isElfProgram(content);
    const bytes = isWindowsProgram(content) ? withoutNuls(content) : content;
    const asks = this.#temporary.length > 0 && isBinary(content) && asksInProgram.some((name) => bytes.includes(name, 0, "latin1"));
    if (this.#repositories.size > 0 && isBinary(content) && asksForRepository.some((word) => bytes.includes(word, 0, "latin1"))) {
      const near = [...this.#repositories.keys()].filter((root) => this.#isNear(root, "", node));
      this.#tell(node, near, `${displayPath(node.path)} calls git, which reads it`);
    }
    const isNear = isElf && this.#temporary.some(({ root }) => node.parent === root);
    if (!asks && !isNear && !this.#finder.mayMention(bytes) && !(isElf && content.includes("$ORIGIN"))) return;
    const text = bytes.toString("latin1");
    const nodes = new Set<FileNode>();
    const folders = new Set(isNear ? [node.parent!] : []);
    const temporary = new Set<FileNode>();
    for (const { store, node: named } of isBinary(content) ? this.#finder.findInProgram(text) : this.#finder.find(text)) {
      if (store.rule.inert === true) continue;
      if (named !== null && store.rule.category === "stores" && compiled.test(named.name)) continue;
      if (named !== null) nodes.add(unitOf(store, named));
      else if (store.rule.category === "temp" && isBinary(content)) (isElf ? folders : temporary).add(store.root);
    }
    for (const folder of [...(asks ? this.#temporary.map(({ root }) => root) : []), ...temporary, ...folders])
      addNamesIn(nodes, folder, text);
    for (const folder of folders) for (const one of librariesNamed(folder, text)) nodes.add(one);
    if (isElf) for (const one of this.#origins(text, node)) nodes.add(one);
    this.#tell(node, this.#othersThan(node, nodes), `${displayPath(node.path)} names it`);
  }

  /** Keeps what a file names: at once if `mayOutlive` and the file outlives it (see `outlives`), else when the file is known to stay. */
  #tell(by: FileNode, nodes: readonly FileNode[], why: string, mayOutlive = true): void {
    const pending: FileNode[] = [];
    for (const node of nodes) {
      if (mayOutlive && outlives(this.#index, by, node)) this.#uses.keep(node, why);
      else pending.push(node);
    }
    if (pending.length > 0) this.#pending.push({ by, nodes: pending, why });
  }

  /** Reads an archive's class path, and what its settings, sources and classes name. */
  #archive(node: FileNode, content: Buffer): void {
    const by = displayPath(node.path);
    this.#tell(node, [...this.#classPath(classPathIn(content), node)], `the class path in ${by} names it`);
    const named = new Set<FileNode>();
    for (const { text, isCompiled } of textsIn(content)) {
      if (isCompiled && asksInProgram.some((name) => text.includes(name)))
        for (const { root } of this.#temporary) addNamesIn(named, root, text);
      if (!this.#finder.mayMention(text)) continue;
      if (!isCompiled) for (const one of this.#nodesIn(text, node)) named.add(one);
      else
        for (const { store, node: one } of this.#finder.findInProgram(text))
          if (one !== null && store.rule.inert !== true) named.add(unitOf(store, one));
    }
    this.#tell(node, this.#othersThan(node, named), `${by} names it`);
  }

  /** Archives and folders of a Java archive's class path that the plan may remove. */
  *#classPath(paths: readonly string[], archive: FileNode): Generator<FileNode> {
    for (const path of paths) {
      const node = resolvePath(this.#uses.tree, path.startsWith("/") ? path : `./${path}`, { from: archive.parent! });
      if (node === null) continue;
      for (const store of this.#index.around(node)) yield node === store.root ? node : unitOf(store, node);
    }
  }

  /** Keeps what files name that are kept by now. Returns whether that keeps anything more. */
  settle(): boolean {
    for (const { by, node, name } of this.#variables.resolve())
      this.#tell(by, this.#othersThan(by, new Set([node])), `${displayPath(by.path)} names it behind ${name}`);
    const ready = this.#pending.filter(({ by }) => this.#uses.keptBy(by) !== null);
    this.#pending = this.#pending.filter((named) => !ready.includes(named));
    let more = false;
    for (const { nodes, why } of ready) for (const node of nodes) more = this.#uses.keep(node, why) || more;
    return more;
  }

  *#toolsIn(text: string, form: "command" | "quoted", file: FileNode | null): Generator<ToolUse> {
    if (this.#byRule.size === 0) return;
    for (const { name, rules, children, unless, isNear, folder, [form]: pattern } of tools) {
      const all = rules.flatMap((rule) => this.#byRule.get(rule) ?? []).map(({ root }) => root);
      const fitting = folder === undefined ? all : all.filter((root) => folder.test(root.parent!.path));
      const roots = isNear === true ? fitting.filter((root) => this.#isNear(root, text, file)) : fitting;
      if (roots.length === 0 || !pattern.test(text) || unless?.test(text) === true) continue;
      yield { name, nodes: children === undefined ? roots : roots.flatMap((root) => childrenNamed(root, children)) };
    }
  }

  /** True for a repository that serves the folder of this file or WORKDIR, or a folder that the text or the config names. */
  #isNear(repository: FileNode, text: string, file: FileNode | null): boolean {
    const places = file === null ? this.#workdirs : [file, ...this.#workdirs];
    return (this.#repositories.get(repository) ?? []).some(
      (folder) =>
        places.some((place) => isWithin(place, folder)) ||
        this.#uses.isConfigured(folder) ||
        (folder.parent !== null && text.includes(`/${folder.path}`)),
    );
  }

  /** What a text names, as written and with its variables expanded; `file` is the file of the text. */
  #nodesIn(text: string, file: FileNode | null): FileNode[] {
    if (!this.#isSpoken) return [];
    const nodes = new Set<FileNode>();
    const isShell = file === null || !source.test(file.name);
    if (file !== null) this.#variables.refer(file, text);
    const written = [text, ...otherSpellings(text)];
    for (const one of written)
      for (const variant of [one, ...(isShell ? expandVariables(one, this.#environment) : [])]) this.#addNamed(nodes, variant, file);
    if (text.includes("./")) {
      const folders = file === null ? this.#workdirs : [file.parent!, ...this.#workdirs];
      for (const node of this.#finder.findRelative(text, folders))
        for (const store of this.#index.around(node)) if (node !== store.root) nodes.add(unitOf(store, node));
    }
    return file === null ? [...nodes] : this.#othersThan(file, nodes);
  }

  #addNamed(nodes: Set<FileNode>, text: string, file: FileNode | null): void {
    const bare = new Set<Store>();
    if (this.#finder.mayMention(text)) {
      const folders = new WholeFolders(text, file);
      for (const { store, node, at, end } of this.#finder.find(text)) {
        if (isCleared(text, at)) continue;
        // apt uses this folder as a package source.
        if (store.rule.inert === true && fromFolder.test(text.slice(Math.max(0, at - 12), at))) nodes.add(store.root);
        else if (node !== null) {
          if (store.rule.inert !== true || (node.children === null && !removing.test(lineAt(text, at)))) nodes.add(unitOf(store, node));
        } else if (store.rule.inert !== true) {
          bare.add(store);
          const isWhole = !/^\/(?:[^\s"':;.)]|\.\w)/.test(text.slice(end, end + 3));
          const use = isWhole ? folders.useAt({ at, end }, store) : "none";
          if (use === "all") nodes.add(store.root);
          else if (use === "modules") addModules(nodes, store.root);
          if (file !== null && isWhole) this.#variables.assign(text, at, store);
        }
      }
    }
    const asks = this.#temporary.length > 0 && asksForTemporary.test(text);
    for (const store of this.#temporary) {
      // A file in the folder of temporary files refers to its neighbours by name.
      if (asks || bare.has(store) || file?.parent === store.root) addNeighbours(nodes, store, text, file);
    }
    if (asks) for (const folder of this.#moved) nodes.add(folder);
    for (const store of bare) if (store.rule.category !== "temp") addPathsBelow(nodes, store, text);
  }

  /** Without the unit that contains the file itself. */
  #othersThan(file: FileNode, nodes: Set<FileNode>): FileNode[] {
    for (const store of this.#index.around(file)) if (file !== store.root) nodes.delete(unitOf(store, file));
    return [...nodes];
  }

  /** Libraries that a program looks for relative to itself. */
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
