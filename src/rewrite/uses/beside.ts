/**
 * What a program or file in a folder of temporary files needs next to it although nothing names it: modules and settings that its language
 * or framework looks for, and the other parts of data that consists of several files.
 */
import { displayPath } from "../../filesystem/paths.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { storedEntry } from "../../filesystem/stored-entry.ts";
import { EntryType } from "../../tar/entry.ts";
import type { Store } from "./stores.ts";
import { source } from "./texts/words/file-names.ts";
import type { Uses } from "./uses.ts";

/** Folders in which frameworks and loaders look, next to the program that is started. */
const folders =
  /^(?:templates?|static|views?|public|assets|conf(?:ig|s)?|libs?|src|instance|locales?|i18n|lang|translations|migrations|plugins|modules|resources|vendor|includes?|data|models?|node_modules)$/;
const settings =
  /^(?:\.env(?:\..+)?|\.npmrc|\.babelrc.*|package\.json|tsconfig.*\.json|deno\.jsonc?|.*\.config\.[cm]?[jt]s|(?:config|conf|settings|application|appsettings|bootstrap)(?:[-.].+)?\.(?:json5?|ya?ml|toml|ini|properties|py|[cm]?js|php|xml|rb)|Gemfile|Rakefile|log(?:4j2?|back).*\.(?:xml|properties)|composer\.json|__init__\.py)$/;
const moduleOfNode = /\.[cm]?[jt]sx?$/;
/** Node looks for modules and their type in each folder above a program. */
const aboveModules = /^(?:node_modules|package\.json)$/;
/** What a build leaves behind under the name of its result. */
const leftBehind = /\.(?:log|tmp|pid|o|d|bak|old|orig|swp|part)$/i;

/** Returns whether anything more is kept. */
export function keepBeside(uses: Uses, stores: readonly Store[]): boolean {
  let more = false;
  for (const { rule, root, files } of stores) {
    if (rule.category !== "temp") continue;
    const children = [...(root.children?.values() ?? [])].filter(({ inode }) => inode !== null);
    const used = children.filter((node) => uses.keptBy(node) !== null);
    if (used.length === 0 || used.length === children.length) continue;
    const shown = displayPath(root.path);
    const hasProgram = used.some((node) => isProgram(uses.tree, node));
    const hasModule = files.some((node) => moduleOfNode.test(node.name) && uses.keptBy(node) !== null);
    const parts = new Parts(used);
    for (const node of children) {
      const looked =
        (hasProgram && (node.children === null ? settings : folders).test(node.name)) || (hasModule && aboveModules.test(node.name));
      if (looked) more = uses.keep(node, `programs in ${shown} look for it there`) || more;
      else if (parts.has(node.name)) more = uses.keep(node, `it goes with a file of its name in ${shown}`) || more;
    }
  }
  return more;
}

function isProgram(tree: FileTree, { name, inode }: FileNode): boolean {
  if (inode?.type !== EntryType.file) return false;
  return source.test(name) || (storedEntry(tree, inode).mode & 0o111) !== 0;
}

/** `app.db-wal` for `app.db`, `model.onnx_data` for `model.onnx`, `map.shx` for `map.shp`, `svc.runtimeconfig.json` for `svc.dll`. */
class Parts {
  readonly #names: ReadonlySet<string>;
  readonly #stems: ReadonlySet<string>;

  constructor(used: readonly FileNode[]) {
    this.#names = new Set(used.map(({ name }) => name));
    this.#stems = new Set(used.map(({ name }) => name.slice(0, Math.max(0, name.lastIndexOf(".")))).filter((stem) => stem.length > 1));
  }

  has(name: string): boolean {
    if (leftBehind.test(name)) return false;
    for (const { index } of name.matchAll(/(?<=.)[.\-_~]/g)) {
      const head = name.slice(0, index);
      if (this.#names.has(head) || (name[index] === "." && this.#stems.has(head))) return true;
    }
    return false;
  }
}
