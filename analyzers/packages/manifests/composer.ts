/** Composer's record of what it installed: `vendor/composer/installed.json`. */
import { stringsOf } from "../../../src/image/json.ts";
import { keysOf, parseJson, recordOf, stringOf } from "./json.ts";

export interface ComposerList {
  readonly packages: readonly ComposerPackage[];
  /** Names of packages that are there only for development. */
  readonly develops: readonly string[];
}

export interface ComposerPackage {
  readonly name: string;
  readonly version: string;
  /** Relative to the list's directory; null where an older Composer did not write it. */
  readonly place: string | null;
  readonly needs: readonly string[];
  /** Other names it answers to: what it replaces or provides. */
  readonly provides: readonly string[];
}

/** @throws {PackageDataError} when it is not JSON */
export function composerList(content: Buffer): ComposerList {
  const document = parseJson(content);
  // Composer 1 wrote only the list.
  const list: unknown = Array.isArray(document) ? document : recordOf(document)?.["packages"];
  const packages = (Array.isArray(list) ? list : []).flatMap((item: unknown): ComposerPackage[] => {
    const json = recordOf(item) ?? {};
    const [name, version] = [stringOf(json["name"]), stringOf(json["version"])];
    if (name === null || version === null) return [];
    return [
      {
        name,
        version: version.replace(/^v(?=\d)/, ""),
        place: stringOf(json["install-path"]),
        needs: keysOf(json["require"]),
        provides: [...keysOf(json["provide"]), ...keysOf(json["replace"])],
      },
    ];
  });
  return { packages, develops: stringsOf(recordOf(document)?.["dev-package-names"]) };
}
