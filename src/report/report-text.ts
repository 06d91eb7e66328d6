/** A complete report before it is written: its text, or the text's bytes in pieces, which take a fraction of the memory. */
export type ReportText = string | readonly Buffer[];

const pieceBytes = 64 * 1024;

export function encodePieces(texts: Iterable<string>): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let text = "";
  for (const more of texts) {
    text += more;
    if (text.length < pieceBytes) continue;
    pieces.push(Buffer.from(text));
    text = "";
  }
  pieces.push(Buffer.from(text));
  return pieces;
}

export function textOf(report: ReportText): string {
  return typeof report === "string" ? report : Buffer.concat(report).toString("utf8");
}
