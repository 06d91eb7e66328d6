/** The image on the screen, and the previous one, which stays open until the new one has something to show. */
import type { ShownSession } from "./shown-session.ts";

export class ShownImages {
  #current: ShownSession;
  #before: ShownSession | null = null;

  constructor(first: ShownSession) {
    this.#current = first;
  }

  get current(): ShownSession {
    return this.#current;
  }

  replace(next: ShownSession): void {
    const left = this.#current;
    this.#current = next;
    if (left.state.image === null) void left.close();
    else {
      this.settle();
      this.#before = left;
    }
    next.state.before = this.#before?.state.name ?? null;
  }

  /** The new image has something to show, so the previous one is closed. */
  settle(): void {
    void this.#before?.close();
    this.#before = null;
    this.#current.state.before = null;
  }

  /** Leaves an image about which nothing is known yet for the previous one. */
  back(): void {
    if (this.#before === null) return;
    void this.#current.close();
    this.#current = this.#before;
    this.#before = null;
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.close(), this.#before?.close()]);
  }
}
