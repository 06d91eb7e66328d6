import type { Ecosystem, InstalledPackage } from "../model.ts";

/** A package, with "unknown" or "none" for everything that is not given. */
export function installed(
  known: Pick<InstalledPackage, "name" | "version" | "evidence"> & { readonly ecosystem: Ecosystem } & Partial<InstalledPackage>,
): InstalledPackage {
  return {
    architecture: null,
    files: [],
    directories: [],
    automatic: null,
    essential: false,
    needs: [],
    recommends: [],
    suggests: [],
    develops: [],
    provides: [],
    contains: [],
    isApplication: false,
    isCut: false,
    ...known,
  };
}

/** For one expanded list of paths. */
const mostPathBytes = 64 * 1024 * 1024;

/** Paths relative to a directory, made relative to the root; absolute ones stay. Null for a list that would exhaust memory. */
export function pathsIn(directory: string, paths: readonly string[]): string[] | null {
  if (paths.length * (directory.length + leastPathBytes) > mostPathBytes) return null;
  return paths.map((path) => (path.startsWith("/") || directory === "" ? path : `${directory}/${path}`));
}

/** The overhead of a string, without its characters. */
const leastPathBytes = 32;

/** `key: value` blocks separated by empty lines, as in dpkg and PEP 566; indented lines continue the one before. */
export function* paragraphs(text: string): Generator<ReadonlyMap<string, string>> {
  let fields = new Map<string, string>();
  let last = "";
  for (const line of text.split("\n")) {
    if (line === "" || line.trim() === "") {
      if (fields.size > 0) yield fields;
      fields = new Map();
    } else if (line.startsWith(" ") || line.startsWith("\t")) {
      if (last !== "") fields.set(last, `${fields.get(last) ?? ""} ${line.trim()}`);
    } else {
      const colon = line.indexOf(":");
      last = colon < 0 ? "" : line.slice(0, colon);
      if (last !== "") fields.set(last, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}
