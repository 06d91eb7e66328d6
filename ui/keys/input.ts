/**
 * Parses what a terminal sends into key names (`ctrl+a`, `pgup`, `j`), mouse events (SGR 1006) and pasted text. blessed's own parser takes
 * only the first mouse report of a chunk and types the rest into the program; this one takes them all.
 */
export interface KeyEvent {
  readonly kind: "key";
  /** The key's name in the key table. */
  readonly key: string;
  /** The text it types; "" for keys that type nothing. */
  readonly text: string;
}

export interface MouseEvent {
  readonly kind: "mouse";
  readonly action: "down" | "up" | "move" | "wheelup" | "wheeldown";
  /** 0-based cell. */
  readonly x: number;
  readonly y: number;
  readonly shift: boolean;
}

export interface PasteEvent {
  readonly kind: "paste";
  readonly text: string;
}

/** The terminal's answer to a query for its background (OSC 11). */
export interface BackgroundEvent {
  readonly kind: "background";
  /** Relative luminance, 0 black to 1 white. */
  readonly luminance: number;
}

export type InputEvent = KeyEvent | MouseEvent | PasteEvent | BackgroundEvent;

/** Milliseconds after which a lone ESC is the escape key, not the start of a sequence that arrives in pieces (ssh). */
const escapeDelay = 40;
/** Milliseconds of silence that end pasted text. If the end marker were lost, no key would ever work again. */
const pasteSilence = 1000;
/** How many characters of pasted text are kept; no prompt needs more. */
const longestPaste = 100_000;

const finals: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  Z: "shift+tab",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
};

const tildes: Readonly<Record<string, string>> = {
  "1": "home",
  "2": "insert",
  "3": "delete",
  "4": "end",
  "5": "pgup",
  "6": "pgdn",
  "7": "home",
  "8": "end",
  "11": "f1",
  "12": "f2",
  "13": "f3",
  "14": "f4",
  "15": "f5",
  "17": "f6",
  "18": "f7",
  "19": "f8",
  "20": "f9",
  "21": "f10",
  "23": "f11",
  "24": "f12",
};

const controls: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\0": "ctrl+space",
  "\x1c": "ctrl+\\",
  "\x1d": "ctrl+]",
  "\x1e": "ctrl+^",
  "\x1f": "ctrl+slash",
};

/* eslint-disable no-control-regex -- escape sequences are what this file parses */
// ESC [ parameters final, ESC O final, ESC [ M and three bytes (X10 mouse of terminals that know no SGR).
const sequence = /^\x1b(?:\[M([\x20-\xff]{3})|\[<(\d+);(\d+);(\d+)([Mm])|\[([\d;:]*)([~A-Za-z^$])|O([A-Za-z])|\[\[([A-E]))/;
// Any other control sequence (ECMA-48, 5.4). It may answer a query of an earlier program, and types nothing.
const otherSequence = /^\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/;
const unfinished = /^\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*|\[\[|\[M[\x20-\xff]{0,2}|O)?$/;
// What a terminal reports about itself: OSC number ; text, or a DCS, SOS, PM or APC string; ended by BEL or ST.
const report = /^\x1b(?:\](\d+);([^\x07\x1b]{0,200})|[PX^_][^\x07\x1b]{0,1000})(?:\x07|\x1b\\)/;
const unfinishedReport = /^\x1b(?:\](?:\d{0,4}(?:;[^\x07\x1b]{0,200}\x1b?)?)?|[PX^_][^\x07\x1b]{0,1000}\x1b?)$/;
/* eslint-enable no-control-regex */
const colour = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i;
const pasteStart = "\x1b[200~";
const pasteEnd = "\x1b[201~";

export class InputParser {
  readonly #emit: (event: InputEvent) => void;
  readonly #decoder = new TextDecoder("utf-8");
  #pending = "";
  /** The text pasted so far, until the end marker arrives; null when not pasting. */
  #pasted: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(emit: (event: InputEvent) => void) {
    this.#emit = emit;
  }

  write(chunk: Uint8Array): void {
    clearTimeout(this.#timer);
    this.#pending += this.#decoder.decode(chunk, { stream: true });
    this.#take(false);
    if (this.#pasted !== null) this.#timer = setTimeout(() => this.#losePaste(), pasteSilence);
    else if (this.#pending !== "") this.#timer = setTimeout(() => this.#take(true), escapeDelay);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #take(final: boolean): void {
    while (this.#pending !== "") {
      const used = this.#next(this.#pending, final);
      if (used === 0) return;
      this.#pending = this.#pending.slice(used);
    }
  }

  /** Emits the first event of `text` and returns its length; 0 to wait for more. */
  #next(text: string, final: boolean): number {
    if (this.#pasted !== null) return this.#goOnPasting(text, this.#pasted);
    const first = text[0]!;
    if (first !== "\x1b") return this.#plain(text);
    if (text.startsWith(pasteStart)) {
      this.#pasted = "";
      return pasteStart.length;
    }
    const said = report.exec(text);
    if (said !== null) {
      const background = said[1] === "11" ? colour.exec(said[2]!) : null;
      if (background !== null) this.#emit({ kind: "background", luminance: luminanceOf(background.slice(1)) });
      return said[0].length;
    }
    const match = sequence.exec(text);
    if (match !== null) {
      this.#sequence(match);
      return match[0].length;
    }
    const other = otherSequence.exec(text);
    if (other !== null) return other[0].length;
    if (!final && (unfinished.test(text) || unfinishedReport.test(text))) return 0;
    const next = text.codePointAt(1);
    // ctrl+c always quits, even if it arrives together with an escape on a slow line.
    if (next === undefined || next === 0x1b || next === 0x03) {
      this.#key("escape");
      return 1;
    }
    const char = String.fromCodePoint(next);
    this.#key(`alt+${nameOf(char)}`);
    return 1 + char.length;
  }

  /** Takes what certainly belongs to the pasted text; the end marker may arrive in pieces. */
  #goOnPasting(text: string, before: string): number {
    const end = text.indexOf(pasteEnd);
    const used = end >= 0 ? end : Math.max(0, text.length - pasteEnd.length + 1);
    this.#pasted = before + text.slice(0, Math.min(used, longestPaste - before.length));
    if (end < 0) return used;
    this.#endPaste();
    return end + pasteEnd.length;
  }

  #endPaste(): void {
    const text = this.#pasted ?? "";
    this.#pasted = null;
    this.#emit({ kind: "paste", text });
  }

  /** The end marker never came, so a pending part of it belongs to the text. */
  #losePaste(): void {
    this.#pasted += this.#pending;
    this.#pending = "";
    this.#endPaste();
  }

  #plain(text: string): number {
    const char = String.fromCodePoint(text.codePointAt(0)!);
    this.#key(nameOf(char), char < " " || char === "\x7f" ? "" : char);
    return char.length;
  }

  #sequence(match: RegExpExecArray): void {
    const [, x10, button, column, row, press, parameters, final, application, linux] = match;
    if (x10 !== undefined) {
      const code = x10.charCodeAt(0) - 32;
      this.#mouse(code, x10.charCodeAt(1) - 33, x10.charCodeAt(2) - 33, (code & 3) !== 3);
    } else if (button !== undefined) {
      this.#mouse(Number(button), Number(column) - 1, Number(row) - 1, press === "M");
    } else if (application !== undefined) {
      this.#key(application === "M" ? "enter" : (finals[application] ?? `unknown`));
    } else if (linux !== undefined) {
      this.#key(`f${linux.charCodeAt(0) - 64}`);
    } else {
      const [number, modifiers = "1", code] = parameters!.split(";");
      // Some terminals are configured to send keys by their code (tmux's extended-keys, xterm's modifyOtherKeys).
      if (final === "u") this.#coded(Number.parseInt(number!, 10), Number.parseInt(modifiers, 10));
      else if (final === "~" && number === "27") this.#coded(Number.parseInt(code ?? "", 10), Number.parseInt(modifiers, 10));
      else {
        const name = final === "~" ? tildes[number!] : finals[final!];
        if (name !== undefined) this.#key(withModifiers(name, Number.parseInt(modifiers, 10)));
      }
    }
  }

  /** A key by its code point, with xterm's modifiers. */
  #coded(code: number, modifiers: number): void {
    if (!(code > 0 && code <= 0x10ffff)) return;
    const char = String.fromCodePoint(code);
    const isShifted = modifiers === 2;
    const name = char === "\x1b" ? "escape" : char === " " ? "space" : controls[char];
    if (modifiers > 2) this.#key(withModifiers(name ?? (char === "/" ? "slash" : char), modifiers));
    else if (name !== undefined) this.#key(isShifted && name !== "space" ? `shift+${name}` : name, name === "space" ? " " : "");
    else this.#plain(isShifted ? char.toUpperCase() : char);
  }

  #mouse(code: number, x: number, y: number, pressed: boolean): void {
    const shift = (code & 4) !== 0;
    if ((code & 64) !== 0) this.#emit({ kind: "mouse", action: (code & 1) === 0 ? "wheelup" : "wheeldown", x, y, shift });
    else this.#emit({ kind: "mouse", action: (code & 32) !== 0 ? "move" : pressed ? "down" : "up", x, y, shift });
  }

  #key(key: string, text = ""): void {
    this.#emit({ kind: "key", key, text });
  }
}

function nameOf(char: string): string {
  const letter = char < " " ? `ctrl+${String.fromCharCode(char.charCodeAt(0) + 96)}` : char;
  return controls[char] ?? (char === " " ? "space" : letter);
}

/** Relative luminance by WCAG, from hexadecimal channels of one to four digits. */
function luminanceOf(channels: readonly string[]): number {
  const [red, green, blue] = channels.map((digits) => {
    const value = parseInt(digits, 16) / (16 ** digits.length - 1);
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** xterm's modifier parameter: 1 + (1 shift, 2 alt, 4 control). */
function withModifiers(name: string, parameter: number): string {
  const bits = Number.isFinite(parameter) ? parameter - 1 : 0;
  return `${bits & 4 ? "ctrl+" : ""}${bits & 2 ? "alt+" : ""}${bits & 1 ? "shift+" : ""}${name}`;
}
