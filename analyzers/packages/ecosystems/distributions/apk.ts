/** Alpine's packages: the database of installed packages, and the world file that lists the requested ones. */
import type { InstalledPackage, Need } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function apkPackages(sources: SourceFiles): InstalledPackage[] {
  const worlds = sources.texts("apk-world");
  const world = new Set(worlds.flatMap(({ text }) => words(text)));
  const packages: InstalledPackage[] = [];
  for (const { path, text } of sources.byteTexts("apk-installed")) {
    for (const block of text.split("\n\n")) {
      const found = packageOf(block, path, worlds.length === 0 ? null : world);
      if (found !== null) packages.push(found);
    }
  }
  return addTriggered(packages);
}

/** Fields by letter: P name, V version, A architecture, D needs, p provides, i install_if, F directory, R file. */
function packageOf(
  block: string,
  path: string,
  world: ReadonlySet<string> | null,
): (InstalledPackage & { readonly triggers?: Need }) | null {
  let [name, version, architecture, directory] = ["", "", "", ""];
  let [needs, provides, triggers]: string[][] = [[], [], []];
  const files: string[] = [];
  for (const line of block.split("\n")) {
    const value = line.slice(2);
    if (line.startsWith("P:")) name = value;
    else if (line.startsWith("V:")) version = value;
    else if (line.startsWith("A:")) architecture = value;
    else if (line.startsWith("D:")) needs = words(value);
    else if (line.startsWith("p:")) provides = words(value);
    else if (line.startsWith("i:")) triggers = words(value);
    else if (line.startsWith("F:")) directory = value;
    else if (line.startsWith("R:")) files.push(directory === "" ? value : `${directory}/${value}`);
  }
  if (name === "" || version === "") return null;
  const asked = world === null ? null : [name, ...(provides ?? [])].some((wanted) => world.has(wanted));
  return {
    ...installed({
      ecosystem: "apk",
      name,
      version,
      architecture: architecture === "" ? null : architecture,
      evidence: path,
      files,
      automatic: asked === null ? null : !asked,
      needs: (needs ?? []).map((need) => [need]),
      provides: provides ?? [],
    }),
    ...((triggers ?? []).length === 0 ? {} : { triggers: triggers! }),
  };
}

/** A package with `install_if` was installed because everything it names is there. Each of those keeps it, like a recommendation. */
function addTriggered(packages: readonly (InstalledPackage & { readonly triggers?: Need })[]): InstalledPackage[] {
  const brought = new Map<string, string[]>();
  for (const { name, triggers } of packages) {
    for (const trigger of triggers ?? []) {
      const names = brought.get(trigger);
      if (names === undefined) brought.set(trigger, [name]);
      else names.push(name);
    }
  }
  return packages.map(({ triggers: _, ...found }) => {
    const names = [found.name, ...found.provides].flatMap((name) => brought.get(name) ?? []);
    return names.length === 0 ? found : { ...found, recommends: names.map((name) => [name]) };
  });
}

/** Names without their versions; `!name` is a conflict, not a need. */
function words(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== "" && !word.startsWith("!"))
    .map((word) => word.replace(/[<>=~@].*$/, ""));
}
