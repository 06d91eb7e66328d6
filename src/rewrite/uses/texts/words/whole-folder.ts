/**
 * Whether a text that names a folder of a store, but nothing in it, uses its content. There are too many ways to serve, search or list a
 * folder of temporary files, so it counts as used unless the words around it say that the folder is written to or cleared.
 */
import type { FileNode } from "../../../../filesystem/file-tree.ts";
import type { Store } from "../../stores.ts";
import { interpreted, source } from "./file-names.ts";
import { commandAround, isComment, isListed, isSearched, lineAt, removing } from "./lines.ts";

/** Files in which `NAME=value` is a variable, not a setting. */
const variables =
  /(?:^|\/)(?:etc\/(?:default|conf\.d|sysconfig)\/.*|environment|[^/]*(?:\.(?:sh|bash|env|service)|_profile)|\.env.*|\.\w*(?:rc|profile))$/;

/** Names of settings that say where to write, or what a program may do. */
const places =
  /te?mp|cache|log|pid|sock|lock|out|dest|target|upload|download|writ|allow|basedir|private|inaccess|session|spool|scratch|swap|backup|export|build|work|cwd|run|mount|volume|device|deny|exclude|ignore|skip|protect|permit|safe|crash/i;
const settingBefore = /(\w[\w.-]{0,79})["'>\]]{0,3}\s{0,4}[=:(\s]\s{0,20}["'(]{0,3}$/;
const assignsShell = /(?:^|\s)[A-Za-z_]\w*=["']?$/;
/** Variables of other shells, and defaults of variables: what is done with them is elsewhere. */
const assigns = /(?:^|\s)\$\w+\s*=\s*["']?$|\$\{\w+:?[-=]["']?$/;
const commands =
  /\b(?:cd|pushd|chdir|wget|curl|unzip|mktemp|touch|tee|df|du|stat|mount|umount|mountpoint|tmpfs|echo|printf|test|export|git\s+clone|case)\b|(?:^|\s)(?:\[|:\s)/;
const unpacks = /\btar\s(?:[^\n]{0,300}\s)?(?:-?[a-zA-Z]*x[a-zA-Z]*|--extract)(?:\s|$)/;
/** Copies into the folder if it comes last. */
const copiesInto = /\b(?:cp|mv|install|rsync|ln|scp)\s/;
const instruction = /(?:^|\s)(?:COPY|ADD)\s/;
/** A name to be filled in follows. */
const namesOn = /^\/["'`]?\s*[+.%$]/;
const mountsBehind = /^["']?:(?:\/|r[ow]\b)/;

/** Calls that only build a path from it, check for it, or write there. */
const calls =
  /(?:^|[.:_$])(?:(?:\w*(?:join|resolve|mkdir|mkdtemp|mktemp|mkstemp|te?mp|exists|access|isdir|is_dir|writable|chdir|log|print|puts|echo|info|warn|debug|error|format|write|starts_?with|includes|contains|replace|normpath|realpath|abspath|assert|equals?|expect|getenv|cwd|upload|download)\w*)|l?stat(?:Sync)?|Paths?|Path\.of|File|URL|URI|from|get|open|new)$/i;
const calleeBefore = /([\w.$:]{1,80})!?\s*\([^()]*$/;

/** Changes to the folder, after which files in it are named without it. */
const enters = /\b(?:cd|pushd|chdir|setwd)\s*\(?\s*["']?$/;
const entersBySetting = /\b(?:directory|WorkingDirectory|cwd|working_dir)["']?\s*[=:]\s*["']?$/;
const listsOwnFolder =
  /\b(?:in|cat|sh|bash|source|cp|mv|tar|zip|node|ruby|perl|python3?)[ \t](?:[^\n;&|]{0,200}[ \t])?(?:\.\/)?\*(?=[\s;)"']|$)|\bls(?:[ \t]+-\w+)*[ \t]*(?=[|;)&\n]|$)|\b(?:find|tar[ \t][^\n]{0,100})[ \t]\.(?=\s|$)|\b(?:listdir|scandir|readdir\w*|glob|iglob|iterdir|walk|opendir|children|entries)\s*\(\s*(?:["'](?:\.?\/?\*{0,2}|\.)["'])?\s*[,)]/;

export type FolderUse = "all" | "modules" | "none";

export class WholeFolders {
  readonly #text: string;
  /** "" for a command. */
  readonly #path: string;
  /** Source of a language in which paths are quoted. */
  readonly #isSource: boolean;
  /** `NAME=value` is a variable. */
  readonly #isShell: boolean;
  /** Null until needed. */
  #listsOwn: boolean | null = null;

  /** `file`: the file of the text; null for a command. */
  constructor(text: string, file: FileNode | null) {
    this.#text = text;
    this.#path = file?.path ?? "";
    this.#isSource = file !== null && (source.test(file.name) || interpreted.test(text));
    this.#isShell = file === null || text.startsWith("#!") || variables.test(file.path);
  }

  /** "modules": only what can be loaded by name. `at` and `end`: position of the folder's name. */
  useAt({ at, end }: Place, { rule }: Store): FolderUse {
    const text = this.#text;
    if (isSearched(text, at, this.#path)) return "all";
    if (rule.category !== "temp") return "none";
    const line = lineAt(text, at);
    // A match may begin with the quote before the path.
    const { before, behind } = commandAround(text, text.indexOf("/", at), end);
    if (copiesInto.test(before) && /^\/?["']?\s*$/.test(behind)) return "none";
    if (isListed(line)) return "all";
    if (namesOn.test(behind)) return "none";
    if (enters.test(before) || (!this.#isSource && entersBySetting.test(before))) return this.#isListedFromWithin() ? "all" : "none";
    if (isComment(line) || removing.test(line)) return "none";
    if (this.#isSource) return handedOver(before);
    if (mountsBehind.test(behind) || assigns.test(before) || (this.#isShell && assignsShell.test(before))) return "none";
    if (commands.test(before) || unpacks.test(before + behind) || instruction.test(before)) return "none";
    const name = settingBefore.exec(before)?.[1] ?? (/^\s*-\s*["']?$/.test(before) ? keyAbove(text, at) : "");
    if (places.test(name)) return "none";
    return searchesModules.test(before) ? "modules" : "all";
  }

  #isListedFromWithin(): boolean {
    this.#listsOwn ??= listsOwnFolder.test(this.#text.replace(clearing, ""));
    return this.#listsOwn;
  }
}

interface Place {
  readonly at: number;
  readonly end: number;
}

/** `rm -f *` uses nothing it lists. */
const clearing = /\brm[ \t][^\n;&|]*/g;

/** Paths that languages search for modules by name; nothing else there is loaded. */
const searchesModules =
  /\buse\s+lib\b|\bsys\.path\b|\baddsitedir\b|\bauto_path\b|\$LOAD_PATH\b|\$:|\bload_path\b|\bpackage\.c?path\b|\s-p[az]\s|\badd_path[az]?\b|\binclude_path\b/;

/** An argument of a call, or of Perl's `use lib` and Ruby's `<<`. */
function handedOver(before: string): FolderUse {
  const use = searchesModules.test(before) ? "modules" : "all";
  if (/(?:<<|\buse\s+lib)\s*(?:\(|qw.)?\s*["'`]?$|\bauto_path\s+["'{]?$/.test(before)) return use;
  if (!/["'`]$/.test(before)) return "none";
  let flat = before;
  for (let depth = 0; depth < 3; depth += 1) flat = flat.replace(/\([^()]*\)/g, "");
  const callee = calleeBefore.exec(flat)?.[1];
  if (callee === undefined || calls.test(callee)) return "none";
  const keyword = /(\w{1,60})["']?\s*[=:]\s*["'`]$/.exec(before)?.[1];
  return keyword === undefined || !places.test(keyword) ? use : "none";
}

/** The key of the YAML list whose item is at `at`. */
function keyAbove(text: string, at: number): string {
  const lines = text.slice(Math.max(0, at - 1000), at).split("\n");
  return lines.toReversed().find((line, index) => index > 0 && !/^\s*(?:-|$)/.test(line)) ?? "";
}
