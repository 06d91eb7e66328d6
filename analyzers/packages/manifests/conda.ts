/** Conda's record of an installed package: `conda-meta/NAME-VERSION-BUILD.json`. */
import { PackageDataError } from "../data-error.ts";
import { stringsOf } from "../../../src/image/json.ts";
import { parseJson, recordOf, stringOf } from "./json.ts";

export interface CondaRecord {
  readonly name: string;
  readonly version: string;
  /** The platform it was built for. */
  readonly subdirectory: string | null;
  readonly wasRequested: boolean;
  readonly needs: readonly string[];
  /** Relative to the environment. */
  readonly files: readonly string[];
}

/** @throws {PackageDataError} when it is not JSON, or names no package */
export function condaRecord(content: Buffer): CondaRecord {
  const json = recordOf(parseJson(content)) ?? {};
  const [name, version] = [stringOf(json["name"]), stringOf(json["version"])];
  if (name === null || version === null) throw new PackageDataError("names no package");
  const asked = stringOf(json["requested_spec"]) ?? "";
  return {
    name,
    version,
    subdirectory: stringOf(json["subdir"]),
    wasRequested: (asked !== "" && asked !== "None") || stringsOf(json["requested_specs"]).length > 0,
    needs: stringsOf(json["depends"]).map((need) => need.split(/[ <>=!~]/)[0]!),
    files: stringsOf(json["files"]).map((file) => Buffer.from(file, "utf8").toString("latin1")),
  };
}
