/** Programs that list what was linked into them, in Go's build information or cargo-auditable's list of crates. */
import type { ContainedPackage, InstalledPackage } from "../../model.ts";
import type { Crate } from "../../binaries/rust-auditable.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function binaryPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.of("elf").flatMap(({ path, kept }) => {
    if (!("elf" in kept)) return [];
    const { go, crates } = kept.elf;
    return [...(go === null ? [] : [goProgram(path, go.version, go.modules)]), ...(crates === null ? [] : [rustProgram(path, crates)])];
  });
}

/** Tab-separated lines: `path`, `mod NAME VERSION HASH`, `dep NAME VERSION HASH`, `=> NAME VERSION HASH` to replace the line above. */
function goProgram(path: string, version: string, modules: string): InstalledPackage {
  const contains: ContainedPackage[] = [{ name: "stdlib", version: version.replace(/^go/, ""), bytes: null }];
  let [name, own] = [path.slice(path.lastIndexOf("/") + 1), ""];
  for (const line of modules.split("\n")) {
    const [word, first = "", second = ""] = line.split("\t");
    if (word === "path") name = first === "" ? name : first;
    else if (word === "mod") [name, own] = [first, second];
    else if (word === "dep") contains.push({ name: first, version: second, bytes: null });
    else if (word === "=>" && contains.length > 1) contains[contains.length - 1] = { name: first, version: second, bytes: null };
  }
  return installed({ ecosystem: "go", name, version: own, evidence: path, files: [path], contains });
}

function rustProgram(path: string, crates: readonly Crate[]): InstalledPackage {
  const root = crates.find(({ isRoot }) => isRoot) ?? { name: path.slice(path.lastIndexOf("/") + 1), version: "" };
  const contains = crates.filter((crate) => crate !== root).map(({ name, version }) => ({ name, version, bytes: null }));
  return installed({ ecosystem: "rust", name: root.name, version: root.version, evidence: path, files: [path], contains });
}
