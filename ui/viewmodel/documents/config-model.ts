/** Config and history: the lines, the scroll position, and the last match. */
import type { ShownAnalysis, ShownImage } from "../../session.ts";
import { ListCursor } from "../list-cursor.ts";
import { configDocument } from "./config-document.ts";
import type { Line } from "./document.ts";

export class ConfigModel {
  readonly cursor = new ListCursor();
  /** The line of the last match. */
  found = 0;
  #lines: readonly Line[] = [];
  #madeFor: { readonly image: ShownImage; readonly analysis: ShownAnalysis | null; readonly width: number } | null = null;

  /** How many lines the last layout has. */
  get count(): number {
    return this.#lines.length;
  }

  /** The laid out lines. They are kept until image, figures or width change, because an image can have megabytes of labels. */
  lines(image: ShownImage, analysis: ShownAnalysis | null, width: number): readonly Line[] {
    const made = this.#madeFor;
    if (made?.image !== image || made.analysis !== analysis || made.width !== width) {
      this.#lines = configDocument(image, analysis, width);
      this.#madeFor = { image, analysis, width };
    }
    return this.#lines;
  }

  /** Scrolls to the next line that passes the test; false when none does. */
  find(holds: (text: string) => boolean, step: 1 | -1, includeCurrent: boolean): boolean {
    const { count } = this;
    // There are no lines while the image is being opened.
    for (let i = includeCurrent ? 0 : 1; i <= count && count > 0; i += 1) {
      const index = (((this.found + i * step) % count) + count) % count;
      if (!holds(this.#lines[index]!.map(([text]) => text).join(""))) continue;
      this.found = index;
      this.cursor.scroll = Math.max(0, index - 2);
      return true;
    }
    return false;
  }
}
