/** Loads blessed without the system's terminfo and locale and without its own process handlers; also what its types leave out. */
import { createRequire } from "node:module";
import type * as Blessed from "blessed";
import type { Widgets } from "blessed";

const require = createRequire(import.meta.url);

interface CellLine extends Array<[attr: number, char: string]> {
  dirty: boolean;
}

/** Properties of blessed that its types leave out. */
interface Internals {
  lines: CellLine[];
  olines: CellLine[];
  leave(): void;
  enter(): void;
  alloc(): void;
}

export type BlessedScreen = Widgets.Screen & Internals;

export function loadBlessed(): typeof Blessed {
  // Otherwise blessed would run `tmux -V` synchronously. It reads these variables once.
  process.env["BLESSED_FORCE_MODES"] = "SGRMOUSE=1,VT200MOUSE=1,CELLMOTION=1";
  process.env["NCURSES_NO_UTF8_ACS"] = "1";
  const blessed = require("blessed") as typeof Blessed;
  const { Tput, Screen } = blessed as unknown as {
    Tput: { ipaths: string[] };
    Screen: Record<string, unknown>;
  };
  // Use blessed's own xterm-256color entry: the system's may have capabilities that blessed cannot compile.
  Tput.ipaths.length = 0;
  // blessed's handlers would turn SIGTERM into exit 0 and print stack traces; ours are in `lifecycle.ts`.
  Screen["_bound"] = true;
  for (const name of ["_exceptionHandler", "_sigtermHandler", "_sigintHandler", "_sigquitHandler", "_exitHandler"]) Screen[name] = () => {};
  return blessed;
}
