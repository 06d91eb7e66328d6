/** One place that a repository can be asked for. */
export interface RegistryEndpoint {
  /** `host[:port]` to connect to. */
  readonly host: string;
  readonly repository: string;
  /** The name credentials are filed under. */
  readonly credentialName: string;
  /** The certificate is not checked, and plain HTTP is fine. */
  readonly insecure: boolean;
  /** Set when configuration spells the scheme out. */
  readonly scheme: "http" | "https" | null;
}

/** Docker Hub answers the registry API under another name than images have. */
const hubHost = "registry-1.docker.io";

export function endpointAt(
  registry: string,
  repository: string,
  insecure = false,
  scheme: "http" | "https" | null = null,
): RegistryEndpoint {
  return { host: registry === "docker.io" ? hubHost : registry, repository, credentialName: registry, insecure, scheme };
}
