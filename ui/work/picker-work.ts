/** Looks for images to choose from while the picker is open. */
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

  /** Opens the picker over whatever is on the screen, and starts a new search. */
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
    // A failed search ends like any other.
    this.#findInto(model, looking.signal).then(ended, ended);
    this.#paint("now");
  }

  /** Does nothing if the text has changed in the meantime. */
  async complete(state: AppState, model: PickerModel): Promise<void> {
    const { text } = model.editor;
    // A directory that cannot be read has no completions.
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
