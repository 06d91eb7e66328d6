/** Packages that were added, removed or changed in version between two images, with the bytes they take. */
import { normalName } from "../packages/ecosystems/languages/python.ts";
import type { Ecosystem, PackageAnalysis, PackageRow } from "../packages/model.ts";
import { changeOf } from "./change.ts";
import type { Change } from "./change.ts";

/** Named like the ecosystems, except that Python's packages go by their installer. */
export type PackageManager = Exclude<Ecosystem, "python"> | "pip";

export interface PackageChange {
  readonly manager: PackageManager;
  readonly name: string;
  readonly change: Change;
  /** Sorted; several when a package is installed more than once. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Bytes of the files of all of them; inside a program or an archive, as far as they can be told. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

interface Installed {
  readonly versions: Set<string>;
  bytes: number;
}

/** By manager and name; the same package in the same versions on both sides is not a change. */
export function diffPackages(before: PackageAnalysis, after: PackageAnalysis): PackageChange[] {
  const [a, b] = [byName(before), byName(after)];
  const changes: PackageChange[] = [];
  for (const key of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [had, has] = [sorted(a.get(key)), sorted(b.get(key))];
    if (had.join("\0") === has.join("\0")) continue;
    const [manager, name] = key.split("\0") as [PackageManager, string];
    changes.push({
      manager,
      name,
      change: changeOf(had.length > 0, has.length > 0),
      before: had,
      after: has,
      bytesBefore: a.get(key)?.bytes ?? 0,
      bytesAfter: b.get(key)?.bytes ?? 0,
    });
  }
  return changes;
}

function sorted(found: Installed | undefined): string[] {
  return [...(found?.versions ?? [])].sort();
}

function byName({ packages }: PackageAnalysis): Map<string, Installed> {
  const found = new Map<string, Installed>();
  const add = (manager: PackageManager, name: string, version: string, bytes: number): void => {
    const key = `${manager}\0${name}`;
    let known = found.get(key);
    if (known === undefined) found.set(key, (known = { versions: new Set(), bytes: 0 }));
    known.versions.add(version);
    known.bytes += bytes;
  };
  for (const row of packages) {
    const manager = managerOf(row);
    add(manager, manager === "pip" ? normalName(row.name) : row.name, row.version, row.bytes);
    for (const { name, version, bytes } of row.contains) add(manager, name, version, bytes ?? 0);
  }
  return found;
}

function managerOf({ ecosystem }: PackageRow): PackageManager {
  return ecosystem === "python" ? "pip" : ecosystem;
}
