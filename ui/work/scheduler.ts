/** Runs long work in slices, so that key presses are handled in between. */

/** Milliseconds that a slice may take: half a frame, which leaves the other half for a key press. */
const sliceMs = 6;

export class Scheduler {
  readonly #running = new Map<string, object>();

  /** Runs a generator in slices and passes its result to `done`. A later job of the same name replaces one that is still running. */
  run<T>(name: string, steps: Generator<unknown, T>, done: (result: T) => void): void {
    const token = {};
    this.#running.set(name, token);
    const slice = (): void => {
      if (this.#running.get(name) !== token) return;
      const end = performance.now() + sliceMs;
      do {
        const step = steps.next();
        if (step.done === true) {
          this.#running.delete(name);
          done(step.value);
          return;
        }
      } while (performance.now() < end);
      setImmediate(slice);
    };
    setImmediate(slice);
  }

  cancel(name: string): void {
    this.#running.delete(name);
  }

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  stop(): void {
    this.#running.clear();
  }
}
