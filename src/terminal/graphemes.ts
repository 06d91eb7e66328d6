/** Splits text into graphemes: what a person takes for one character. */

/** Made for the first text that needs it, since making it takes longer than printing a whole report. */
let segmenter: Intl.Segmenter | null = null;
/** UTF-16 units segmented at a time. Each step of V8's segmenter takes longer the longer its text is. */
const windowLength = 256;

/** The graphemes one by one, segmented only as far as they are read. One that is longer than a window comes in several pieces. */
export function* graphemes(text: string): Generator<string, void, undefined> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  let from = 0;
  while (from < text.length) {
    const pieces = Array.from(segmenter.segment(text.slice(from, from + windowLength)), ({ segment }) => segment);
    // The last one may go on after the window.
    if (from + windowLength < text.length && pieces.length > 1) pieces.pop();
    for (const piece of pieces) {
      from += piece.length;
      yield piece;
    }
  }
}
