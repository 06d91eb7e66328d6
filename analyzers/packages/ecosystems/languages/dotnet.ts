/** .NET's packages, from the `*.deps.json` next to an application or a shared framework. */
import type { InstalledPackage, Need } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import type { DotnetLibrary } from "../../manifests/dotnet.ts";
import { installed, pathsIn } from "../installed.ts";

export function dotnetPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.of("dotnet-dependencies").flatMap(({ path, kept }) => {
    if (!("dotnet" in kept)) return [];
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const main = path.slice(path.lastIndexOf("/") + 1, -".deps.json".length);
    return kept.dotnet.map((library) => {
      const files = filesOf(directory, library, library.isProject && library.name === main ? path : null);
      return installed({
        ecosystem: "dotnet",
        name: library.name,
        version: library.version,
        evidence: path,
        files: files ?? [],
        isCut: files === null,
        automatic: !library.isProject,
        needs: library.needs.map((need): Need => [`${path} ${need}`]),
        provides: [`${path} ${library.name}`],
      });
    });
  });
}

/** Published files lie next to the list, translations below their language, and platform-specific files below `runtimes/`. */
function filesOf(directory: string, { name, runtime, resources, specific }: DotnetLibrary, own: string | null): string[] | null {
  const flat = runtime.map((file) => file.slice(file.lastIndexOf("/") + 1));
  const translated = resources.map((file) => file.split("/").slice(-2).join("/"));
  const program = [name, `${name}.exe`, `${name}.runtimeconfig.json`, `${name}.pdb`];
  const paths = pathsIn(directory, [...flat, ...translated, ...specific, ...(own === null ? [] : program)]);
  return paths === null || own === null ? paths : [...paths, own];
}
