/** .NET's packages by the `*.deps.json` beside an application or a shared framework. */
import type { InstalledPackage, Need } from "../model.ts";
import { recordOf } from "../evidence/source-files.ts";
import type { SourceFiles } from "../evidence/source-files.ts";
import { installed } from "./installed.ts";

type Json = Readonly<Record<string, unknown>>;

export function dotnetPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.documents("dotnet-dependencies").flatMap(({ path, json }) => {
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const libraries = recordOf(json["libraries"]) ?? {};
    const target = targetOf(json);
    const isAlone = Object.keys(target).length === 1;
    const main = path.slice(path.lastIndexOf("/") + 1, -".deps.json".length);
    return Object.entries(target).flatMap(([key, value]) => {
      const slash = key.lastIndexOf("/");
      const details = recordOf(value);
      if (slash < 0 || details === null) return [];
      const [name, version] = [key.slice(0, slash), key.slice(slash + 1)];
      const isProject = recordOf(libraries[key])?.["type"] === "project" || isAlone;
      return [
        installed({
          ecosystem: "dotnet",
          name,
          version,
          evidence: path,
          files: filesOf(directory, name, details, isProject && name === main ? path : null),
          automatic: !isProject,
          needs: Object.keys(recordOf(details["dependencies"]) ?? {}).map((need): Need => [`${path} ${need}`]),
          provides: [`${path} ${name}`],
        }),
      ];
    });
  });
}

function targetOf(json: Json): Json {
  const targets = recordOf(json["targets"]) ?? {};
  const name = recordOf(json["runtimeTarget"])?.["name"];
  return recordOf(typeof name === "string" ? targets[name] : undefined) ?? recordOf(Object.values(targets)[0]) ?? {};
}

/** Published files lie flat beside the list, translations by language, and what a platform needs below `runtimes/`. */
function filesOf(directory: string, name: string, details: Json, own: string | null): string[] {
  const at = (file: string): string => (directory === "" ? file : `${directory}/${file}`);
  const paths = (key: string): string[] => Object.keys(recordOf(details[key]) ?? {});
  const flat = [...paths("runtime"), ...paths("native")].map((file) => at(file.slice(file.lastIndexOf("/") + 1)));
  const translated = paths("resources").map((file) => at(file.split("/").slice(-2).join("/")));
  const specific = paths("runtimeTargets").map(at);
  const program = own === null ? [] : [own, at(name), at(`${name}.exe`), at(`${name}.runtimeconfig.json`), at(`${name}.pdb`)];
  return [...flat, ...translated, ...specific, ...program];
}
