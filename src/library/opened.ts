/** What `open` returns, and the session behind it that the other functions work with. */
import { BallastError } from "../base/errors.ts";
import type { Image } from "../image/image.ts";
import { Scanner } from "../scan/scanner.ts";
import type { ScannerOptions } from "../scan/scanner.ts";
import type { SecretRuleSpec } from "../scan/workers/protocol.ts";
import type { ConnectionOptions } from "../transports/transport.ts";

/** An open image. It holds files, sockets and threads until it is closed: `await using opened = await open(name)`, or `close()`. */
export interface OpenedImage extends AsyncDisposable {
  /** Manifest, config and layers, as the OCI image specification names them. */
  readonly image: Image;
  /** Stops what is still running and releases files, sockets, threads and temporary copies. Safe to call twice. */
  close(): Promise<void>;
}

export type ScanSettings = Pick<ScannerOptions, "verify" | "cacheDirectory" | "maxRatio" | "workers">;

/** What an open image keeps running: its scanners, one for each set of secret rules. */
export class ImageSession {
  /** The name it was opened by; "" for a stream. */
  readonly source: string;
  readonly connection: ConnectionOptions;
  readonly #settings: ScanSettings;
  readonly #scanners = new Map<string | null, Scanner>();
  #closed = false;

  constructor(source: string, settings: ScanSettings, connection: ConnectionOptions) {
    this.source = source;
    this.#settings = settings;
    this.connection = connection;
  }

  /** @throws {BallastError} bad-argument after `close` */
  scanner(rules: SecretRuleSpec | null): Scanner {
    if (this.#closed) throw new BallastError("bad-argument", "the image is closed", { hint: "close it after its last use" });
    const key = rules?.id ?? null;
    const scanner = this.#scanners.get(key) ?? new Scanner({ ...this.#settings, rules, fingerprints: true });
    this.#scanners.set(key, scanner);
    return scanner;
  }

  /** Stops the scanners; the next call of `scanner` makes a new one. */
  async stop(): Promise<void> {
    const scanners = [...this.#scanners.values()];
    this.#scanners.clear();
    await Promise.all(scanners.map((scanner) => scanner.close()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }
}

const sessions = new WeakMap<Image, ImageSession>();

export function opened(image: Image, session: ImageSession): OpenedImage {
  sessions.set(image, session);
  const close = async (): Promise<void> => {
    await session.close();
    await image.close();
  };
  return { image, close, [Symbol.asyncDispose]: close };
}

/** @throws {BallastError} bad-argument for an image that does not come from `open` */
export function sessionOf(image: Image): ImageSession {
  const session = sessions.get(image);
  if (session !== undefined) return session;
  throw new BallastError("bad-argument", `${image.reference} was not opened by open()`, { hint: "pass on what open() and analyze() gave" });
}

/**
 * The result of `work`, unless the signal is aborted first: then `stop` is called, and the signal's reason is thrown.
 */
export async function untilAborted<T>(signal: AbortSignal | undefined, stop: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  if (signal === undefined) return work();
  let forget = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => {
      void stop();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    forget = () => signal.removeEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    forget();
  }
}
