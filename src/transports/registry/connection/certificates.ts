/** Whom we trust at a registry and how we identify ourselves: system and extra authorities, `certs.d` directories, client certificates. */
import { readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createSecureContext, rootCertificates } from "node:tls";
import type { SecureContext } from "node:tls";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { ConnectionOptions } from "../../transport.ts";

/** Where distributions keep the system's authorities as one PEM file (the list of Go's crypto/x509). */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

export interface ClientPair {
  readonly cert: string;
  readonly key: string;
}

export interface HostCertificates {
  readonly authorities: readonly string[];
  readonly pairs: readonly ClientPair[];
}

/** Directories of `HOST[:PORT]/` with `*.crt` authorities and `*.cert`, `*.key` pairs (containers-certs.d(5), Docker's certs.d). */
export function certDirectories(host: string, connection: ConnectionOptions, env: NodeJS.ProcessEnv): readonly string[] {
  if (connection.certDirectory !== undefined) return [connection.certDirectory];
  const config = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  const roots = [join(config, "containers"), join(config, "docker"), "/etc/containers", "/etc/docker"];
  return roots.map((root) => join(root, "certs.d", host));
}

/** @throws {BallastError} tls-failed when a certificate has no key, or a file cannot be read */
export function readCertDirectory(directory: string, required: boolean): HostCertificates {
  let names: string[];
  try {
    names = readdirSync(directory).toSorted();
  } catch (error) {
    if (!required && ["ENOENT", "ENOTDIR", "EACCES"].includes(systemErrorCode(error) ?? "")) return { authorities: [], pairs: [] };
    throw unreadable(directory, error);
  }
  const read = (name: string): string => readPem(join(directory, name));
  return {
    authorities: names.filter((name) => name.endsWith(".crt")).map(read),
    pairs: names
      .filter((name) => name.endsWith(".cert"))
      .map((name) => {
        const key = name.replace(/cert$/, "key");
        if (names.includes(key)) return { cert: read(name), key: read(key) };
        throw new BallastError("tls-failed", `${join(directory, name)} has no ${key} beside it`, {
          hint: "put the key of the client certificate into the same directory; an authority's file ends in .crt",
        });
      }),
  };
}

/** Kept because making one takes 70 ms, and a survey opens a client for every repository of a registry. */
const contexts = new Map<string, SecureContext>();

/** The TLS context for `host` (with its port where the name has one). @throws {BallastError} tls-failed */
export function secureContextFor(host: string, connection: ConnectionOptions, env: NodeJS.ProcessEnv): SecureContext {
  const { certDirectory, caFile } = connection;
  const places = [env["SSL_CERT_FILE"], env["NODE_EXTRA_CA_CERTS"], env["XDG_CONFIG_HOME"], env["HOME"]];
  const key = JSON.stringify([host, certDirectory ?? null, caFile ?? null, ...places.map((place) => place ?? null)]);
  let context = contexts.get(key);
  if (context === undefined) contexts.set(key, (context = makeContext(host, connection, env)));
  return context;
}

function makeContext(host: string, connection: ConnectionOptions, env: NodeJS.ProcessEnv): SecureContext {
  const directories = certDirectories(host, connection, env).map((path) => readCertDirectory(path, connection.certDirectory !== undefined));
  const authorities = directories.flatMap((directory) => directory.authorities);
  const pairs = directories.flatMap((directory) => directory.pairs);
  const custom = connection.caFile === undefined ? [] : [readPem(connection.caFile)];
  try {
    return createSecureContext({
      // `ca` replaces Node's own list, including NODE_EXTRA_CA_CERTS, so all of it is passed again.
      ca: [...rootCertificates, ...systemAuthorities(env), ...authorities, ...custom],
      ...(pairs.length > 0 && { cert: pairs.map((pair) => pair.cert), key: pairs.map((pair) => pair.key) }),
    });
  } catch (error) {
    throw new BallastError("tls-failed", `a certificate or key given for ${host} is not valid PEM (${(error as Error).message})`, {
      hint: "give PEM files: -----BEGIN CERTIFICATE-----",
      cause: error,
    });
  }
}

function systemAuthorities(env: NodeJS.ProcessEnv): readonly string[] {
  const bundles = env["SSL_CERT_FILE"] ? [env["SSL_CERT_FILE"]] : systemBundles;
  const system = bundles.map(tryReadPem).find((pem) => pem !== null);
  const extra = env["NODE_EXTRA_CA_CERTS"] ? tryReadPem(env["NODE_EXTRA_CA_CERTS"]) : null;
  return [system, extra].filter((pem) => typeof pem === "string");
}

function tryReadPem(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function readPem(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!pem.includes("-----BEGIN ")) {
    throw new BallastError("tls-failed", `${path} holds no PEM certificate or key`, { hint: "convert it with `openssl x509 -inform der`" });
  }
  return pem;
}

function unreadable(path: string, error: unknown): BallastError {
  return new BallastError("tls-failed", `${path} cannot be read (${systemErrorCode(error) ?? "unknown reason"})`, {
    hint: "check the path given with --ca or --cert-dir, and its permissions",
    cause: error,
  });
}
