/** One place where a repository can be reached. */
export interface RegistryEndpoint {
  /** `host[:port]` to connect to. */
  readonly host: string;
  readonly repository: string;
  /** The name credentials are filed under. */
  readonly credentialName: string;
  /** The certificate is not checked, and plain HTTP is allowed. */
  readonly insecure: boolean;
  /** Set when the configuration names the scheme. */
  readonly scheme: "http" | "https" | null;
}

/** The host of Docker Hub's registry API, which is not the one in names of images. */
const hubHost = "registry-1.docker.io";

export function endpointAt(
  registry: string,
  repository: string,
  insecure = false,
  scheme: "http" | "https" | null = null,
): RegistryEndpoint {
  return { host: registry === "docker.io" ? hubHost : registry, repository, credentialName: registry, insecure, scheme };
}
