/** One client per repository: one ping and one token, however much is read from it. */
import { credentialsFor } from "../registry/auth/credentials.ts";
import { RegistryClient } from "../registry/client.ts";
import type { DocumentStore } from "../registry/client.ts";
import { endpointsFor } from "../registry/mirrors.ts";
import type { OpenOptions } from "../transport.ts";

export class RegistryClients {
  readonly #options: OpenOptions;
  readonly #documents: DocumentStore;
  readonly #most: number;
  readonly #clients = new Map<string, Promise<RegistryClient>>();

  /** Keeps `most` clients and closes the least recently used. Callers that set it must use no more than that at once. */
  constructor(options: OpenOptions, documents: DocumentStore, most = Infinity) {
    this.#options = options;
    this.#documents = documents;
    this.#most = most;
  }

  /** @param scope of tokens; default: the repository */
  of(registry: string, repository: string, scope?: string): Promise<RegistryClient> {
    const key = `${registry}/${repository}`;
    const client = this.#clients.get(key) ?? this.#connect(registry, repository, scope);
    // The most recently used client comes last.
    this.#clients.delete(key);
    this.#clients.set(key, client);
    client.catch(() => this.#clients.delete(key));
    if (this.#clients.size > this.#most) {
      const [[oldest, closing]] = this.#clients as unknown as [[string, Promise<RegistryClient>]];
      this.#clients.delete(oldest);
      void closing.then((unused) => unused.close());
    }
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(async (client) => (await client).close()));
  }

  async #connect(registry: string, repository: string, scope: string | undefined): Promise<RegistryClient> {
    const { connection, signal } = this.#options;
    // The question is what the registry itself stores, not what a mirror happens to have.
    const endpoints = await endpointsFor({ registry, repository, tag: null, digest: null });
    return new RegistryClient(endpoints.at(-1)!, {
      connection: credentialsFor(registry, connection),
      env: process.env,
      actions: "pull",
      scope,
      documents: this.#documents,
      signal,
    });
  }
}
