/** Java archives, and those nested in them (Spring Boot, wars). */
import type { InstalledPackage } from "../../model.ts";
import type { JarFacts } from "../../binaries/jar.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function javaPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.of("jar").flatMap(({ path, kept }) => {
    if (!("jar" in kept)) return [];
    const { manifest, projects, nested } = kept.jar;
    const file = path.slice(path.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, "");
    const own = nameOf(file, projects, manifest);
    const contains = nested.map(({ name, bytes }) => ({ ...versioned(name.replace(/\.jar$/, "")), bytes }));
    // A shaded archive holds other projects without their archives.
    const shaded = projects.filter((project) => project !== own.name).map((name) => ({ name, version: "", bytes: null }));
    return [
      installed({
        ecosystem: "java",
        name: own.name.replace("/", ":"),
        version: own.version,
        evidence: path,
        files: [path],
        contains: [...contains, ...shaded.map((each) => ({ ...each, name: each.name.replace("/", ":") }))],
      }),
    ];
  });
}

/** `guava-32.1-jre`: the version begins at the first hyphen before a digit. */
function versioned(file: string): { readonly name: string; readonly version: string } {
  const match = /^(.+?)-(\d.*)$/.exec(file);
  return match === null ? { name: file, version: "" } : { name: match[1]!, version: match[2]! };
}

function nameOf(
  file: string,
  projects: readonly string[],
  manifest: JarFacts["manifest"],
): { readonly name: string; readonly version: string } {
  const { name, version } = versioned(file);
  const project = projects.length === 1 ? projects[0] : projects.find((candidate) => candidate.endsWith(`/${name}`));
  return { name: project ?? name, version: version || (manifest["Implementation-Version"] ?? manifest["Bundle-Version"] ?? "") };
}
