/**
 * What goes to the terminal. Node writes to one as to a file and waits until it is taken, and nobody can leave a program that waits: behind
 * ctrl+s of a multiplexer, a stopped window or a hung line. Here nothing waits for the terminal.
 */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** Milliseconds between two looks at how much is left. */
const lookMs = 20;
/** Milliseconds in which a terminal that is read takes something, however slow its line is. */
const patienceMs = 700;
/** Milliseconds that what still has to be said and tidied up gets, before a terminal that is not read is left to itself. */
const lastWordsMs = 300;

/** What Node knows of a terminal and does not tell. */
interface Handle {
  setBlocking?(isBlocking: boolean): void;
  /** Bytes that were handed over and not taken yet. */
  readonly writeQueueSize?: number;
}

export class TerminalOutput {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    setBlocking(stream, false);
  }

  /** The terminal has not taken everything yet. */
  get isBehind(): boolean {
    return this.#stream.writableLength > 0;
  }

  write(sequence: string): void {
    if (!this.#stream.destroyed) this.#stream.write(sequence);
  }

  /** Calls once the terminal has taken what was written so far. */
  whenTaken(call: () => void): void {
    this.#stream.write("", call);
  }

  /** Waits until the terminal has taken everything; false when it takes nothing any more. */
  async taken(): Promise<boolean> {
    let left = this.#left();
    let since = performance.now();
    while (this.isBehind && !this.#stream.destroyed) {
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      if (this.#left() !== left) {
        left = this.#left();
        since = performance.now();
      } else if (performance.now() - since > patienceMs) return false;
    }
    return true;
  }

  /** Writes as Node does: what is printed from now on stands on the terminal when the program ends. */
  release(): void {
    setBlocking(this.#stream, true);
  }

  /**
   * Lets the program end although the terminal takes nothing. Whoever reads it one day finds it as it was: a shell of its own waits for that
   * with `sequence`, and ends with the terminal.
   */
  abandon(sequence: string): void {
    // What went wrong is told there, too.
    setBlocking(process.stderr, false);
    const { fd } = this.#stream as { fd?: number };
    if (fd !== undefined && process.platform !== "win32") {
      const shell = spawn("/bin/sh", ["-c", 'printf %s "$1"', "sh", sequence], { stdio: ["ignore", fd, "ignore"], detached: true });
      shell.on("error", () => {});
      shell.unref();
    }
    // Nothing but what is left to write can still be in the way then.
    setTimeout(() => process.exit(), lastWordsMs).unref();
  }

  #left(): number {
    return this.#stream.writableLength + (handleOf(this.#stream)?.writeQueueSize ?? 0);
  }
}

function handleOf(stream: NodeJS.WriteStream): Handle | undefined {
  return (stream as unknown as Record<string, Handle | undefined>)["_handle"];
}

function setBlocking(stream: NodeJS.WriteStream, isBlocking: boolean): void {
  // A test's terminal is in memory, and standard error need be none.
  const { fd } = stream as { fd?: number };
  if (!stream.isTTY || fd === undefined || process.platform === "win32") return;
  try {
    // A terminal of somebody else's (after `su`) cannot be opened anew, and what is changed in the one that was handed on is changed for all.
    accessSync(`/dev/fd/${fd}`, constants.R_OK | constants.W_OK);
    handleOf(stream)?.setBlocking?.(isBlocking);
  } catch {
    // Then it waits.
  }
}
