/**
 * Output to the terminal. Node writes to a terminal synchronously, and a program that is blocked by a multiplexer's ctrl+s, a stopped
 * window or a hung line cannot be quit. Writes here do not block.
 */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** Milliseconds between checks of how much is left. */
const lookMs = 20;
/** Milliseconds within which a terminal that is being read takes something, even on a slow line. */
const patienceMs = 700;
/** Milliseconds for last output and cleanup before leaving a terminal that nobody reads. */
const lastWordsMs = 300;

/** Internals of Node's terminal streams. */
interface Handle {
  setBlocking?(isBlocking: boolean): void;
  /** Bytes that were passed on but not taken yet. */
  readonly writeQueueSize?: number;
}

export class TerminalOutput {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    setBlocking(stream, false);
  }

  /** Whether the terminal has not taken everything yet. */
  get isBehind(): boolean {
    return this.#stream.writableLength > 0;
  }

  write(sequence: string): void {
    if (!this.#stream.destroyed) this.#stream.write(sequence);
  }

  /** Calls `call` once the terminal has taken what was written so far. */
  whenTaken(call: () => void): void {
    this.#stream.write("", call);
  }

  /** Waits until the terminal has taken everything; false when it no longer takes anything. */
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

  /** Writes like Node again, so that all further output is on the terminal before the program ends. */
  release(): void {
    setBlocking(this.#stream, true);
  }

  /**
   * Lets the program end although the terminal takes nothing. A separate shell stays behind to write `sequence`, which restores the
   * terminal once it is read again; that shell ends with the terminal.
   */
  abandon(sequence: string): void {
    // Errors are written to the same terminal.
    setBlocking(process.stderr, false);
    const { fd } = this.#stream as { fd?: number };
    if (fd !== undefined && process.platform !== "win32") {
      const shell = spawn("/bin/sh", ["-c", 'printf %s "$1"', "sh", sequence], { stdio: ["ignore", fd, "ignore"], detached: true });
      shell.on("error", () => {});
      shell.unref();
    }
    // By then, only unwritten output can still keep the process alive.
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
  // The terminal of a test is in memory, and standard error may not be one.
  const { fd } = stream as { fd?: number };
  if (!stream.isTTY || fd === undefined || process.platform === "win32") return;
  try {
    // A terminal of another user (after `su`) cannot be reopened, and a change to the inherited one would affect all that share it.
    accessSync(`/dev/fd/${fd}`, constants.R_OK | constants.W_OK);
    handleOf(stream)?.setBlocking?.(isBlocking);
  } catch {
    // Then writes may block.
  }
}
