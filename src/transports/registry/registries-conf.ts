/** Applies the `[[registry]]` tables of containers-registries.conf(5) to a name. */
import { BallastError } from "../../base/errors.ts";
import { suggestion } from "../../base/text/nearest.ts";
import type { Reference } from "../../image/reference.ts";
import { endpointAt } from "./endpoint.ts";
import type { RegistryEndpoint } from "./endpoint.ts";

interface MirrorTable {
  readonly location?: string;
  readonly insecure?: boolean;
  readonly "pull-from-mirror"?: string;
}

export interface RegistryTable {
  readonly prefix?: string;
  readonly location?: string;
  readonly insecure?: boolean;
  readonly blocked?: boolean;
  readonly "mirror-by-digest-only"?: boolean;
  readonly mirror?: readonly MirrorTable[];
}

const types: Readonly<Record<string, "string" | "boolean">> = {
  prefix: "string",
  location: "string",
  insecure: "boolean",
  blocked: "boolean",
  "mirror-by-digest-only": "boolean",
  "pull-from-mirror": "string",
};

/** @param path for messages. @throws {BallastError} bad-config for a value whose type is not that of the manual page */
export function checkedTable(table: Record<string, unknown>, path: string): RegistryTable {
  for (const [key, type] of Object.entries(types)) if (key in table) expectType(typeof table[key] === type, key, `a ${type}`, path);
  const { mirror = [] } = table;
  expectType(Array.isArray(mirror), "mirror", "a list of tables: [[registry.mirror]]", path);
  for (const each of mirror as unknown[]) {
    const isTable = typeof each === "object" && each !== null && !("mirror" in each);
    expectType(isTable, "mirror", "a list of tables: [[registry.mirror]]", path);
    checkedTable(each as Record<string, unknown>, path);
  }
  return table;
}

function expectType(isIt: boolean, key: string, type: string, path: string): void {
  if (isIt) return;
  throw new BallastError("bad-config", `${path}: ${key} of a registry has to be ${type}`, {
    hint: "correct the file; `man containers-registries.conf`",
  });
}

/**
 * The mirrors, then the registry itself. Of tables with the same prefix the first applies.
 * @throws {BallastError} forbidden when the registry is blocked, bad-config
 */
export function mirrorEndpoints(reference: Reference, tables: readonly RegistryTable[]): readonly RegistryEndpoint[] {
  const name = `${reference.registry}/${reference.repository}`;
  const table = bestTable(name, tables);
  if (table === null) return [endpointAt(reference.registry, reference.repository)];
  const prefix = table.prefix || table.location || "";
  if (table.blocked === true) {
    throw new BallastError("forbidden", `registries.conf blocks ${prefix}: ${name} is not asked for`, {
      hint: "remove `blocked = true` from the registry's table",
    });
  }
  const rest = name.slice(matchEnd(name, prefix) ?? 0);
  const moved = (location: string | undefined, insecure: boolean | undefined): RegistryEndpoint => {
    const target = location === undefined || location === "" ? name : hostAndPath(location) + rest;
    const slash = target.indexOf("/");
    return endpointAt(target.slice(0, slash), target.slice(slash + 1), insecure === true);
  };
  const mirrors = (table.mirror ?? []).filter((mirror) => typeof mirror.location === "string" && isAllowed(mirror, table, reference));
  return [...mirrors.map((mirror) => moved(mirror.location, mirror.insecure)), moved(table.location, table.insecure)];
}

const pulls: readonly string[] = ["all", "digest-only", "tag-only"];

function isAllowed(mirror: MirrorTable, table: RegistryTable, reference: Reference): boolean {
  const use = mirror["pull-from-mirror"] || (table["mirror-by-digest-only"] === true ? "digest-only" : "all");
  if (!pulls.includes(use)) {
    const location = `of the mirror ${mirror.location ?? ""}`;
    throw new BallastError("bad-config", `registries.conf: pull-from-mirror ${location} is "${use}"${suggestion(use, pulls)}`, {
      hint: "correct the file: podman and skopeo refuse it too",
    });
  }
  return use === "all" || (use === "digest-only") === (reference.digest !== null);
}

/** The table with the longest prefix that the name begins with. */
function bestTable(name: string, tables: readonly RegistryTable[]): RegistryTable | null {
  let best: RegistryTable | null = null;
  let length = 0;
  for (const table of tables) {
    const prefix = table.prefix || table.location;
    if (typeof prefix !== "string" || prefix.length <= length || matchEnd(name, prefix) === null) continue;
    best = table;
    length = prefix.length;
  }
  return best;
}

/**
 * Length of the part of the name that the prefix matches; null when it does not. `*.example.com` matches every host below `example.com`,
 * and a location then replaces the whole host, as with the other readers of this file.
 */
function matchEnd(name: string, prefix: string): number | null {
  const isWildcard = prefix.startsWith("*.");
  const at = isWildcard ? name.indexOf(prefix.slice(1)) : 0;
  const end = at + prefix.length - (isWildcard ? 1 : 0);
  const begins = isWildcard ? at > 0 && !name.slice(0, at).includes("/") : name.startsWith(prefix);
  return begins && (end === name.length || /^[/:@]/.test(name.slice(end))) ? end : null;
}

/** @throws {BallastError} bad-config for a location that is a URL */
function hostAndPath(location: string): string {
  if (!location.includes("://")) return location.replace(/\/+$/, "");
  throw new BallastError("bad-config", `registries.conf: the location "${location}" begins with a scheme, and is a host with a path`, {
    hint: "write the host alone; `insecure = true` beside it allows plain HTTP",
  });
}
