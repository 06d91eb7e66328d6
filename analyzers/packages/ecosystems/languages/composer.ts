/** PHP's packages as Composer lists them in `vendor/composer/installed.json`. */
import { cleanPath } from "../../../../src/filesystem/paths.ts";
import type { InstalledPackage } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function composerPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.of("composer-installed").flatMap(({ path, kept }) => {
    if (!("composer" in kept)) return [];
    const composer = path.slice(0, path.lastIndexOf("/"));
    const vendor = composer.slice(0, Math.max(0, composer.lastIndexOf("/")));
    const found = kept.composer.packages.map(({ name, version, place, needs, provides }) =>
      installed({
        ecosystem: "composer",
        name,
        version,
        evidence: path,
        directories: [cleanPath(place === null ? `${vendor}/${name}` : `${composer}/${place}`).path],
        automatic: true,
        needs: needs.map((need) => [`${vendor} ${need}`]),
        provides: [name, ...provides].map((provided) => `${vendor} ${provided}`),
      }),
    );
    return [...found, ...applicationOf(path, vendor, found, new Set(kept.composer.develops))];
  });
}

/** composer.json is not read: packages that no other needs were requested, for use or, where Composer says so, for development. */
function applicationOf(
  path: string,
  vendor: string,
  packages: readonly InstalledPackage[],
  development: ReadonlySet<string>,
): InstalledPackage[] {
  if (packages.length === 0) return [];
  const needed = new Set(packages.flatMap(({ needs }) => needs.flat()));
  const roots = packages.filter(({ name }) => !needed.has(`${vendor} ${name}`)).map(({ name }) => name);
  const placed = (names: readonly string[]) => names.map((name) => [`${vendor} ${name}`]);
  const application = vendor.slice(0, Math.max(0, vendor.lastIndexOf("/")));
  return [
    installed({
      ecosystem: "composer",
      name: application.slice(application.lastIndexOf("/") + 1) || "application",
      version: "",
      evidence: path,
      automatic: false,
      needs: placed(roots.filter((name) => !development.has(name))),
      develops: placed(packages.map(({ name }) => name).filter((name) => development.has(name))),
      isApplication: true,
    }),
  ];
}
