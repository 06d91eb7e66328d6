/** What was read or written last, so that it need not be read again. */

/** Bytes, as stored, of what is kept at hand; in memory it is about as much. */
const mostBytes = 64 * 1024 * 1024;

export class RecentValues<T = unknown> {
  /** The one used last stands last. */
  readonly #values = new Map<string, { readonly value: T; readonly bytes: number }>();
  #bytes = 0;

  get(name: string): T | undefined {
    const found = this.#values.get(name);
    if (found === undefined) return undefined;
    this.#values.delete(name);
    this.#values.set(name, found);
    return found.value;
  }

  set(name: string, value: T, bytes: number): void {
    this.#remove(name);
    this.#values.set(name, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= mostBytes) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#bytes -= this.#values.get(name)?.bytes ?? 0;
    this.#values.delete(name);
  }
}
