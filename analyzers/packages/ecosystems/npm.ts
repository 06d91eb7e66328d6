/**
 * npm, yarn and pnpm: a package is a directory in some `node_modules`, wherever hoisting or pnpm's store put it. What it needs is found as
 * Node does, in the `node_modules` of its own directory and of those above; so needs are given as directories, not as names.
 */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { InstalledPackage, Need } from "../model.ts";
import { resolvePath } from "../../../src/filesystem/resolve-path.ts";
import { recordOf } from "../evidence/source-files.ts";
import type { SourceFiles } from "../evidence/source-files.ts";
import { installed } from "./installed.ts";

export function npmPackages(sources: SourceFiles): InstalledPackage[] {
  const packages = sources.documents("npm-package").flatMap(({ path, node, json }) => {
    const { name, version } = json;
    // Without name and version it says how to load a directory, and is no package.
    if (typeof name !== "string" || typeof version !== "string") return [];
    return [packageAt(sources, node.parent!, path, { name, version, json, isApplication: false })];
  });
  const applications = sources.documents("npm-application").flatMap(({ path, node, json }) => {
    const directory = node.parent!;
    if (directory.children?.get("node_modules")?.inode == null) return [];
    const name = typeof json["name"] === "string" && json["name"] !== "" ? json["name"] : directory.name || "application";
    const version = typeof json["version"] === "string" ? json["version"] : "";
    return [packageAt(sources, directory, path, { name, version, json, isApplication: true })];
  });
  return [...applications, ...packages, ...yarnCache(sources)];
}

/** More than any manifest lists, and than any tree is deep: what claims more must not take the time of their product. */
const mostNeeds = 2000;
const mostLevels = 100;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly isApplication: boolean;
}

function packageAt(
  sources: SourceFiles,
  directory: FileNode,
  path: string,
  { name, version, json, isApplication }: Manifest,
): InstalledPackage {
  const names = (key: string): string[] => Object.keys(recordOf(json[key]) ?? {}).slice(0, mostNeeds);
  const places = (wanted: readonly string[]): Need[] =>
    wanted.flatMap((need) => {
      const found = findModule(sources, directory, need);
      return found === null ? [] : [[placeName(found)]];
    });
  const runtime = names("dependencies");
  const isRuntime = new Set(runtime);
  return installed({
    ecosystem: "npm",
    name,
    version,
    evidence: path,
    // An application's own files are the author's; its directory would take all that nobody owns.
    directories: isApplication ? [] : [directory.path],
    automatic: isApplication ? false : hasAnApplication(directory) ? true : null,
    needs: places(runtime),
    recommends: places([...names("optionalDependencies"), ...names("peerDependencies")].filter((need) => !isRuntime.has(need))),
    develops: isApplication ? places(names("devDependencies").filter((need) => !isRuntime.has(need))) : [],
    provides: [placeName(directory)],
    isApplication,
  });
}

/** True when a package.json beside the outermost `node_modules` says what was asked for. */
function hasAnApplication(directory: FileNode): boolean {
  let outermost: FileNode | null = null;
  for (let node: FileNode | null = directory; node !== null; node = node.parent) if (node.name === "node_modules") outermost = node;
  return outermost?.parent?.children?.get("package.json")?.inode != null;
}

/** A name that only this directory has: needs are found by place. */
function placeName(directory: FileNode): string {
  return `/${directory.path}`;
}

/** Where Node finds a module that code in `directory` asks for; null when it is not installed. */
function findModule(sources: SourceFiles, directory: FileNode, name: string): FileNode | null {
  let levels = 0;
  for (let node: FileNode | null = directory; node !== null && levels < mostLevels; node = node.parent, levels += 1) {
    if (node.name === "node_modules") continue;
    const modules = node.children?.get("node_modules");
    if (modules === undefined || modules.inode === null) continue;
    const found = resolvePath(sources.tree, name, { from: modules });
    if (found !== null && found.children?.get("package.json")?.inode != null) return found;
  }
  return null;
}

/** yarn's zip archives, which are used as they are: `NAME-npm-VERSION-HASH-HASH.zip`. */
function yarnCache({ tree }: SourceFiles): InstalledPackage[] {
  const found: InstalledPackage[] = [];
  const yarn = findYarnCaches(tree.root, 0);
  for (const cache of yarn) {
    for (const child of cache.children?.values() ?? []) {
      const match = /^(@[^-]+-)?(.+)-npm-(\d[^-]*(?:-[a-z][\w.]*)?)-[0-9a-f]{10}(?:-[0-9a-f]+|-\d+)?\.zip$/.exec(child.name);
      if (child.inode === null || match === null) continue;
      const scope = match[1] === undefined ? "" : `${match[1].slice(0, -1)}/`;
      const path = child.path;
      found.push(installed({ ecosystem: "npm", name: `${scope}${match[2]!}`, version: match[3]!, evidence: path, files: [path] }));
    }
  }
  return found;
}

/** Applications lie near the root; a deeper search would walk the whole tree once more. */
const mostDepth = 4;

function findYarnCaches(node: FileNode, depth: number): FileNode[] {
  if (node.liveChildren === 0 || depth > mostDepth) return [];
  const cache = node.children?.get(".yarn")?.children?.get("cache");
  const here = cache === undefined || cache.inode === null ? [] : [cache];
  return [
    ...here,
    ...[...node.children!.values()].flatMap((child) => (child.name === "node_modules" ? [] : findYarnCaches(child, depth + 1))),
  ];
}
