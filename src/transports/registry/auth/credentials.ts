/** Finds our credential for a registry: in flags, credential helpers and stores, docker's and podman's auth files, in docker's order. */
import type { ConnectionOptions } from "../../transport.ts";
import { authFilePaths, parseAuthFile, readAuthFile } from "./auth-file.ts";
import type { AuthFile } from "./auth-file.ts";
import type { Credential } from "./credential.ts";
import { askHelper } from "./credential-helper.ts";

export interface CredentialSearch {
  readonly credential: Credential | null;
  /** Worth reporting if the registry refuses us, such as a helper named in an auth file that is not installed. */
  readonly note: string | null;
}

/** The key under which docker files Docker Hub's credentials. */
const dockerHubKey = "https://index.docker.io/v1/";

/**
 * The credential for `repository` on `registry` (`docker.io` for Docker Hub); null means anonymous.
 * @throws {BallastError} credentials-failed
 */
export async function findCredential(
  registry: string,
  repository: string,
  connection: ConnectionOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<CredentialSearch> {
  const { username, password, credentialsFor = registry } = connection;
  if (username !== undefined && password !== undefined && credentialsFor === registry)
    return { credential: { kind: "basic", username, password }, note: null };
  const given = connection.authFile ?? null;
  // A whole auth file in a variable, which docker reads since 28.3, and GitLab's runners for much longer.
  const inVariable = given === null ? (env["DOCKER_AUTH_CONFIG"] ?? "") : "";
  const files = [
    ...(inVariable === "" ? [] : [parseAuthFile("$DOCKER_AUTH_CONFIG", inVariable)]),
    ...(given === null ? authFilePaths(env) : [given]),
  ];
  let note: string | null = null;
  for (const each of files) {
    const file = typeof each === "string" ? await readAuthFile(each) : each;
    if (file === null) {
      if (given !== null) note = `there is no auth file ${given}, which was named`;
      continue;
    }
    const found = await searchFile(file, registry, repository, connection.timeout);
    if (found.credential !== null) return found;
    note ??= found.note;
  }
  return { credential: null, note };
}

/** Credentials from flags or a program apply to the registry that was named, not to its mirrors. */
export function credentialsFor(registry: string, connection: ConnectionOptions): ConnectionOptions {
  return connection.credentialsFor === undefined ? { ...connection, credentialsFor: registry } : connection;
}

async function searchFile(file: AuthFile, registry: string, repository: string, timeout: number | undefined): Promise<CredentialSearch> {
  let note: string | null = null;
  const own = file.credHelpers.get(registry.toLowerCase());
  // An empty name exempts a registry from the common store: its entry in the file is used.
  const helpers = new Set(own === "" ? [] : [own, file.credsStore].filter((name) => typeof name === "string"));
  for (const helper of helpers) {
    const answer = await askHelper(helper, registry === "docker.io" ? dockerHubKey : registry, timeout);
    if ("found" in answer) return { credential: answer.found, note: null };
    if (answer.missing === "not-installed")
      note ??= `${file.path} names the credential helper docker-credential-${helper}, which is not installed`;
  }
  // containers-auth.json(5): the most specific of registry/namespace/repository, registry/namespace, registry.
  for (let key = `${registry.toLowerCase()}/${repository}`; key !== ""; key = key.includes("/") ? key.slice(0, key.lastIndexOf("/")) : "") {
    const credential = file.auths.get(key);
    if (credential !== undefined) return { credential, note: null };
    if (file.unreadable.has(key))
      note ??= `the entry for ${key} in ${file.path} is not what \`docker login\` writes: base64 of user:password`;
  }
  return { credential: null, note };
}
