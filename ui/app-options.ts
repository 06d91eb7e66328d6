/** What the UI is started with. */
import type { Keymap } from "./keys/keymap.ts";
import type { Session } from "./session.ts";
import type { Tab } from "./state.ts";
import type { TerminalStreams } from "./terminal/screen.ts";
import type { ThemeSetting } from "./terminal/theme.ts";
import type { ImageCompleter, ImageFinder } from "./viewmodel/picker.ts";

export interface AppOptions {
  readonly streams: TerminalStreams;
  /** The image to begin with; null asks for one. */
  readonly name: string | null;
  /** Begins to open an image, of another platform than usual where one was chosen. */
  readonly open: (name: string, platform: string | null) => Session;
  /** Where to look for images to choose from; absent where none can be chosen. */
  readonly findImages?: ImageFinder;
  /** How a name of an image goes on that is being typed. */
  readonly completeImage?: ImageCompleter;
  readonly keymap: Keymap;
  readonly theme: ThemeSetting;
  /** The tab that is shown first. */
  readonly tab?: Tab;
  /** What is kept between runs; absent where nothing is. */
  readonly memory?: Memory;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Memory {
  /** Part of the width that the left column has in a terminal of this size; null when nobody chose one. */
  left(columns: number, rows: number): number | null;
  keepLeft(columns: number, rows: number, part: number): void;
  /** An image was opened. */
  keepRecent(name: string): void;
}
