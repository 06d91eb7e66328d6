/**
 * The terminal, through blessed. All known problems between blessed and terminals are handled here. Panes paint on a `Surface`, which is
 * copied to blessed's cells; blessed sends only what has changed.
 */
import { PassThrough } from "node:stream";
import type * as Blessed from "blessed";
import type { Widgets } from "blessed";

import { InputParser } from "../keys/input.ts";
import type { InputEvent } from "../keys/input.ts";
import { sentFor } from "./anchors.ts";
import { loadBlessed } from "./blessed.ts";
import type { BlessedScreen } from "./blessed.ts";
import { TerminalOutput } from "./output.ts";
import { continuation, Surface } from "./surface.ts";

export interface TerminalStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Longer than a stop signal takes to arrive, in milliseconds: after this much time, the process was not stopped. */
const droppedSignalMs = 500;
/** Asks for the background colour (OSC 11). Terminals that do not know the query stay silent. */
const backgroundQuery = "\x1b]11;?\x1b\\";
/** Milliseconds after which a silent terminal does not know the query. */
const answerMs = 1000;
/** Milliseconds that leaving waits for a pending answer, which would otherwise end up on the shell's command line. */
const lateAnswerMs = 70;
/** How an input stream ends, by itself or because the terminal is gone. */
const goneEvents = ["end", "error", "close"] as const;
const bracketedPasteOn = "\x1b[?2004h";
/** Sets the window title; the terminal keeps the old one on its stack. */
const ownTitle = "\x1b[22;2t\x1b]2;ballast\x07";
/** Restores mouse, paste mode and title for the shell, and resets colours. */
const leaveModes = "\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[23;2t\x1b[0m";

export class TerminalScreen {
  surface: Surface;
  readonly blessed: typeof Blessed;
  readonly screen: BlessedScreen;
  readonly output: TerminalOutput;
  readonly #streams: TerminalStreams;
  readonly #parser: InputParser;
  readonly #onData: (chunk: Buffer) => void;
  readonly #onGone: () => void;
  readonly #onStop: () => void;
  readonly #onContinue: () => void;
  #restored = false;
  #isSuspended = false;
  /** Keys that arrive together share one frame. On a slow line, one frame for each would fall behind. */
  #holdsFrames = false;
  #isFrameHeld = false;
  /** A frame waits until the terminal has taken the previous one; frames in between are skipped. */
  #isFrameWaiting = false;
  #askedAt: number | null = null;
  #onAnswer: () => void = () => {};
  #released: Promise<void> = Promise.resolve();

  /** @param on.gone the terminal's input has ended, so no key can quit */
  constructor(streams: TerminalStreams, on: { input(event: InputEvent): void; resize(): void; gone(): void }) {
    this.#streams = streams;
    this.output = new TerminalOutput(streams.output);
    this.blessed = loadBlessed();
    this.screen = this.blessed.screen({
      input: silentInput(),
      output: streams.output,
      terminal: "xterm-256color",
      fullUnicode: false,
      forceUnicode: true,
      resizeTimeout: 0,
    }) as BlessedScreen;
    this.#assumeSize();
    delete process.env["BLESSED_FORCE_MODES"];
    delete process.env["NCURSES_NO_UTF8_ACS"];
    this.surface = this.#newSurface();
    const root = this.blessed.box({ parent: this.screen, top: 0, left: 0, width: "100%", height: "100%" });
    root.render = () => this.#copy() as unknown as Widgets.Coords;
    // blessed paints by itself whenever the size changes, even while the screen belongs to the shell.
    const render = this.screen.render.bind(this.screen);
    this.screen.render = () => {
      if (!this.#isSuspended && !this.#restored) render();
    };
    this.screen.on("resize", () => {
      this.#assumeSize();
      this.surface = this.#newSurface();
      on.resize();
    });
    this.#parser = new InputParser((event) => {
      if (event.kind === "background") this.#answered();
      if (!this.#restored) on.input(event);
    });
    this.#onData = (chunk) => {
      this.#holdsFrames = true;
      this.#parser.write(chunk);
      this.#holdsFrames = false;
      if (this.#isFrameHeld) this.flush();
    };
    this.#onGone = () => {
      if (!this.#restored) on.gone();
    };
    // Keeps terminal and screen right when the process is stopped from elsewhere (`kill -TSTP`, `kill -STOP`) and continued.
    this.#onStop = () => this.suspend(on.resize, process.pid);
    this.#onContinue = () => {
      if (this.#isSuspended || this.#restored) return;
      this.#cook();
      this.#resume(on.resize);
    };
    process.on("SIGTSTP", this.#onStop);
    process.on("SIGCONT", this.#onContinue);
    streams.input.on("data", this.#onData);
    for (const event of goneEvents) streams.input.on(event, this.#onGone);
    this.#takeTerminal();
    this.output.write(backgroundQuery);
    this.#askedAt = performance.now();
  }

  get width(): number {
    return this.surface.width;
  }

  get height(): number {
    return this.surface.height;
  }

  /** Sends the surface, and the widgets above it, to the terminal. */
  flush(): void {
    // Nothing is painted once suspended, not even for the key that suspended: the process may still run until the stop arrives.
    this.#isFrameHeld = this.#holdsFrames;
    if (this.#restored || this.#isSuspended || this.#holdsFrames || this.#isFrameWaiting) return;
    if (this.output.isBehind) {
      this.#isFrameWaiting = true;
      this.output.whenTaken(() => {
        this.#isFrameWaiting = false;
        this.flush();
      });
      return;
    }
    this.screen.render();
    const { cursor } = this.surface;
    this.output.write(cursor === null ? "\x1b[?25l" : `\x1b[${cursor.y + 1};${cursor.x + 1}H\x1b[?25h`);
  }

  /** Restores the shell's screen. Safe to call twice, and while crashing. The keyboard follows, see `released`. */
  restore(): void {
    if (this.#restored) return;
    this.#restored = true;
    this.output.write(leaveModes);
    this.screen.destroy();
    const isOnItsWay = this.#askedAt !== null && performance.now() - this.#askedAt < answerMs;
    if (!isOnItsWay) this.#releaseInput();
    this.#released = this.#release(isOnItsWay);
  }

  /**
   * Resolves when keyboard and screen belong to the shell again: at once, or when the terminal has answered a pending query and taken all
   * output.
   */
  released(): Promise<void> {
    return this.#released;
  }

  /**
   * Gives the terminal back, stops as a shell expects for ctrl+z, and takes it again when continued.
   * @param stopped the process to stop; by default the group, so that a wrapper like npx stops too
   */
  suspend(resumed: () => void, stopped = 0): void {
    if (this.#isSuspended || this.#restored) return;
    this.#isSuspended = true;
    const resume = (): void => {
      if (!this.#isSuspended || this.#restored) return;
      this.#isSuspended = false;
      process.off("SIGCONT", resume);
      process.on("SIGTSTP", this.#onStop);
      this.#resume(resumed);
    };
    process.on("SIGCONT", resume);
    this.output.write(leaveModes);
    this.#cook();
    this.screen.leave();
    process.off("SIGTSTP", this.#onStop);
    void this.#stop(stopped, resume);
  }

  async #stop(stopped: number, resume: () => void): Promise<void> {
    await this.output.taken();
    // Without a shell that waits (as the first process of a container) the kernel drops the signal. Then nothing stops, and the timer
    // brings back the screen.
    process.kill(stopped, "SIGTSTP");
    setTimeout(resume, droppedSignalMs);
  }

  /** Takes the terminal again. What was painted is gone, and its size may have changed without a signal. */
  #resume(resumed: () => void): void {
    // If we are continued in the background (`bg`), the kernel stops us again here, before anything is painted over the shell.
    this.#streams.input.setRawMode?.(true);
    // Our own screen first, because the resize signal paints at once.
    this.screen.enter();
    process.emit("SIGWINCH");
    this.#takeTerminal();
    this.screen.alloc();
    resumed();
  }

  #takeTerminal(): void {
    this.#streams.input.setRawMode?.(true);
    this.#streams.input.resume();
    this.output.write(`${ownTitle}\x1b[?1000h\x1b[?1002h\x1b[?1006h${bracketedPasteOn}\x1b[?25l`);
  }

  async #releaseAfterAnswer(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onAnswer = resolve;
      setTimeout(resolve, lateAnswerMs);
    });
    this.#releaseInput();
  }

  #answered(): void {
    this.#askedAt = null;
    this.#onAnswer();
  }

  async #release(isAnswerOnItsWay: boolean): Promise<void> {
    if (isAnswerOnItsWay) await this.#releaseAfterAnswer();
    if (await this.output.taken()) this.output.release();
    else this.output.abandon(`${leaveModes}\x1b[?25h\x1b[?1049l`);
  }

  #releaseInput(): void {
    this.#cook();
    this.#parser.close();
    this.#streams.input.off("data", this.#onData);
    for (const event of goneEvents) this.#streams.input.off(event, this.#onGone);
    process.off("SIGTSTP", this.#onStop);
    process.off("SIGCONT", this.#onContinue);
    this.#streams.input.pause();
  }

  /** Back to line input with echo, for the shell. */
  #cook(): void {
    try {
      this.#streams.input.setRawMode?.(false);
    } catch {
      // The terminal is gone (SIGHUP): there is nothing to give back.
    }
  }

  /** A pseudo-terminal without a size reports 0 × 0; then the classic 80 × 24 is assumed. */
  #assumeSize(): void {
    const { columns, rows } = this.#streams.output;
    if (columns > 0 && rows > 0) return;
    Object.assign(this.screen.program, { cols: 80, rows: 24 });
    this.screen.alloc();
  }

  #newSurface(): Surface {
    return new Surface(Math.max(1, Number(this.screen.width)), Math.max(1, Number(this.screen.height)));
  }

  #copy(): void {
    const { surface } = this;
    const { lines, olines } = this.screen;
    const height = Math.min(surface.height, lines.length);
    for (let y = 0; y < height; y += 1) {
      const line = lines[y]!;
      const width = Math.min(surface.width, line.length);
      for (let x = 0; x < width; x += 1) {
        const at = y * surface.width + x;
        const char = surface.chars[at]!;
        const cell = line[x]!;
        const attr = surface.attrs[at]!;
        const shown = sentFor(char, surface.chars[at + 1], x, y);
        if (cell[0] === attr && cell[1] === shown) continue;
        cell[0] = attr;
        cell[1] = shown;
        line.dirty = true;
        // A wide character draws two cells, so the next one has to be sent again, or the cursor would be off by one.
        if (surface.chars[at + 1] === continuation && x + 1 < width) olines[y]![x + 1]![1] = "\0";
      }
    }
  }
}

/** An input for blessed that stays silent, because keys and mouse come through our own parser. */
function silentInput(): NodeJS.ReadStream {
  const silent = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => silent });
  return silent as unknown as NodeJS.ReadStream;
}
