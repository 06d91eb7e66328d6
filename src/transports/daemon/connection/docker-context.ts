/** docker's contexts: named endpoints below `$DOCKER_CONFIG/contexts` (docker/cli, context store). */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { DaemonEndpoint, TlsFiles } from "./endpoint.ts";

/** The context chosen by `docker context use`; null for none, and for `default`, which means the usual socket. */
export function currentContext(dockerConfig: string): string | null {
  const path = join(dockerConfig, "config.json");
  let json: unknown;
  try {
    // A byte order mark and an empty file are accepted, as for logins.
    const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
    json = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(systemErrorCode(error) ?? "")) return null;
    throw new BallastError("context-not-found", `${path} cannot be read as JSON, so docker's current context is not known`, {
      hint: "correct the file, or name the endpoint with --host",
    });
  }
  const name = typeof json === "object" && json !== null ? (json as Record<string, unknown>)["currentContext"] : undefined;
  return typeof name === "string" && name !== "" && name !== "default" ? name : null;
}

/**
 * The endpoint of a context, with its TLS files. A context that does not exist is an error, never another endpoint.
 * @throws {BallastError} context-not-found
 */
export function readContext(dockerConfig: string, name: string, origin: string): DaemonEndpoint {
  const id = createHash("sha256").update(name).digest("hex");
  const path = join(dockerConfig, "contexts", "meta", id, "meta.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = systemErrorCode(error) === "ENOENT" ? "does not exist" : `cannot be read (${systemErrorCode(error)})`;
    throw new BallastError("context-not-found", `docker context "${name}", named by ${origin}, ${reason}`);
  }
  const { host, skipVerify } = dockerEndpoint(text, name);
  const tls = tlsFilesIn(join(dockerConfig, "contexts", "tls", id, "docker"), skipVerify);
  return parseEndpoint(host, `docker context "${name}"`, tls);
}

function dockerEndpoint(text: string, name: string): { host: string; skipVerify: boolean } {
  try {
    const meta = JSON.parse(text) as { Endpoints?: { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } };
    const endpoint = meta.Endpoints?.docker;
    if (typeof endpoint?.Host === "string" && endpoint.Host !== "") {
      return { host: endpoint.Host, skipVerify: endpoint.SkipTLSVerify === true };
    }
  } catch {
    // Reported below.
  }
  throw new BallastError("context-not-found", `docker context "${name}" has no Docker endpoint`, {
    hint: "look at it with `docker context inspect`, or name the endpoint with --host",
  });
}

/** The PEM files of a directory, null when it has none and verification is not to be skipped. */
export function tlsFilesIn(directory: string, skipVerify: boolean): TlsFiles | null {
  const found = (name: string): string | undefined => (existsSync(join(directory, name)) ? join(directory, name) : undefined);
  const [ca, cert, key] = [found("ca.pem"), found("cert.pem"), found("key.pem")];
  if (ca === undefined && cert === undefined && !skipVerify) return null;
  return { skipVerify, ca, cert, key };
}
