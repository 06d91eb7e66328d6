/** blessed, loaded so that no system terminfo, locale or process handler of its own comes into play, and what its types do not say of it. */
import { createRequire } from "node:module";
import type * as Blessed from "blessed";
import type { Widgets } from "blessed";

const require = createRequire(import.meta.url);

interface CellLine extends Array<[attr: number, char: string]> {
  dirty: boolean;
}

/** What blessed keeps but its types do not say. */
interface Internals {
  lines: CellLine[];
  olines: CellLine[];
  leave(): void;
  enter(): void;
  alloc(): void;
}

export type BlessedScreen = Widgets.Screen & Internals;

export function loadBlessed(): typeof Blessed {
  // blessed would ask `tmux -V` synchronously, and reads these once.
  process.env["BLESSED_FORCE_MODES"] = "SGRMOUSE=1,VT200MOUSE=1,CELLMOTION=1";
  process.env["NCURSES_NO_UTF8_ACS"] = "1";
  const blessed = require("blessed") as typeof Blessed;
  const { Tput, Screen } = blessed as unknown as {
    Tput: { ipaths: string[] };
    Screen: Record<string, unknown>;
  };
  // Use the xterm-256color entry blessed brings along: the system's may hold capabilities its compiler cannot read.
  Tput.ipaths.length = 0;
  // Its own handlers would turn SIGTERM into exit 0 and print stack traces; ours stand in `lifecycle.ts`.
  Screen["_bound"] = true;
  for (const name of ["_exceptionHandler", "_sigtermHandler", "_sigintHandler", "_sigquitHandler", "_exitHandler"]) Screen[name] = () => {};
  return blessed;
}
