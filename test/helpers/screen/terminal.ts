/** The real program in a real pseudo-terminal, read through a terminal emulator. */
import type { IPty } from "@lydell/node-pty";
import xterm from "@xterm/headless";

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** What of a pseudo-terminal is used: a program that runs in this process has one in memory. */
export interface TestPty extends Pick<IPty, "pid" | "write" | "resize" | "kill">, Partial<Pick<IPty, "pause">> {
  onData(told: (data: string) => void): unknown;
  onExit(told: (end: { readonly exitCode: number; readonly signal?: number }) => void): unknown;
}

/** Milliseconds a test waits for what it expects to see. */
const patience = 15_000;

export class TestTerminal {
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  readonly pty: TestPty;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  /** Everything the program sent. */
  output = "";

  constructor(pty: TestPty, emulator: InstanceType<typeof xterm.Terminal>) {
    this.pty = pty;
    this.emulator = emulator;
    this.exited = new Promise((resolve) => pty.onExit(resolve));
    pty.onData((data) => {
      this.output += data;
      emulator.write(data);
    });
  }

  row(y: number): string {
    return this.emulator.buffer.active.getLine(y)?.translateToString(true) ?? "";
  }

  rows(): string[] {
    return Array.from({ length: this.emulator.rows }, (_, y) => this.row(y));
  }

  text(): string {
    return this.rows().join("\n");
  }

  get isAlternate(): boolean {
    return this.emulator.buffer.active.type === "alternate";
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.pty.write(key);
  }

  /** Presses and releases the left button at a cell. */
  click(x: number, y: number): void {
    this.pty.write(`\x1b[<0;${x + 1};${y + 1}M\x1b[<0;${x + 1};${y + 1}m`);
  }

  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** Waits until the screen is as described; shows it when it does not get there. */
  async until(what: string, test: (terminal: TestTerminal) => boolean): Promise<void> {
    const end = Date.now() + patience;
    while (!test(this)) {
      if (Date.now() > end) throw new Error(`waited in vain for: ${what}\n${this.text()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  untilText(text: string): Promise<void> {
    return this.until(text, (terminal) => terminal.text().includes(text));
  }

  /**
   * Ends the program if it still runs, and waits until that is told: a native callback that comes when the test's thread has gone takes
   * the whole test run down.
   */
  async close(): Promise<void> {
    try {
      this.pty.kill("SIGKILL");
    } catch {
      // It has left already.
    }
    await this.exited;
    this.emulator.dispose();
  }
}

/** Starts a program in a terminal of its own. Throws when the platform has no pseudo-terminal for us. */
export async function openTerminal(file: string, args: readonly string[], options: TerminalOptions): Promise<TestTerminal> {
  const { spawn } = await import("@lydell/node-pty");
  const columns = options.columns ?? 120;
  const rows = options.rows ?? 40;
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  const pty = spawn(file, [...args], { cols: columns, rows, cwd: options.cwd, env: { TERM: "xterm-256color", ...options.env } });
  return new TestTerminal(pty, emulator);
}
