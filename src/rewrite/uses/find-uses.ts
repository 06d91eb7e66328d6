/**
 * Finds which of the files that a plan may remove, link or touch an image uses. Searches everything that can name a path: the config,
 * users' homes, symlinks, scripts, programs, cron tables, service units, the maps of Python environments and of Plug'n'Play. When in doubt,
 * a file counts as used: keeping too much costs some bytes, removing too much breaks the image.
 */
import { displayPath } from "../../filesystem/paths.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import type { Image } from "../../image/image.ts";
import { liveNodes } from "../../filesystem/live-files.ts";
import { resolvePath, symlinkTarget } from "../../filesystem/resolve-path.ts";
import { storedEntry } from "../../filesystem/stored-entry.ts";
import { EntryType } from "../../tar/entry.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { packageOwners } from "../plan/package-owners.ts";
import type { PackageOwners } from "../plan/package-owners.ts";
import type { ConfigEdits, DropCategory } from "../plan/plan.ts";
import { keepBeside } from "./beside.ts";
import { configReferences, wordsOf } from "./config-references.ts";
import type { ConfigReferences } from "./config-references.ts";
import { installingLayers } from "./installing-layers.ts";
import { runsUnchecked } from "./texts/content-kind.ts";
import { MentionFinder, nameInTexts } from "./texts/mentions.ts";
import { PackageFileReader } from "./package-files.ts";
import { isLibrary, isOfDistribution, isProgram, isReadable, mayNamePaths } from "./readable.ts";
import { readTexts } from "./read-texts.ts";
import { repositoryFolders } from "./repositories.ts";
import { findStores, heldByTexts, outlives, StoreIndex, unitOf } from "./stores.ts";
import type { Store } from "./stores.ts";
import { TextReader } from "./texts/text-reader.ts";
import { Uses } from "./uses.ts";
import { usersOf } from "./users.ts";
import type { User } from "./users.ts";

export interface UsesInput {
  readonly image: Image;
  readonly tree: FileTree;
  readonly edits: ConfigEdits;
}

/** @throws as reading a layer does */
export async function findUses({ image, tree, edits }: UsesInput): Promise<Uses> {
  const uses = new Uses(tree);
  const references = configReferences(image.config.container, edits);
  const stores = findStores(tree);
  const index = new StoreIndex(stores);
  const spoken = stores.filter(heldByTexts);
  const symlinks = [...symlinksOf(tree)];
  const finder = new MentionFinder(tree, spoken, aliasesOf(spoken, symlinks), wordsOf(references));
  const workdirs = references.workdirs.flatMap((path) => resolvePath(tree, path) ?? []);
  const repositories = await repositoryFolders(image, tree, stores);
  const reader = new TextReader({ uses, stores, finder, environment: references.environment, workdirs, repositories });
  const packageFiles = new PackageFileReader(uses, stores);
  addConfig(uses, references, index, reader);
  addVolumes(uses, references, index);
  for (const { text, what } of [...references.commands, ...references.variables]) packageFiles.command(text, what);
  addHomes(uses, await usersOf(image, tree), references, index);
  addCopied(uses, image, stores, reader);
  addEnvironments(uses, stores);
  const owners = stores.length === 0 ? new Map<FileNode, string>() : await packageOwners(image, tree);
  addOwned(uses, stores, owners);
  addLogsOfOthers(uses, stores);
  const { texts, others } = readableOf(tree, stores, owners);
  const sources = new Set(sourcesOf(tree, packageFiles, owners));
  const compiled = new Set(stores.flatMap(({ rule, files }) => (rule.category === "pyc" ? files : [])));
  const unread = await readTexts(image, tree, [...new Set([...texts, ...sources, ...others, ...compiled])], (node, content) => {
    if (compiled.has(node) && runsUnchecked(content)) uses.keep(node, "Python runs it whatever its source says");
    if (texts.has(node)) reader.read(node, content);
    else if (others.has(node)) reader.readPaths(node, content);
    if (texts.has(node) || sources.has(node)) packageFiles.read(node, content);
  });
  if (unread.length > 0) uses.unread.push(`${plural(unread.length, "large program")} could not be looked through for what it uses`);
  // What a file or link in a store leads to counts once that file or link is itself used, so repeat until nothing changes.
  do addSymlinks(uses, symlinks, index);
  while (reader.settle() || packageFiles.settle() || keepBeside(uses, stores));
  return uses;
}

/** Only what the config names: enough for plans that remove nothing. */
export function configUses({ image, tree, edits }: UsesInput): Uses {
  const uses = new Uses(tree);
  const references = configReferences(image.config.container, edits);
  const none = new StoreIndex([]);
  addConfig(uses, references, none, null);
  addVolumes(uses, references, none);
  return uses;
}

/** Commands, folders and variables. */
function addConfig(uses: Uses, references: ConfigReferences, stores: StoreIndex, reader: TextReader | null): void {
  const { tree } = uses;
  for (const { text, what } of references.commands) {
    reader?.command(text, what);
    for (const word of text.split(/[\s"'`;|&<>()=,]+/))
      for (const node of commandNodes(tree, word, references)) hold(uses, stores, node, `${what} names it`);
  }
  for (const { text, what } of references.variables) reader?.command(text, what);
  for (const { path, why } of references.folders) {
    const node = resolvePath(tree, path);
    if (node !== null && node !== tree.root) hold(uses, stores, node, why);
  }
}

/** What a word of a command may refer to: an absolute path, one relative to the working directory, or a program. */
function* commandNodes(tree: FileTree, word: string, { workdirs, searchPath }: ConfigReferences): Generator<FileNode> {
  if (word === "" || word === "." || word.startsWith("-")) return;
  const bases = word.startsWith("/") ? [""] : [...workdirs, ...(word.includes("/") ? [] : searchPath)];
  for (const base of bases) {
    const node = resolvePath(tree, `${base}/${word}`);
    if (node !== null && node !== tree.root) yield node;
  }
}

/** Keeps what is used of a store: the node's unit, or all of it if its root is named. Naming a folder above a store has no effect. */
function hold(uses: Uses, stores: StoreIndex, node: FileNode, why: string): void {
  uses.configure(node, why);
  for (const store of stores.around(node)) {
    // Where only some files of a folder may be removed, naming the folder is no use of them.
    if (node === store.root && store.rule.name !== undefined) continue;
    uses.keep(node === store.root ? node : unitOf(store, node), why);
  }
}

function addVolumes(uses: Uses, { volumes }: ConfigReferences, stores: StoreIndex): void {
  for (const path of volumes) {
    const node = resolvePath(uses.tree, path);
    if (node === null) continue;
    uses.volume(node);
    // A new volume is filled with the image's content.
    if (node !== uses.tree.root)
      for (const { root } of stores.below(node)) uses.keep(root, `it lies in the VOLUME ${displayPath(node.path)}`);
  }
}

function addHomes(uses: Uses, users: readonly User[], { users: wanted }: ConfigReferences, stores: StoreIndex): void {
  for (const name of wanted.length === 0 ? ["0"] : wanted) {
    const user = users.find((other) => other.name === name || other.id === name);
    if (user === undefined) continue;
    for (const [path, why] of [
      [user.home, `it is the home of ${user.name}`],
      [user.shell, `it is the shell of ${user.name}`],
    ] as const) {
      const node = path === "" ? null : resolvePath(uses.tree, path);
      if (node !== null && node !== uses.tree.root) hold(uses, stores, node, why);
    }
  }
}

const copies = /^(?:COPY|ADD)\b|#\(nop\)\s+(?:COPY|ADD)\b/;

/** Temporary files that the author copied on purpose, and caches that a COPY names. */
function addCopied(uses: Uses, image: Image, stores: readonly Store[], reader: TextReader): void {
  // Merged layers leave only their rows.
  for (const { createdBy, emptyLayer } of image.config.history)
    if (emptyLayer === true && createdBy !== undefined && copies.test(createdBy)) reader.command(createdBy, "COPY in the history");
  for (const { rule, files, path } of stores) {
    if (rule.category !== "temp" && (rule.category !== "caches" || rule.inert === true)) continue;
    for (const node of files) {
      const createdBy = image.layers[node.inode!.layer]?.createdBy ?? "";
      const instruction = copies.exec(createdBy)?.[0];
      if (instruction === undefined || (rule.category === "caches" && !createdBy.includes(nameInTexts(path)))) continue;
      uses.keep(node, `${instruction.endsWith("ADD") ? "ADD" : "COPY"} put it there`);
    }
  }
}

/** A distribution package's files belong to it, wherever they are. */
function addOwned(uses: Uses, stores: readonly Store[], owners: PackageOwners): void {
  for (const { rule, files } of stores) {
    if (rule.category !== "temp" && rule.category !== "caches") continue;
    for (const node of files) {
      const owner = owners.get(node);
      if (owner !== undefined) uses.keep(node, `the package ${owner} of the distribution brought it`);
    }
  }
}

/** A program that is not root cannot recreate a log where only root may write. */
function addLogsOfOthers(uses: Uses, stores: readonly Store[]): void {
  const ownerOf = ({ inode }: FileNode): number => (inode === null ? 0 : storedEntry(uses.tree, inode).uid);
  for (const { rule, files } of stores) {
    if (rule.category !== "logs") continue;
    for (const node of files) {
      const owner = ownerOf(node);
      if (owner !== 0 && ownerOf(node.parent!) !== owner) uses.keep(node, "its owner may write it, and could not make it again");
    }
  }
}

/** A Python environment is an installation wherever it is. */
function addEnvironments(uses: Uses, stores: readonly Store[]): void {
  for (const { files } of stores)
    for (const node of files) if (node.name === "pyvenv.cfg") uses.keep(node.parent!, "it is a Python environment");
}

interface Symlink {
  readonly link: FileNode;
  readonly target: FileNode;
}

function* symlinksOf(tree: FileTree): Generator<Symlink> {
  for (const link of liveNodes(tree)) {
    if (link.inode.type !== EntryType.symlink) continue;
    const target = symlinkTarget(tree, link);
    if (target !== null) yield { link, target };
  }
}

/** `usr/tmp` for `var/tmp`: other paths of a store, through a symlink to it or to a folder above it. */
function aliasesOf(stores: readonly Store[], symlinks: readonly Symlink[]): Map<Store, string[]> {
  const index = new StoreIndex(stores);
  const aliases = new Map<Store, string[]>();
  for (const { link, target } of symlinks) {
    if (target.parent === null) continue;
    for (const store of index.below(target))
      aliases.set(store, [...(aliases.get(store) ?? []), `${link.path}${store.path.slice(target.path.length)}`]);
  }
  return aliases;
}

/** Names for the whole folder of temporary files; a link with such a name is no use of its content. */
const temporary = /^\.?te?mp$/;

function addSymlinks(uses: Uses, symlinks: readonly Symlink[], stores: StoreIndex): void {
  for (const { link, target } of symlinks) {
    const around = stores.around(target);
    if (around.length === 0 || (!outlives(stores, link, target) && uses.keptBy(link) === null)) continue;
    for (const store of around) {
      // Alternatives link manual pages from /etc, which may dangle.
      if (store.rule.category === "man" || store.rule.name?.test(target.name) === false) continue;
      const why = `the symlink ${displayPath(link.path)} leads there`;
      if (target !== store.root) uses.keep(unitOf(store, target), why);
      else if (store.rule.category === "temp" && !temporary.test(link.name)) uses.keep(target, why);
    }
  }
}

/** Categories that `PackageFileReader` handles. */
const ofPackages: ReadonlySet<string> = new Set<DropCategory>(["static", "maps", "tests"]);

/** Sources of installed packages; also passes every live file to `reader.look`. */
function* sourcesOf(tree: FileTree, reader: PackageFileReader, owners: PackageOwners): Generator<FileNode> {
  for (const node of liveNodes(tree)) {
    if (node.inode.type !== EntryType.file) continue;
    reader.look(node, owners);
    if (!owners.has(node) && reader.wants(node, node.path)) yield node;
  }
}

const mostScriptBytes = 1024 * 1024;
/** `libc.so` may be a short text that names the libraries. */
const mostLinkerScriptBytes = 16 * 1024;

interface Readable {
  /** Can start a program or tell it where things are. */
  readonly texts: ReadonlySet<FileNode>;
  /** Other files that may name a path. */
  readonly others: ReadonlySet<FileNode>;
}

function readableOf(tree: FileTree, stores: readonly Store[], owners: PackageOwners): Readable {
  const texts = new Set<FileNode>();
  const others = new Set<FileNode>();
  // If nothing may be dropped, large files need not be read: only what scripts do to files that might be linked matters.
  const tellsNothing = (name: string, bytes: number): boolean =>
    stores.length === 0 && bytes > (isLibrary(name) ? mostLinkerScriptBytes : mostScriptBytes);
  const isSpoken = stores.some(heldByTexts);
  const whole = stores.filter(({ rule }) => !ofPackages.has(rule.category));
  const roots = new Set(whole.flatMap(({ rule, root }) => (rule.name === undefined ? [root] : [])));
  // Where only some files of a folder may be removed, the others are not in the store.
  const single = new Set(whole.flatMap(({ rule, files }) => (rule.name === undefined ? [] : files)));
  const isBelowStore = (node: FileNode): boolean => {
    for (let at: FileNode | null = node; at !== null; at = at.parent) if (roots.has(at)) return true;
    return false;
  };
  const installing = installingLayers(tree);
  let parent: FileNode | null = null;
  let isBelow = false;
  for (const node of liveNodes(tree)) {
    const { inode } = node;
    if (inode.type !== EntryType.file || tellsNothing(node.name, inode.bytes)) continue;
    if (node.parent !== parent) isBelow = isBelowStore((parent = node.parent)!);
    const inStore = isBelow || single.has(node);
    const isOwned = isOfDistribution(node, owners, installing);
    const { path } = node;
    if (isReadable(node, inode, path, isOwned, inStore) || isProgram(inode, path, storedEntry(tree, inode).mode, isOwned)) texts.add(node);
    else if (isSpoken && !isOwned && !inStore && mayNamePaths(node, inode)) others.add(node);
  }
  return { texts, others };
}
