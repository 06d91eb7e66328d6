/** Text in the pieces that a person takes for one character. */

/** Made when the first text needs it, which takes longer than a whole report without. */
let segmenter: Intl.Segmenter | null = null;
/** Characters that are segmented at a time: each step of V8's segmenter takes longer the longer its text is. */
const windowLength = 256;

/** The pieces from the beginning on; whoever stops asking pays for no more. A cluster longer than a window comes in several pieces. */
export function* graphemes(text: string): Generator<string, void, undefined> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  let from = 0;
  while (from < text.length) {
    const pieces = Array.from(segmenter.segment(text.slice(from, from + windowLength)), ({ segment }) => segment);
    // The last one may go on behind the window.
    if (from + windowLength < text.length && pieces.length > 1) pieces.pop();
    for (const piece of pieces) {
      from += piece.length;
      yield piece;
    }
  }
}
