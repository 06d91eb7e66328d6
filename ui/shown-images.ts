/** The image that is looked at, and within reach the one before it until there is something to see of the new. */
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

  /** There is something to see of the image: nobody goes back any more. */
  settle(): void {
    void this.#before?.close();
    this.#before = null;
    this.#current.state.before = null;
  }

  /** Leaves the image of which nothing is known yet. */
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
