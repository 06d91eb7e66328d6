/**
 * The image config (OCI image-spec, config.md), as far as Ballast reads it. Unknown keys stay in the bytes and are never lost:
 * whoever rewrites a config edits the bytes, not this view.
 */
import type { Digest } from "./digest.ts";

export interface HistoryEntry {
  readonly created?: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly emptyLayer?: boolean;
}

export interface Healthcheck {
  readonly test: readonly string[];
}

/** The `config` object: what a container made from the image runs with. */
export interface ContainerConfig {
  readonly user?: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workingDir?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
  readonly shell: readonly string[] | null;
  readonly onBuild: readonly string[];
  readonly healthcheck: Healthcheck | null;
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly osVersion?: string;
  readonly created: string | null;
  readonly author?: string;
  readonly container: ContainerConfig;
  /** `rootfs.diff_ids`, bottom first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  /** The parsed JSON, for surfaces this view does not name (legacy `container_config`, build info). Never serialise it: numbers lose digits. */
  readonly json: Readonly<Record<string, unknown>>;
}
