/**
 * npm, yarn and pnpm: a package is a directory in some `node_modules`, wherever hoisting or pnpm's store put it. Its needs are resolved as
 * in Node, through the `node_modules` of its own directory and those above it, so needs are directories rather than names.
 */
import type { FileNode, FileTree } from "../../../../src/filesystem/file-tree.ts";
import { resolvePath } from "../../../../src/filesystem/resolve-path.ts";
import { EntryType } from "../../../../src/tar/entry.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import type { NpmManifest } from "../../manifests/npm.ts";
import type { InstalledPackage, Need } from "../../model.ts";
import { installed } from "../installed.ts";

export function npmPackages(sources: SourceFiles): InstalledPackage[] {
  const packages = sources.of("npm-package").flatMap(({ path, node, kept }) => {
    // A package.json without name and version only says how to load a directory.
    if (!("npm" in kept) || kept.npm.name === null || kept.npm.version === null) return [];
    return [packageAt(sources.tree, node.parent!, path, kept.npm)];
  });
  const applications = sources.of("npm-application").flatMap(({ path, node, kept }) => {
    const directory = node.parent!;
    if (!("npm" in kept) || directory.children?.get("node_modules")?.inode == null) return [];
    return [applicationAt(sources.tree, directory, path, kept.npm)];
  });
  return [...applications, ...packages, ...yarnCache(sources)];
}

function packageAt(
  tree: FileTree,
  directory: FileNode,
  path: string,
  { name, version, dependencies, optional, peers, isCut }: NpmManifest,
): InstalledPackage {
  return installed({
    ecosystem: "npm",
    name: name!,
    version: version!,
    evidence: path,
    directories: [directory.path],
    automatic: hasAnApplication(directory) ? true : null,
    needs: placesOf(tree, directory, [...dependencies, ...peers]),
    recommends: placesOf(tree, directory, optional),
    provides: [placeName(directory)],
    isCut: isCut === true,
  });
}

/** An application's own files are the author's. Its directory is not claimed, because it would take everything in it that nobody owns. */
function applicationAt(tree: FileTree, directory: FileNode, path: string, manifest: NpmManifest): InstalledPackage {
  const { name, version, dependencies, optional, peers, develops, isCut } = manifest;
  const isRuntime = new Set([...dependencies, ...optional]);
  return installed({
    ecosystem: "npm",
    name: name || directory.name || "application",
    version: version ?? "",
    evidence: path,
    automatic: false,
    needs: placesOf(tree, directory, [...dependencies, ...peers.filter((peer) => !develops.includes(peer))]),
    recommends: placesOf(tree, directory, optional),
    develops: placesOf(
      tree,
      directory,
      develops.filter((need) => !isRuntime.has(need)),
    ),
    provides: [placeName(directory)],
    isApplication: true,
    isCut: isCut === true,
  });
}

/** True if a package.json next to the outermost `node_modules` says what was requested. */
function hasAnApplication(directory: FileNode): boolean {
  let outermost: FileNode | null = null;
  for (let node: FileNode | null = directory; node !== null; node = node.parent) if (node.name === "node_modules") outermost = node;
  return outermost?.parent?.children?.get("package.json")?.inode != null;
}

/** A name unique to this directory, because needs are resolved by place. */
function placeName(directory: FileNode): string {
  return `/${directory.path}`;
}

/** Deeper than any real tree. A deeper one must not cost a walk up all its levels for each need. */
const mostLevels = 100;

/** The directories of the wanted packages that Node would find from here, each as a need; what is not installed is left out. */
function placesOf(tree: FileTree, directory: FileNode, wanted: readonly string[]): Need[] {
  if (wanted.length === 0) return [];
  const above = modulesAbove(directory);
  return wanted.flatMap((name) => {
    const found = findModule(tree, above, name);
    return found === null ? [] : [[placeName(found)]];
  });
}

function findModule(tree: FileTree, above: readonly FileNode[], name: string): FileNode | null {
  const first = name.split("/", 1)[0]!;
  for (const modules of above) {
    const child = modules.children?.get(first);
    if (child === undefined) continue;
    const isDirectory = first === name && child.inode?.type === EntryType.directory;
    const found = isDirectory ? child : resolvePath(tree, name, { from: modules });
    if (found !== null && found.children?.get("package.json")?.inode != null) return found;
  }
  return null;
}

/** The `node_modules` of a directory and of those above it, nearest first. */
function modulesAbove(directory: FileNode): FileNode[] {
  const found: FileNode[] = [];
  let levels = 0;
  for (let node: FileNode | null = directory; node !== null && levels < mostLevels; node = node.parent, levels += 1) {
    const modules = node.name === "node_modules" ? undefined : node.children?.get("node_modules");
    if (modules !== undefined && modules.inode !== null) found.push(modules);
  }
  return found;
}

/** yarn's zip archives, which are used without unpacking: `NAME-npm-VERSION-HASH-HASH.zip`. */
function yarnCache(sources: SourceFiles): InstalledPackage[] {
  return sources.of("yarn-archive").flatMap(({ path, node }) => {
    const match = /^(@[^-]+-)?(.+)-npm-(\d[^-]*(?:-[a-z][\w.]*)?)-[0-9a-f]{10}(?:-[0-9a-f]+|-\d+)?\.zip$/.exec(node.name);
    if (match === null) return [];
    const scope = match[1] === undefined ? "" : `${match[1].slice(0, -1)}/`;
    return [installed({ ecosystem: "npm", name: `${scope}${match[2]!}`, version: match[3]!, evidence: path, files: [path] })];
  });
}
