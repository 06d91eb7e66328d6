/** What the UI is started with. */
import type { Keymap } from "./keys/keymap.ts";
import type { Session } from "./session.ts";
import type { Tab } from "./state.ts";
import type { TerminalStreams } from "./terminal/screen.ts";
import type { ThemeSetting } from "./terminal/theme.ts";
import type { ImageCompleter, ImageFinder } from "./viewmodel/picker.ts";

export interface AppOptions {
  readonly streams: TerminalStreams;
  /** The image to open first; null asks for one. */
  readonly name: string | null;
  /** Starts to open an image. A platform is given only if the person chose one. */
  readonly open: (name: string, platform: string | null) => Session;
  /** Finds the images to choose from; absent where none can be chosen. */
  readonly findImages?: ImageFinder;
  /** Completes the name of an image that is being typed. */
  readonly completeImage?: ImageCompleter;
  readonly keymap: Keymap;
  readonly theme: ThemeSetting;
  /** The tab that is shown first. */
  readonly tab?: Tab;
  /** What is kept between runs; absent if nothing is. */
  readonly memory?: Memory;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Memory {
  /** The left column's share of the width in a terminal of this size; null if the person never set one. */
  left(columns: number, rows: number): number | null;
  keepLeft(columns: number, rows: number, part: number): void;
  /** Remembers an image that was opened. */
  keepRecent(name: string): void;
}
