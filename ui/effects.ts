/** What an intent can ask of the world outside the state. The app carries it out; tests pass their own. */
import type { FileNode, Inode } from "../src/filesystem/file-tree.ts";
import type { PatternMode } from "./viewmodel/pattern.ts";
import type { PickerModel } from "./viewmodel/picker.ts";
import type { Prompt } from "./state.ts";

export interface Effects {
  paint(): void;
  /** Presses a key on what the screen shows by now, which may be another image. */
  press(key: string): void;
  quit(): void;
  /** Opens the image again. */
  retry(): void;
  /** Asks which image to open instead. */
  pickImage(): void;
  /** Completes the name typed in the image picker, as a shell would. */
  completeImage(model: PickerModel): void;
  /** Completes the path typed in a prompt. */
  completePlace(prompt: Prompt): void;
  /** Replaces this image by another. */
  openImage(name: string): void;
  /** Replaces it by another image or platform from the same source. A null name keeps the name; the platform is as for `--platform`. */
  openOffered(name: string | null, platform: string | null): void;
  /** Returns to the previous image, while nothing is known about this one yet. */
  goBack(): void;
  suspend(): void;
  nextTheme(): void;
  /** Makes the left column of the Files tab wider or narrower, by a fraction of the screen's width. */
  resizeLeft(by: number): void;
  /** Moves that column's border; `isEnd` ends the drag, and the width is remembered. */
  moveBorder(x: number, isEnd: boolean): void;
  copy(text: string): void;
  openFile(node: FileNode, inode: Inode): void;
  openDiff(node: FileNode, before: Inode, after: Inode): void;
  extract(node: FileNode, layer: number, directory: string): void;
  /** Searches the tree; the result goes into the state. */
  search(query: string): void;
  /** Matches the filter's pattern against every path; null clears the filter. */
  filter(text: string, mode: PatternMode): void;
  loadPlan(): void;
  /** Turns a step of the plan on or off; the new prediction comes later. */
  turnStep(id: string, enabled: boolean): void;
  runPlan(destination: string, force: boolean): void;
  stopPlan(): void;
}
