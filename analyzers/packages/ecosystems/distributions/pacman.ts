/** Arch's packages: pacman's local database has a directory for each, with `desc` and `files`. */
import type { InstalledPackage } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function pacmanPackages(sources: SourceFiles): InstalledPackage[] {
  const lists = new Map(
    sources.byteTexts("pacman-files").map(({ path, text }) => [directoryOf(path), sectionsOf(text).get("FILES") ?? []]),
  );
  return sources.texts("pacman-desc").flatMap(({ path, text }) => {
    const sections = sectionsOf(text);
    const first = (name: string): string => sections.get(name)?.[0] ?? "";
    const names = (name: string): string[] => (sections.get(name) ?? []).map((line) => line.replace(/[<>=:].*$/, ""));
    if (first("NAME") === "" || first("VERSION") === "") return [];
    const directory = directoryOf(path);
    return [
      installed({
        ecosystem: "pacman",
        name: first("NAME"),
        version: first("VERSION"),
        architecture: first("ARCH") === "" ? null : first("ARCH"),
        evidence: path,
        files: (lists.get(directory) ?? []).filter((file) => !file.endsWith("/")),
        directories: [directory],
        // 1: installed as a dependency.
        automatic: first("REASON") === "1",
        needs: names("DEPENDS").map((name) => [name]),
        suggests: names("OPTDEPENDS").map((name) => [name]),
        provides: names("PROVIDES"),
      }),
    ];
  });
}

/** Sections of `%NAME%`, its lines, and an empty line. */
function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const name = /^%([A-Z0-9_]+)%$/.exec(line)?.[1];
    if (name !== undefined) sections.set(name, (lines = []));
    else if (line !== "") lines.push(line);
  }
  return sections;
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
