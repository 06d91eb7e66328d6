/** The image picker: the images found so far, narrowed by what is typed. */
import { commonStart } from "./completion.ts";
import { LineEditor } from "./line-editor.ts";
import { ListCursor } from "./list-cursor.ts";

export interface FoundImage {
  /** The name to open it by. */
  readonly name: string;
  readonly title: string;
  /** `docker`, `here`, `recent` … */
  readonly from: string;
  readonly bytes: number | null;
  /** Milliseconds since 1970; for recent images, when they were opened. */
  readonly created: number | null;
}

/** Receives images as they are found, and places that could not be asked. */
export interface ImageListener {
  found(images: readonly FoundImage[]): void;
  /** @param why null when nothing is running that could be asked */
  missed(from: string, why: string | null): void;
}

/** Looks for images; resolves when there are no more. */
export type ImageFinder = (listener: ImageListener, signal: AbortSignal) => Promise<void>;

/** Finds completions of the typed text: images, and directories (with `from` "directory"), whose names end in a slash. */
export type ImageCompleter = (typed: string) => Promise<readonly FoundImage[]>;

/** Where images come from, in the order of the list. */
const order = ["recent", "here", "docker", "podman", "containerd", "storage"];

export class PickerModel {
  readonly cursor = new ListCursor();
  readonly editor = new LineEditor();
  isLooking = true;
  /** Lines about what could not be asked for images. */
  readonly gaps: string[] = [];
  /** Engines that are not running here. */
  readonly absent: string[] = [];
  #all: readonly FoundImage[] = [];
  #shown: readonly FoundImage[] = [];

  get images(): readonly FoundImage[] {
    return this.#shown;
  }

  /** What enter opens: the row under the cursor, or the typed text if no row matches. */
  get chosen(): string | null {
    const typed = this.editor.text.trim();
    return this.#shown[this.cursor.index]?.name ?? (typed === "" ? null : typed);
  }

  add(images: readonly FoundImage[]): void {
    this.#all = [...this.#all, ...images].toSorted(
      (a, b) => order.indexOf(a.from) - order.indexOf(b.from) || (b.created ?? 0) - (a.created ?? 0) || (a.title < b.title ? -1 : 1),
    );
    this.narrow();
  }

  miss(from: string, why: string | null): void {
    if (why === null) this.absent.push(from);
    else this.gaps.push(why);
  }

  /** Whether the row under the cursor is a directory, which enter lists instead of opening an image. */
  get isDirectory(): boolean {
    return this.#shown[this.cursor.index]?.from === "directory";
  }

  /**
   * Completes the typed text as far as all candidates agree, and lists the candidates if there are several.
   * False when there are none.
   * @param paths completions on disk; images of engines and recent ones are known here
   */
  complete(paths: readonly FoundImage[]): boolean {
    const typed = this.editor.text;
    const known = this.#all.filter(({ name, from }) => from !== "here" && name.startsWith(typed));
    const candidates = [...paths, ...known.filter(({ name }) => paths.every((path) => path.name !== name))];
    if (candidates.length === 0) {
      this.narrow();
      return false;
    }
    this.editor.set(commonStart(candidates.map(({ name }) => name)));
    if (candidates.length === 1) this.narrow();
    else this.#shown = candidates.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.cursor.to(0, this.#shown.length);
    return true;
  }

  /** Shows the images that contain every typed word. */
  narrow(): void {
    const words = this.editor.text.toLowerCase().split(/\s+/);
    this.#shown = this.#all.filter(({ title, from }) => words.every((word) => `${title} ${from}`.toLowerCase().includes(word)));
    this.cursor.to(this.cursor.index, this.#shown.length);
  }
}

/** `5 minutes ago`, `3 days ago`. */
export function formatAge(created: number, now: number): string {
  const seconds = Math.max(0, (now - created) / 1000);
  for (const [unit, length] of units) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;
