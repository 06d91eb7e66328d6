/** Python's distributions, from their metadata (PEP 376, 566, 627): `*.dist-info`, and `*.egg-info` directories and files. */
import type { FileNode } from "../../../../src/filesystem/file-tree.ts";
import type { InstalledPackage, Need } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed, pathsIn } from "../installed.ts";

export function pythonPackages(sources: SourceFiles): InstalledPackage[] {
  const records = new Map(sources.byteTexts("python-record").map(({ path, text }) => [directoryOf(path), text]));
  const others = new Map(sources.byteTexts("python-files").map(({ path, text }) => [path, text]));
  const marked = new Map<FileNode, boolean>();
  return sources.texts("python-metadata").flatMap(({ path, node, text }) => {
    const isFile = path.endsWith(".egg-info");
    const metadata = isFile ? path : directoryOf(path);
    const named = /([^/]+?)-(\d[^/-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(metadata);
    // The directory's name states both as well.
    const name = /^Name:\s*(\S.*)$/im.exec(text)?.[1] ?? named?.[1];
    const version = /^Version:\s*(\S.*)$/im.exec(text)?.[1] ?? named?.[2];
    if (name === undefined || version === undefined) return [];
    const site = directoryOf(metadata);
    const record = records.get(metadata);
    const files = record === undefined ? eggFiles(others, metadata, isFile ? [path] : []) : recordedFiles(site, record);
    return [
      installed({
        ecosystem: "python",
        name: name.trim(),
        version: version.trim(),
        evidence: path,
        files: files ?? [],
        isCut: files === null,
        directories: isFile ? [] : [metadata, ...topLevel(others, metadata, site, record)],
        automatic: isFile ? null : wasAutomatic(node.parent!, marked),
        needs: requirements(text),
        provides: [`${site} ${normalName(name)}`],
      }),
    ].map((found) => ({ ...found, needs: found.needs.map((need) => need.map((wanted) => `${site} ${wanted}`)) }));
  });
}

/** `NAME; marker`: what an optional extra needs is not counted. */
function requirements(text: string): Need[] {
  return [...text.matchAll(/^Requires-Dist:\s*([A-Za-z0-9][\w.-]*)(.*)$/gim)]
    .filter((match) => !/;.*\bextra\s*==/.test(match[2]!))
    .map((match) => [normalName(match[1]!)]);
}

/** PEP 503. */
export function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[-_.]+/g, "-");
}

/** `path,hash,size`, relative to the directory that holds the metadata; paths with a comma are quoted. */
function recordedFiles(site: string, record: string): string[] | null {
  const paths = record.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    const path = line.startsWith('"')
      ? line.slice(1, line.lastIndexOf('"')).replaceAll('""', '"')
      : line.slice(0, Math.max(0, line.indexOf(",")));
    return path === "" ? [] : [path];
  });
  return pathsIn(site, paths);
}

/** An egg's `installed-files.txt` is relative to its own directory. */
function eggFiles(others: ReadonlyMap<string, string>, metadata: string, own: readonly string[]): string[] | null {
  const listed = others.get(`${metadata}/installed-files.txt`);
  if (listed === undefined) return [...own];
  return pathsIn(
    metadata,
    listed
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

/** If there is no list of files, the modules that the metadata names. */
function topLevel(others: ReadonlyMap<string, string>, metadata: string, site: string, record: string | undefined): string[] {
  if (record !== undefined || others.has(`${metadata}/installed-files.txt`)) return [];
  return (others.get(`${metadata}/top_level.txt`) ?? "")
    .split("\n")
    .flatMap((module) => (/^\w[\w.-]*$/.test(module) ? [`${site}/${module}`, `${site}/${module}.py`] : []));
}

/** Whether pip installed it only because another package needs it; null if unknown. */
function wasAutomatic(metadata: FileNode, marked: Map<FileNode, boolean>): boolean | null {
  if (wasRequested(metadata)) return false;
  return isOfPip(metadata, marked) ? true : null;
}

/** pip marks what was requested by name, and nothing else, with an empty file. */
function wasRequested(directory: FileNode): boolean {
  return directory.children?.get("REQUESTED")?.inode != null;
}

/** Only newer versions of pip write that mark, and they all write INSTALLER. `marked`: by directory, whether anything has the mark. */
function isOfPip(metadata: FileNode, marked: Map<FileNode, boolean>): boolean {
  const site = metadata.parent;
  if (site === null || metadata.children?.get("INSTALLER")?.inode == null) return false;
  let has = marked.get(site);
  if (has === undefined) marked.set(site, (has = [...(site.children?.values() ?? [])].some(wasRequested)));
  return has;
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
