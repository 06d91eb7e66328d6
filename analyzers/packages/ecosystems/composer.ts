/** PHP's packages as Composer lists them in `vendor/composer/installed.json`. */
import { cleanPath } from "../../../src/filesystem/paths.ts";
import type { InstalledPackage } from "../model.ts";
import { recordOf, stringsOf } from "../evidence/source-files.ts";
import type { SourceFiles } from "../evidence/source-files.ts";
import { installed } from "./installed.ts";

export function composerPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.texts("composer-installed").flatMap(({ path, text }) => {
    const document = parse(text);
    // Composer 1 wrote the list alone.
    const list = Array.isArray(document) ? document : (recordOf(document)?.["packages"] ?? []);
    const composer = path.slice(0, path.lastIndexOf("/"));
    const vendor = composer.slice(0, Math.max(0, composer.lastIndexOf("/")));
    const development = new Set(stringsOf(recordOf(document)?.["dev-package-names"]));
    const found = (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
      const json = recordOf(item);
      const { name, version } = json ?? {};
      if (typeof name !== "string" || typeof version !== "string") return [];
      const place = json?.["install-path"];
      const directory = typeof place === "string" ? `${composer}/${place}` : `${vendor}/${name}`;
      const needs = Object.keys(recordOf(json?.["require"]) ?? {});
      return [
        installed({
          ecosystem: "composer",
          name,
          version: version.replace(/^v(?=\d)/, ""),
          evidence: path,
          directories: [cleanPath(directory).path],
          automatic: true,
          needs: needs.map((need) => [`${vendor} ${need}`]),
          provides: [`${vendor} ${name}`],
        }),
      ];
    });
    return [...found, ...applicationOf(path, vendor, found, development)];
  });
}

/** composer.json is not read: what no package needs was asked for, for use or, as Composer notes, for development. */
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
