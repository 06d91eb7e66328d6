/** Where a repository is read from: mirrors first, then the registry itself. */
import { readFile, readdir } from "node:fs/promises";
import { BlockList, isIP } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import type { Reference } from "../../image/reference.ts";
import { endpointAt } from "./endpoint.ts";
import type { RegistryEndpoint } from "./endpoint.ts";
import { hostOf } from "./connection/proxy.ts";
import { checkedTable, mirrorEndpoints } from "./registries-conf.ts";
import type { RegistryTable } from "./registries-conf.ts";

/**
 * The places to ask for `reference`, in order, the registry itself last. Mirrors come from containers' `registries.conf`
 * (containers-registries.conf(5)) and, for Docker Hub, from Docker's `daemon.json`.
 * @throws {BallastError} bad-config when a file is broken, forbidden when `registries.conf` blocks the registry
 */
export async function endpointsFor(reference: Reference, env: NodeJS.ProcessEnv = process.env): Promise<readonly RegistryEndpoint[]> {
  const docker = await readDockerDaemonConfig(env);
  const isInsecure = (host: string): boolean => docker.insecure.has(host) || isInNetworks(host, docker.insecure);
  const dockerMirrors =
    reference.registry !== "docker.io"
      ? []
      : docker.mirrors.map((url) =>
          endpointAt(url.host, reference.repository, isInsecure(url.host), url.protocol === "http:" ? "http" : "https"),
        );
  const endpoints = mirrorEndpoints(reference, await readRegistryTables(env));
  return [...dockerMirrors, ...endpoints].map((endpoint) => (isInsecure(endpoint.host) ? { ...endpoint, insecure: true } : endpoint));
}

async function readRegistryTables(env: NodeJS.ProcessEnv): Promise<readonly RegistryTable[]> {
  const userDirectory = join(env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config"), "containers");
  const explicit = env["CONTAINERS_REGISTRIES_CONF"];
  const main = explicit ? [explicit] : [join(userDirectory, "registries.conf"), "/etc/containers/registries.conf"];
  const dropIns = [
    ...(await configFilesIn("/etc/containers/registries.conf.d")),
    ...(await configFilesIn(join(userDirectory, "registries.conf.d"))),
  ];
  const tables: RegistryTable[] = [];
  for (const path of main) {
    const text = await readIfThere(path);
    if (text === null) continue;
    tables.push(...(await parseRegistryTables(path, text)));
    break;
  }
  // A table in a later file replaces an earlier one with the same prefix.
  for (const path of dropIns) tables.unshift(...(await parseRegistryTables(path, (await readIfThere(path)) ?? "")));
  return tables;
}

async function parseRegistryTables(path: string, text: string): Promise<readonly RegistryTable[]> {
  // On most machines the file has only comments and aliases; the parser is not loaded for those.
  if (!/^\s*\[\[\s*registry\b/m.test(text)) return [];
  const { parse } = await import("smol-toml");
  let tables: unknown;
  try {
    tables = parse(text)["registry"];
  } catch (error) {
    throw new BallastError("bad-config", `${path} is not valid TOML`, {
      hint: "correct the file; `man containers-registries.conf`",
      cause: error,
    });
  }
  return Array.isArray(tables) ? tables.map((table) => checkedTable(table as Record<string, unknown>, path)) : [];
}

async function configFilesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => name.endsWith(".conf"))
      .toSorted()
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** Docker accepts networks (`10.1.0.0/16`) as insecure registries, not only names. */
function isInNetworks(host: string, entries: ReadonlySet<string>): boolean {
  // A configured host may be invalid; that is reported when it is used.
  if (!URL.canParse(`http://${host}`)) return false;
  const address = hostOf(new URL(`http://${host}`));
  const family = isIP(address);
  if (family === 0) return false;
  const networks = new BlockList();
  for (const entry of entries) {
    const [network = "", bits = ""] = entry.split("/");
    if (isIP(network) === family && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)) {
      networks.addSubnet(network, Number(bits), family === 4 ? "ipv4" : "ipv6");
    }
  }
  return networks.check(address, family === 4 ? "ipv4" : "ipv6");
}

interface DockerDaemonConfig {
  readonly mirrors: readonly URL[];
  readonly insecure: ReadonlySet<string>;
}

async function readDockerDaemonConfig(env: NodeJS.ProcessEnv): Promise<DockerDaemonConfig> {
  const home = env["HOME"] || homedir();
  const rootless = join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "docker", "daemon.json");
  for (const path of [rootless, join(home, ".docker", "daemon.json"), "/etc/docker/daemon.json"]) {
    const text = await readIfThere(path);
    if (text === null || text.trim() === "") continue;
    const json = jsonObject(path, text);
    const list = (key: string): string[] => (Array.isArray(json[key]) ? json[key].filter((item) => typeof item === "string") : []);
    return {
      mirrors: list("registry-mirrors")
        .filter((url) => /^https?:/.test(url) && URL.canParse(url))
        .map((url) => new URL(url)),
      insecure: new Set(list("insecure-registries")),
    };
  }
  return { mirrors: [], insecure: new Set() };
}

function jsonObject(path: string, text: string): Record<string, unknown> {
  const hint = "correct the file: the Docker daemon does not start with it either";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BallastError("bad-config", `${path} is not valid JSON`, { hint, cause: error });
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new BallastError("bad-config", `${path} is not a JSON object`, { hint });
}

/** Null when the file does not exist or may not be read. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EISDIR"].includes(systemErrorCode(error) ?? "")) return null;
    throw error;
  }
}
