/**
 * What scripts copy to another name or compress in place. Once two names are one file, `cp` and similar commands refuse ("are the same
 * file") and gzip skips it ("has 1 other link"), so that a start script with `set -e` ends there.
 */
import { EntryType } from "../../../../tar/entry.ts";
import type { FileNode, FileTree } from "../../../../filesystem/file-tree.ts";
import { resolvePath } from "../../../../filesystem/resolve-path.ts";

/** How a text writes commands: `shell` one per line, `source` as calls with quoted paths. */
export type CommandForm = "shell" | "source";

const copies = /(?:^|[\s;&|({`"'/])(?:cp|mv|install|ln)\s/;
const compresses = /(?:^|[\s;&|({`"'/])(?:gzip|gunzip|pigz|unpigz|bzip2|bunzip2|pbzip2|xz|unxz|lzma|lzip|lzop|lz4|zstd|compress)(?:\s|$)/;
/** Copies that preserve hard links, so that two files remain one where they are edited later, as in a volume. */
const carriesLinks =
  /(?:^|[\s;&|({`"'/])(?:cp\s(?:[^\n]{0,300}\s)?(?:-\w*[ad]\w*|--archive|--preserve\S*|--no-dereference)(?:\s|$)|mv\s|tar\s+c\w*\s|tar\s(?:[^\n]{0,300}\s)?(?:-[A-Za-z]*c[A-Za-z]*|--create)(?:\s|$)|cpio\s|pax\s|rsync\s(?:[^\n]{0,300}\s)?(?:-\w*H\w*|--hard-links)(?:\s|$))/;
const copyingCall =
  /\bos\.(?:renames?|replace)\b|\bFile\.rename\b|\brenameTo\b|\bshutil\.(?:copy\w*|move)\b|\bcopy(?:tree|file|Recursive|Sync)\b|\bcopyFile(?:Sync)?\b|\bfs\.(?:promises\.)?(?:cp|copy|rename)(?:Sync)?\b|\bcpSync\b|\bFileUtils\.(?:cp|mv|install|copy)\w*|\bFile::Copy\b|\bFiles\.(?:copy|move)\b|(?<![\w.>:])(?:copy|rename)\s*\(|\bfile\s+(?:copy|rename)\b/;

const commentLine = /^\s*#/;
const commandEnd = /&&|\|\||[;&|\n]/;
/** The folder of the script itself: `$(dirname "$0")`, `"$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"`, `${0%/*}`. */
const ownFolder =
  /"?(?:\$\(\s*cd\s+(?:-P\s+)?(?:--\s+)?"?)?\$\(\s*dirname\s+(?:--\s+)?"?(?:\$\(\s*(?:readlink|realpath)\s+(?:-\w+\s+)?(?:--\s+)?"?)?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})"?\s*\)?"?\s*\)?(?:[^)\n]{0,40}\bpwd(?:\s+-P)?\s*\))?"?|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%\/\*\}/g;
const changesFolder =
  /(?:(?:^|[\s;&|({"'])(?:cd|pushd)\s+(?:--\s+)?|^[ \t]*(?:directory|WorkingDirectory|chdir|cwd|working_dir)[ \t]*[=:][ \t]*)["']?([^\s"';&|)]{1,300})/gm;
const quoted = /["'`]([^"'`\n]{1,300})["'`]/g;
const special = /[*?[{$%]/;

/** Folders of general use: that a source names one says nothing about everything in it. */
const shared =
  /^(?:(?:usr\/)?(?:local\/)?(?:s?bin|lib(?:32|64|exec)?|share|include|src)|usr|usr\/local|opt|var|home|srv|etc|tmp|run|dev|proc|sys)?$/;

/** The text with its own folder written as `.`. */
export function withOwnFolder(text: string): string {
  return text.includes("dirname") || text.includes("%/*") ? text.replace(ownFolder, ".") : text;
}

/** Per script; one that changes to more folders is not a start script. */
const mostFolders = 16;

/** Where relative paths of a shell script may start: folders it changes to, WORKDIR, and its own folder if it `asksForOwn`. */
export function foldersOf(
  tree: FileTree,
  texts: readonly string[],
  own: FileNode | null,
  { workdirs, asksForOwn }: FolderInput,
): FileNode[] {
  const folders = new Set(workdirs);
  if (own !== null && asksForOwn) folders.add(own);
  const starts = own === null ? workdirs : [...workdirs, own];
  for (const text of texts) {
    for (const [, path] of text.matchAll(changesFolder)) {
      if (folders.size >= mostFolders) break;
      for (const from of path!.startsWith("/") ? [tree.root] : starts) {
        const node = special.test(path!) ? null : resolvePath(tree, path!, { from });
        if (node !== null && node.children !== null) folders.add(node);
      }
    }
  }
  return [...folders];
}

interface FolderInput {
  readonly workdirs: readonly FileNode[];
  readonly asksForOwn: boolean;
}

/** Files and folders that the text copies to an existing path, or compresses. `folders`: see `foldersOf`. */
export function handledNodes(tree: FileTree, text: string, folders: readonly FileNode[], form: CommandForm): FileNode[] {
  return form === "source" ? inSource(tree, text, folders) : inShell(tree, text, folders);
}

/** Files that a shell script names by paths from one of these folders. */
export function* filesNamedFrom(text: string, folders: readonly FileNode[], tree: FileTree): Generator<FileNode> {
  if (folders.length === 0) return;
  for (const [word] of text.matchAll(/(?<![\w/])[\w.@+~%][\w./@+~%-]{0,300}/g)) {
    for (const from of folders) {
      const node = resolvePath(tree, word, { from });
      if (node !== null && node.children === null && node.inode?.type === EntryType.file) yield node;
    }
  }
}

function inShell(tree: FileTree, text: string, folders: readonly FileNode[]): FileNode[] {
  if (!copies.test(text) && !compresses.test(text) && !carriesLinks.test(text)) return [];
  const found = new Set<FileNode>();
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    if (commentLine.test(line)) continue;
    for (const command of line.split(commandEnd)) {
      if (copies.test(command)) addCopied(found, placesOf(tree, words(command), folders), /\{[^{}]*,/.test(command));
      if (carriesLinks.test(command))
        for (const places of placesOf(tree, words(command), folders)) for (const node of places) add(found, node);
    }
    // In `find DIR -name '*.js' | xargs gzip`, the folder is in another command of the line.
    if (compresses.test(line)) for (const places of placesOf(tree, words(line), folders)) for (const node of places) add(found, node);
  }
  return [...found];
}

function inSource(tree: FileTree, text: string, folders: readonly FileNode[]): FileNode[] {
  if (!copyingCall.test(text)) return [];
  const found = new Set<FileNode>();
  const paths = new Set<string>();
  for (const [, path] of text.matchAll(quoted)) if (!/\s/.test(path!)) paths.add(path!);
  addCopied(
    found,
    placesOf(tree, [...paths], folders).map((nodes) => nodes.filter((node) => !shared.test(node.path))),
  );
  return [...found];
}

function words(command: string): string[] {
  return (command.match(/[^\s<>()]+/g) ?? [])
    .map((word) => word.replace(/["'`]/g, ""))
    .filter((word) => word !== "" && !/^-[^/]*$/.test(word));
}

/** A copy needs two existing paths; braces in a shell may write both as one word. */
function addCopied(found: Set<FileNode>, places: readonly (readonly FileNode[])[], hasBraces = false): void {
  if (places.filter((nodes) => nodes.length > 0).length < (hasBraces ? 1 : 2)) return;
  for (const nodes of places) for (const node of nodes) add(found, node);
}

/** The root is ignored: naming it says nothing about everything in it. */
function add(found: Set<FileNode>, node: FileNode): void {
  if (node.parent !== null) found.add(node);
}

/** What each word may refer to; for a glob, the folder it is expanded in. */
function placesOf(tree: FileTree, paths: readonly string[], folders: readonly FileNode[]): FileNode[][] {
  return paths.map((word) => {
    const path = word.replace(/^-[^/]*(?=\/)/, "");
    const cut = path.search(special);
    const whole = cut < 0 ? path : path.slice(0, path.lastIndexOf("/", cut) + 1);
    if (whole === "" && path.startsWith("$")) return [];
    const from = path.startsWith("/") ? [tree.root] : folders;
    return from.flatMap((folder) => resolvePath(tree, whole === "" ? "." : whole, { from: folder }) ?? []);
  });
}
