/** A package.json: the names of what a package needs. Requested versions are ignored; the installed ones count. */
import { keysOf, parseJson, recordOf, stringOf } from "./json.ts";

export interface NpmManifest {
  readonly name: string | null;
  readonly version: string | null;
  readonly dependencies: readonly string[];
  /** Installed if possible. */
  readonly optional: readonly string[];
  /** Needed from whoever depends on the package. npm installs them too, except those marked as optional. */
  readonly peers: readonly string[];
  readonly develops: readonly string[];
  /** It lists more than these. */
  readonly isCut?: true;
}

/** More than any real manifest lists, so that none takes unbounded time. */
const mostNeeds = 2000;

const needKeys = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];

/** @throws {PackageDataError} when it is not JSON */
export function npmManifest(content: Buffer): NpmManifest {
  const json = recordOf(parseJson(content)) ?? {};
  const isCut = needKeys.some((key) => keysOf(json[key]).length > mostNeeds);
  const names = (key: string): string[] => keysOf(json[key]).slice(0, mostNeeds);
  const optional = names("optionalDependencies");
  const peersMeta = recordOf(json["peerDependenciesMeta"]) ?? {};
  const isOptionalPeer = (name: string): boolean => recordOf(peersMeta[name])?.["optional"] === true;
  const peers = names("peerDependencies");
  return {
    name: stringOf(json["name"]),
    version: stringOf(json["version"]),
    dependencies: names("dependencies").filter((name) => !optional.includes(name)),
    optional: [...optional, ...peers.filter(isOptionalPeer)],
    peers: peers.filter((name) => !isOptionalPeer(name)),
    develops: names("devDependencies"),
    ...(isCut ? { isCut } : {}),
  };
}
