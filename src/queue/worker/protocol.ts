/** Messages between a worker and its processes. */
import type { ConnectionOptions } from "../../transports/transport.ts";

/** Sent to a process once. */
export interface ProcessOptions {
  readonly queue: string;
  /** The value of `--store`. */
  readonly store: string | null;
  /** This machine's cache. */
  readonly directory: string;
  /** Milliseconds of silence after which a job is given to another worker. */
  readonly lease: number;
  readonly connection: ConnectionOptions;
}

export type Order = { readonly start: ProcessOptions } | { readonly stop: true };

export type Report =
  /** A sentence for people. */
  | { readonly say: string }
  /** The queue is out of reach, and why; null when it is back. */
  | { readonly outage: string | null }
  /** What is being worked on; null for nothing. */
  | { readonly at: string | null }
  | { readonly done: "layer" | "image"; readonly bytes: number }
  /** The process cannot go on. */
  | { readonly failure: { readonly code: string | null; readonly message: string; readonly hint: string | null } };
