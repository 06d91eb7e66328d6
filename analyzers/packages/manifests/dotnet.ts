/** `NAME.deps.json`, which .NET writes next to an application or shared framework: its libraries for the platform it is published for. */
import { keysOf, parseJson, recordOf, stringOf } from "./json.ts";
import type { Json } from "./json.ts";

export interface DotnetLibrary {
  readonly name: string;
  readonly version: string;
  /** The application itself, or a project that was built with it. */
  readonly isProject: boolean;
  readonly needs: readonly string[];
  /** Paths inside the package: portable files, translations, platform-specific files. */
  readonly runtime: readonly string[];
  readonly resources: readonly string[];
  readonly specific: readonly string[];
}

/** @throws {PackageDataError} when it is not JSON */
export function dotnetLibraries(content: Buffer): DotnetLibrary[] {
  const json = recordOf(parseJson(content)) ?? {};
  const libraries = recordOf(json["libraries"]) ?? {};
  const target = targetOf(json);
  const isAlone = Object.keys(target).length === 1;
  return Object.entries(target).flatMap(([key, value]) => {
    const slash = key.lastIndexOf("/");
    const details = recordOf(value);
    if (slash < 0 || details === null) return [];
    return [
      {
        name: key.slice(0, slash),
        version: key.slice(slash + 1),
        isProject: recordOf(libraries[key])?.["type"] === "project" || isAlone,
        needs: keysOf(details["dependencies"]),
        runtime: [...keysOf(details["runtime"]), ...keysOf(details["native"])],
        resources: keysOf(details["resources"]),
        specific: keysOf(details["runtimeTargets"]),
      },
    ];
  });
}

function targetOf(json: Json): Json {
  const targets = recordOf(json["targets"]) ?? {};
  const name = stringOf(recordOf(json["runtimeTarget"])?.["name"]);
  return recordOf(name === null ? undefined : targets[name]) ?? recordOf(Object.values(targets)[0]) ?? {};
}
