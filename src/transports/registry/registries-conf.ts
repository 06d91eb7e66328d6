/** What `[[registry]]` tables of containers-registries.conf(5) make of a name. */
import { BallastError } from "../../base/errors.ts";
import type { Reference } from "../../image/reference.ts";
import { endpointAt } from "./endpoint.ts";
import type { RegistryEndpoint } from "./endpoint.ts";

interface MirrorTable {
  readonly location?: string;
  readonly insecure?: boolean;
  readonly "pull-from-mirror"?: "all" | "digest-only" | "tag-only";
}

export interface RegistryTable {
  readonly prefix?: string;
  readonly location?: string;
  readonly insecure?: boolean;
  readonly blocked?: boolean;
  readonly "mirror-by-digest-only"?: boolean;
  readonly mirror?: readonly MirrorTable[];
}

/** Mirrors, then the registry itself. Of tables with the same prefix the first counts. @throws {BallastError} forbidden when it is blocked */
export function mirrorEndpoints(reference: Reference, tables: readonly RegistryTable[]): readonly RegistryEndpoint[] {
  const name = `${reference.registry}/${reference.repository}`;
  const table = bestTable(name, reference, tables);
  if (table === null) return [endpointAt(reference.registry, reference.repository)];
  const prefix = table.prefix || table.location || "";
  if (table.blocked === true) {
    throw new BallastError("forbidden", `registries.conf blocks ${prefix}: ${name} is not asked for`, {
      hint: "remove `blocked = true` from the registry's table",
    });
  }
  const moved = (location: string | undefined, insecure: boolean | undefined): RegistryEndpoint => {
    // A wildcard prefix stands for any host and cannot be replaced.
    const target = location === undefined || location === "" || prefix.startsWith("*.") ? name : location + name.slice(prefix.length);
    const slash = target.indexOf("/");
    return endpointAt(target.slice(0, slash), target.slice(slash + 1), insecure === true);
  };
  const mirrors = (table.mirror ?? []).filter((mirror) => typeof mirror.location === "string" && isAllowed(mirror, table, reference));
  return [...mirrors.map((mirror) => moved(mirror.location, mirror.insecure)), moved(table.location, table.insecure)];
}

function isAllowed(mirror: MirrorTable, table: RegistryTable, reference: Reference): boolean {
  const use = mirror["pull-from-mirror"] ?? (table["mirror-by-digest-only"] === true ? "digest-only" : "all");
  return use === "all" || (use === "digest-only") === (reference.digest !== null);
}

/** The table with the longest prefix that the name begins with. */
function bestTable(name: string, reference: Reference, tables: readonly RegistryTable[]): RegistryTable | null {
  let best: RegistryTable | null = null;
  let length = 0;
  for (const table of tables) {
    const prefix = table.prefix || table.location;
    if (typeof prefix !== "string" || prefix.length <= length) continue;
    const matches = prefix.startsWith("*.")
      ? reference.registry.endsWith(prefix.slice(1))
      : name === prefix || (name.startsWith(prefix) && /^[/:@]/.test(name.slice(prefix.length)));
    if (!matches) continue;
    best = table;
    length = prefix.length;
  }
  return best;
}
