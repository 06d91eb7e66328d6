/** A real registry on loopback that holds the fleet: filled once, kept in .bench/, started when it is asked for. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { freePort, startDaemon } from "../../../test/helpers/components/engines/daemon.ts";
import type { Daemon } from "../../../test/helpers/components/engines/daemon.ts";
import { jsonBlob, mediaTypes, sha256 } from "../../../test/helpers/image/build.ts";
import { tar } from "../../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../../test/helpers/tar-fixture.ts";

export interface BenchRegistry {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Repository that layers lie in before images have them. */
const store = "layers";

interface StoredLayer {
  readonly digest: string;
  readonly size: number;
  readonly diffId: string;
  readonly mediaType: string;
}

export const isRegistryInstalled = (): boolean => spawnSync("docker-registry", ["--version"], { stdio: "ignore" }).error === undefined;

/** @param fill pushes what the registry is to hold, the first time */
export async function startBenchRegistry(directory: string, fill: (push: Pusher) => Promise<void>): Promise<BenchRegistry> {
  const part = `${directory}.part`;
  if (!existsSync(directory)) {
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    console.error(`filling ${directory}…`);
    const filling = await serve(part);
    await fill(new Pusher(`http://${filling.address}`));
    await filling.daemon.stop();
    renameSync(part, directory);
  }
  const { address, daemon } = await serve(directory);
  return { address, stop: () => daemon.stop() };
}

async function serve(directory: string): Promise<{ readonly address: string; readonly daemon: Daemon }> {
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(directory, "config.yml");
  // JSON is YAML
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: "error" },
      storage: { filesystem: { rootdirectory: directory } },
      http: { addr: address },
    }),
  );
  const ready = async (): Promise<boolean> => (await fetch(`http://${address}/v2/`)).ok;
  const daemon = await startDaemon({ command: "docker-registry", args: ["serve", config], log: join(directory, "registry.log"), ready });
  return { address, daemon };
}

export class Pusher {
  readonly #registry: string;

  constructor(registry: string) {
    this.#registry = registry;
  }

  /** A layer for images to come. @param isPacked by gzip */
  async layer(entries: Iterable<FixtureEntry>, isPacked = true): Promise<StoredLayer> {
    const content = tar([...entries]);
    const bytes = isPacked ? gzipSync(content, { level: 6 }) : content;
    await this.#blob(store, bytes);
    const mediaType = mediaTypes.oci.layer[isPacked ? "gzip" : "none"];
    return { digest: sha256(bytes), size: bytes.length, diffId: sha256(content), mediaType };
  }

  async image(repository: string, tag: string, layers: readonly StoredLayer[]): Promise<void> {
    const config = jsonBlob({
      os: "linux",
      architecture: "amd64",
      created: "2026-01-01T00:00:00Z",
      config: { Env: ["PATH=/usr/bin"] },
      rootfs: {
        type: "layers",
        diff_ids: layers.map(({ diffId }) => diffId),
      },
      history: layers.map((_, index) => ({ created_by: `RUN step ${index}` })),
    });
    await this.#blob(repository, config.bytes);
    for (const { digest } of layers)
      await fetch(`${this.#registry}/v2/${repository}/blobs/uploads/?mount=${digest}&from=${store}`, { method: "POST" });
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      config: {
        mediaType: mediaTypes.oci.config,
        digest: config.digest,
        size: config.bytes.length,
      },
      layers: layers.map(({ digest, size, mediaType }) => ({
        digest,
        size,
        mediaType,
      })),
    };
    const headers = { "content-type": mediaTypes.oci.manifest };
    await this.#put(`${this.#registry}/v2/${repository}/manifests/${tag}`, Buffer.from(JSON.stringify(manifest)), headers);
  }

  async #blob(repository: string, bytes: Buffer): Promise<void> {
    const opened = await fetch(`${this.#registry}/v2/${repository}/blobs/uploads/`, { method: "POST" });
    const location = new URL(opened.headers.get("location")!, this.#registry);
    location.searchParams.set("digest", sha256(bytes));
    await this.#put(location.href, bytes, { "content-type": "application/octet-stream" });
  }

  async #put(url: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<void> {
    const { ok, status } = await fetch(url, { method: "PUT", body: new Uint8Array(body), headers });
    if (!ok) throw new Error(`the registry refuses ${url}: ${status}`);
  }
}
