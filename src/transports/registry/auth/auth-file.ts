/** docker's `config.json` and podman's `auth.json` (containers-auth.json(5)). */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { Credential } from "./credential.ts";

export interface AuthFile {
  readonly path: string;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | null;
  /** By `host[/namespace]`, scheme and `/v1/` stripped. */
  readonly auths: ReadonlyMap<string, Credential>;
  /** Keys, as in `auths`, of entries that hold something but no credential. */
  readonly unreadable: ReadonlySet<string>;
}

/** Files in search order: docker's, then podman's. A file given by flag or `REGISTRY_AUTH_FILE` replaces them all. */
export function authFilePaths(env: NodeJS.ProcessEnv): readonly string[] {
  const home = env["HOME"] || homedir();
  const runtime = env["XDG_RUNTIME_DIR"] || `/run/containers/${process.getuid?.() ?? 0}`;
  const runtimeFile = env["XDG_RUNTIME_DIR"] ? join(runtime, "containers", "auth.json") : join(runtime, "auth.json");
  return [
    join(dockerConfigDirectory(env), "config.json"),
    runtimeFile,
    join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "containers", "auth.json"),
  ];
}

export function dockerConfigDirectory(env: NodeJS.ProcessEnv): string {
  return env["DOCKER_CONFIG"] || join(env["HOME"] || homedir(), ".docker");
}

/** Null when the file is not there. @throws {BallastError} credentials-failed when it is broken or may not be read */
export async function readAuthFile(path: string): Promise<AuthFile | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new BallastError("credentials-failed", `auth file ${path} cannot be read (${code ?? "unknown reason"})`, {
      hint: "correct its permissions, or name another one with --authfile",
    });
  }
  return parseAuthFile(path, text);
}

export function parseAuthFile(path: string, text: string): AuthFile {
  // An empty file, as left by `touch`, has no entries for docker either.
  const json = /^[\s\ufeff]*$/.test(text) ? {} : objectFrom(path, text);
  const found = entries(json["auths"]).map(([host, entry]) => ({ key: registryKey(host), entry, credential: credentialFrom(entry) }));
  return {
    path,
    credHelpers: new Map(
      entries(json["credHelpers"]).flatMap(([host, helper]) => (typeof helper === "string" ? [[registryKey(host), helper]] : [])),
    ),
    credsStore: typeof json["credsStore"] === "string" && json["credsStore"] !== "" ? json["credsStore"] : null,
    auths: new Map(found.flatMap(({ key, credential }) => (credential === null ? [] : [[key, credential]]))),
    unreadable: new Set(found.flatMap(({ key, entry, credential }) => (credential === null && holdsAuth(entry) ? [key] : []))),
  };
}

function objectFrom(path: string, text: string): Record<string, unknown> {
  try {
    // Windows editors begin a file with a byte order mark, at which docker's parser fails; docker then goes on without any login.
    const json: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // The parser's message quotes the text, which holds passwords.
  }
  throw new BallastError("credentials-failed", `auth file ${path} is not a JSON object`, {
    hint: "correct it, or log in again with `docker login` or `podman login`",
  });
}

function entries(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Entries without `auth` are normal: credential helpers leave them behind. */
function holdsAuth(entry: unknown): boolean {
  return typeof entry === "object" && entry !== null && "auth" in entry && entry.auth !== "";
}

function credentialFrom(entry: unknown): Credential | null {
  if (typeof entry !== "object" || entry === null) return null;
  const fields = entry as Record<string, unknown>;
  const text = (name: string): string => (typeof fields[name] === "string" ? fields[name] : "");
  if (text("identitytoken") !== "") return { kind: "identity", token: text("identitytoken") };
  if (text("registrytoken") !== "") return { kind: "bearer", token: text("registrytoken") };
  const pair = text("auth") === "" ? `${text("username")}:${text("password")}` : Buffer.from(text("auth"), "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 1) return null;
  // docker pads with NUL.
  const password = pair.slice(colon + 1).replace(/\0+$/, "");
  return { kind: "basic", username: pair.slice(0, colon), password };
}

/**
 * One spelling for a registry, whatever tool wrote the key: `https://index.docker.io/v1/` is `docker.io`. A key with a scheme is docker's and
 * names a host; without one it may include a namespace, as in containers-auth.json(5).
 */
export function registryKey(key: string): string {
  const bare = key.replace(/^https?:\/\//i, "");
  const [host = "", ...rest] = bare.replace(/\/+$/, "").split("/");
  const name = host.toLowerCase();
  // Kubernetes secrets and old files contain the API version without a scheme.
  const path = bare === key && !/^v[12]$/.test(rest.join("/")) ? rest : [];
  return [name === "index.docker.io" || name === "registry-1.docker.io" ? "docker.io" : name, ...path].join("/");
}
