/** What an intent can ask of the world outside the state. The app carries it out; tests hand in their own. */
import type { FileNode, Inode } from "../src/filesystem/file-tree.ts";
import type { PatternMode } from "./viewmodel/pattern.ts";
import type { PickerModel } from "./viewmodel/picker.ts";
import type { Prompt } from "./state.ts";

export interface Effects {
  paint(): void;
  /** Presses a key on what is on the screen by now: another image, perhaps. */
  press(key: string): void;
  quit(): void;
  /** Opens the image again. */
  retry(): void;
  /** Asks which image to open instead. */
  pickImage(): void;
  /** Goes on with the name that is typed in the choice of an image, as a shell would. */
  completeImage(model: PickerModel): void;
  /** The same for the place that a prompt asks for. */
  completePlace(prompt: Prompt): void;
  /** Leaves this image for another. */
  openImage(name: string): void;
  /** Leaves it for another of what was opened: by that name, null for the same, and a platform as `--platform` takes it. */
  openOffered(name: string | null, platform: string | null): void;
  /** Back to the image before, while nothing is known of this one. */
  goBack(): void;
  suspend(): void;
  nextTheme(): void;
  /** Makes the left column of the Files tab wider or narrower by a part of the screen. */
  resizeLeft(by: number): void;
  /** Puts its border at a column; remembered at the end of the way. */
  moveBorder(x: number, isEnd: boolean): void;
  copy(text: string): void;
  openFile(node: FileNode, inode: Inode): void;
  openDiff(node: FileNode, before: Inode, after: Inode): void;
  extract(node: FileNode, layer: number, directory: string): void;
  /** Looks for the search query in the tree; the result goes into the state. */
  search(query: string): void;
  /** Matches the filter's pattern against every path; null clears the filter. */
  filter(text: string, mode: PatternMode): void;
  loadPlan(): void;
  /** Turns a switch of the plan; what it leads to comes later. */
  turnStep(id: string, enabled: boolean): void;
  runPlan(destination: string, force: boolean): void;
  stopPlan(): void;
}
