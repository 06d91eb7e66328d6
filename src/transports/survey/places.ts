/** Everything that the sources of a survey lead to, in their order. */
import { statSync } from "node:fs";

import type { DocumentStore } from "../registry/client.ts";
import type { OpenOptions } from "../transport.ts";
import { ContainerdPlaces } from "./containerd-places.ts";
import { enginePlaces, namedPlace } from "./engine-places.ts";
import { localPlaces } from "./local-places.ts";
import type { Place } from "./place.ts";
import { RegistryPlaces } from "./registry-places.ts";
import { parseSourceName } from "./source-name.ts";
import type { SourceName } from "./source-name.ts";

export interface PlacesOptions {
  readonly open: OpenOptions;
  /** Keeps manifests and configs between runs. */
  readonly documents: DocumentStore;
}

export class Places {
  readonly #names: readonly SourceName[];
  readonly #options: OpenOptions;
  readonly #registries: RegistryPlaces;
  #ofContainerd: ContainerdPlaces | null = null;

  /** @throws {BallastError} bad-argument */
  constructor(sources: readonly string[], { open, documents }: PlacesOptions) {
    this.#names = sources.map(parseSource);
    this.#options = open;
    this.#registries = new RegistryPlaces(open, documents);
  }

  /** @throws {BallastError} when a source cannot be listed */
  async *list(): AsyncGenerator<Place> {
    for (const name of this.#names) yield* this.#of(name);
  }

  async close(): Promise<void> {
    await this.#registries.close();
    this.#ofContainerd?.close();
  }

  #containerd(): ContainerdPlaces {
    return (this.#ofContainerd ??= new ContainerdPlaces(this.#options));
  }

  async *#of(name: SourceName): AsyncGenerator<Place> {
    switch (name.kind) {
      case "catalog":
        return yield* this.#registries.catalog(name.registry, name.glob);
      case "repository":
        return yield* this.#registries.repository(name.registry, name.repository);
      case "tag":
        return yield this.#registries.tag(name.reference);
      case "engine":
        return yield* name.engine === "containerd" ? this.#containerd().list() : enginePlaces(name.engine, this.#options);
      case "path":
        return yield* localPlaces(name.path, this.#options);
      case "image":
        return yield namedPlace(name.name, name.name.replace(/^[a-z-]+:(?=[^/])/, ""), this.#options);
    }
  }
}

/** @throws {BallastError} bad-argument */
export function parseSource(text: string): SourceName {
  return parseSourceName(text, (path) => !path.includes("\0") && statSync(path, { throwIfNoEntry: false }) !== undefined);
}
