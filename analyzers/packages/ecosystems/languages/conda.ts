/** Conda's packages: the environment's `conda-meta` has a record of each, with all its files. */
import { parentPath } from "../../../../src/filesystem/paths.ts";
import type { InstalledPackage } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed, pathsIn } from "../installed.ts";

export function condaPackages(sources: SourceFiles): InstalledPackage[] {
  return sources.of("conda-package").flatMap(({ path, kept }) => {
    if (!("conda" in kept)) return [];
    const { name, version, subdirectory, wasRequested: isAsked, needs, files } = kept.conda;
    const prefix = parentPath(parentPath(path));
    const paths = pathsIn(prefix, files);
    return [
      installed({
        ecosystem: "conda",
        name,
        version,
        architecture: subdirectory,
        evidence: path,
        files: [path, ...(paths ?? [])],
        isCut: paths === null,
        automatic: !isAsked,
        needs: needs.map((need) => [`${prefix} ${need}`]),
        provides: [`${prefix} ${name}`],
      }),
    ];
  });
}
