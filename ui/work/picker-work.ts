/** Looking for images to choose from, while they are shown. */
import type { AppState } from "../state.ts";
import { PickerModel } from "../viewmodel/picker.ts";
import type { ImageCompleter, ImageFinder } from "../viewmodel/picker.ts";

export class PickerWork {
  readonly #find: ImageFinder | undefined;
  readonly #complete: ImageCompleter | undefined;
  readonly #paint: (when: "now" | "soon") => void;
  #looking: AbortController | null = null;

  constructor(find: ImageFinder | undefined, complete: ImageCompleter | undefined, paint: (when: "now" | "soon") => void) {
    this.#find = find;
    this.#complete = complete;
    this.#paint = paint;
  }

  /** Shows the choice over what is on the screen, and looks for images anew. */
  open(state: AppState): void {
    const model = new PickerModel();
    state.overlay = { kind: "picker", model, back: state.overlay };
    this.stop();
    const looking = new AbortController();
    this.#looking = looking;
    const ended = (): void => {
      model.isLooking = false;
      this.#paint("soon");
    };
    // What cannot be looked at has no images.
    this.#findInto(model, looking.signal).then(ended, ended);
    this.#paint("now");
  }

  /** What was typed meanwhile stays as it is. */
  async complete(state: AppState, model: PickerModel): Promise<void> {
    const { text } = model.editor;
    // A directory that cannot be read has nothing to go on with.
    const paths = (await this.#complete?.(text).catch(() => [])) ?? [];
    if (model.editor.text !== text) return;
    if (!model.complete(paths)) state.message = { kind: "info", text: `nothing here begins with ${text}` };
    this.#paint("now");
  }

  stop(): void {
    this.#looking?.abort();
  }

  async #findInto(model: PickerModel, signal: AbortSignal): Promise<void> {
    await this.#find?.(
      {
        found: (images) => {
          model.add(images);
          this.#paint("soon");
        },
        missed: (from, why) => {
          model.miss(from, why);
          this.#paint("soon");
        },
      },
      signal,
    );
  }
}
