/** Files that texts name by whole paths, or copy or compress: which must not be linked to others, and which documentation is used. */
import type { FileNode } from "../../../../filesystem/file-tree.ts";
import { resolvePath } from "../../../../filesystem/resolve-path.ts";
import type { DropCategory } from "../../../plan/plan.ts";
import { Languages } from "../../languages.ts";
import { StoreIndex } from "../../stores.ts";
import type { Store } from "../../stores.ts";
import type { Uses } from "../../uses.ts";
import { filesNamedFrom, foldersOf, handledNodes, withOwnFolder } from "./file-commands.ts";
import { isComment, isListed, isLogName, isLogRead, lineAt } from "./lines.ts";
import { expandVariables } from "./script-variables.ts";

/** Absolute paths in commands and scripts, up to a character that is rare in paths. */
const absolutePath = /(?<![\w./-])\/[\w./@+~%=-]{1,500}/g;
export const source = /\.(?:py|pyw|rb|pl|pm|js|mjs|cjs|ts|mts|cts|php|lua)$/;
/** A script of such a language, whatever its name. */
export const interpreted = /^#!.{0,100}\b(?:python|node|deno|bun|ruby|perl|php|lua|tclsh|Rscript)/;
/** Used only if a text names the file itself, not something next to it. */
const quiet: ReadonlySet<string> = new Set<DropCategory>(["docs", "man", "logs", "locales", "static"]);
/** How languages continue a path: `join("/usr/share/doc", "app", "x")`. */
const joinedOn = /^["'`]\s{0,3}[,/+.]{1,2}\s{0,3}["'`]\/?([\w.@+~%/-]{1,255})/;
const mostJoined = 8;
/** Compiled Python that is run by its own name: then it is kept, even if its source is there. */
const compiledName = /(?<![\w.+~-])[\w.+~-]{1,250}\.py[co](?![\w-])/g;
/** Installers list what they installed, which does not mean it is used. */
const installed = /(?:^|\/)conda-meta\/|\.(?:dist|egg)-info\//;
/** Settings that serve a folder as it is. */
const serves = /\b(?:alias|root|DocumentRoot|static\w*)\b/i;

export interface FileNamesInput {
  readonly uses: Uses;
  readonly stores: readonly Store[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workdirs: readonly FileNode[];
}

export class FileNames {
  readonly #uses: Uses;
  readonly #environment: ReadonlyMap<string, string>;
  readonly #workdirs: readonly FileNode[];
  readonly #quiet: StoreIndex;
  readonly #archives: StoreIndex;
  readonly #languages: Languages;
  /** By file name. */
  readonly #compiled = new Map<string, FileNode[]>();

  constructor({ uses, stores, environment, workdirs }: FileNamesInput) {
    this.#uses = uses;
    this.#environment = environment;
    this.#workdirs = workdirs;
    this.#quiet = new StoreIndex(stores.filter(({ rule }) => quiet.has(rule.category)));
    this.#archives = new StoreIndex(stores.filter(({ rule }) => rule.category === "static"));
    this.#languages = new Languages(uses, stores);
    this.#languages.environment(environment);
    for (const { rule, files } of stores) {
      if (rule.category !== "pyc") continue;
      for (const node of files) this.#compiled.set(node.name, [...(this.#compiled.get(node.name) ?? []), node]);
    }
  }

  /** Reads any text; but documentation that names other documentation does not use it. */
  text(text: string, file: FileNode, by: string): void {
    if (this.#quiet.around(file).some(({ rule }) => rule.pattern.test(file.path))) return;
    this.#name(text, `${by} names it`);
    if (!installed.test(file.path)) this.#nameCompiled(text, `${by} names it`);
    this.#languages.text(text, by);
  }

  /**
   * Files named by their whole path must not be linked to others, which an edit in place would change too. Documentation and the like is
   * used if a text names it, but not if only a comment does.
   */
  #name(text: string, why: string): void {
    for (const { 0: path, index } of text.matchAll(absolutePath)) {
      const node = this.#nodeAt(path.replace(/[.:,/]+$/, ""), text, index + path.length);
      if (node === null) continue;
      if (node.children === null) this.#uses.name(node, why);
      const stores = this.#quiet.around(node);
      if (stores.length === 0) {
        this.#listed(node, text, index, why);
        continue;
      }
      const line = lineAt(text, index);
      const isGiven = isListed(line) || serves.test(line);
      const around = stores.find(({ root, rule }) => root !== node || rule.category === "locales" || (isGiven && rule.category === "docs"));
      if (around === undefined) continue;
      if (!isComment(line) && (around.rule.category !== "logs" || isLogRead(line) || !isLogName(node.name))) this.#uses.keep(node, why);
    }
  }

  /** If a program lists a folder of translations, it may use every language it finds. */
  #listed(folder: FileNode, text: string, at: number, why: string): void {
    const below = this.#quiet.below(folder).filter(({ rule, root }) => rule.category === "locales" && root.parent === folder);
    if (below.length === 0) return;
    const line = lineAt(text, at);
    if (isListed(line) && !isComment(line)) for (const { root } of below) this.#uses.keep(root, why);
  }

  #nameCompiled(text: string, why: string): void {
    if (this.#compiled.size === 0) return;
    for (const [name] of text.matchAll(compiledName)) for (const node of this.#compiled.get(name) ?? []) this.#uses.keep(node, why);
  }

  /** The node that a path leads to, including names that a language joins to it. */
  #nodeAt(path: string, text: string, end: number): FileNode | null {
    let node = resolvePath(this.#uses.tree, path);
    let at = end;
    for (let count = 0; node !== null && node.children !== null && /["'`]/.test(text[at] ?? "") && count < mostJoined; count += 1) {
      const found = joinedOn.exec(text.slice(at, at + 300));
      const next = found === null ? null : resolvePath(this.#uses.tree, `./${found[1]}`, { from: node });
      if (next === null) break;
      node = next;
      at += found![0].length;
    }
    return node;
  }

  /** What commands and scripts copy to other files or compress must not be linked. */
  commands(text: string, file: FileNode | null, by: string): void {
    const { tree } = this.#uses;
    const why = `${by} copies or compresses it`;
    if (file === null) this.#nameCompiled(text, `${by} names it`);
    if (file !== null && (source.test(file.name) || interpreted.test(text))) {
      for (const node of handledNodes(tree, text, [file.parent!, ...this.#workdirs], "source")) this.#uses.handle(node, why);
      return;
    }
    const own = withOwnFolder(text);
    const texts = [own, ...expandVariables(own, this.#environment)];
    const folders = foldersOf(tree, texts, file?.parent ?? null, { workdirs: this.#workdirs, asksForOwn: own !== text });
    for (const one of texts) {
      for (const node of handledNodes(tree, one, folders, "shell")) this.#uses.handle(node, why);
      for (const node of filesNamedFrom(one, folders, tree)) {
        this.#uses.name(node, `${by} names it`);
        if (this.#archives.around(node).some(({ rule }) => rule.pattern.test(node.path))) this.#uses.keep(node, `${by} names it`);
      }
      this.#name(one, `${by} names it`);
    }
  }
}
