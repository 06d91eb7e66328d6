/** Keeps what was read or written last in memory, so that it need not be read again. */

/** Limit in stored bytes; values take about as much in memory. */
const mostBytes = 64 * 1024 * 1024;

interface Held<T> {
  readonly value: T;
  readonly bytes: number;
  readonly onLeave: (() => Promise<void>) | null;
}

export class RecentValues<T = unknown> {
  readonly #mostBytes: number;
  /** The most recently used value is last. */
  readonly #values = new Map<string, Held<T>>();
  #bytes = 0;

  constructor(most = mostBytes) {
    this.#mostBytes = most;
  }

  get(name: string): T | undefined {
    const found = this.#values.get(name);
    if (found === undefined) return undefined;
    this.#values.delete(name);
    this.#values.set(name, found);
    return found.value;
  }

  /**
   * Resolves when there is room again.
   * @param onLeave for a value that is stored nowhere else yet: called before it is removed
   */
  async set(name: string, value: T, bytes: number, onLeave: (() => Promise<void>) | null = null): Promise<void> {
    this.#remove(name);
    this.#values.set(name, { value, bytes, onLeave });
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes) {
      const [oldest, held] = this.#values.entries().next().value!;
      if (held.onLeave !== null) await held.onLeave();
      // It may have been set again meanwhile.
      if (this.#values.get(oldest) === held) this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#bytes -= this.#values.get(name)?.bytes ?? 0;
    this.#values.delete(name);
  }
}
