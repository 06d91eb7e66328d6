/** A terminal's cells as an SVG: one text element per run of equal cells, so that it stays small and can be searched. */
import type { IBufferCell, Terminal } from "@xterm/headless";

const cellWidth = 8.4;
const cellHeight = 18;
const fontSize = 14;
const margin = 14;
const titleBar = 34;

/** The colours of the terminal that is drawn. */
export interface TerminalLook {
  readonly background: string;
  readonly text: string;
  readonly title: string;
  readonly bar: string;
  /** The first sixteen. */
  readonly palette: readonly string[];
}

export const darkLook: TerminalLook = {
  background: "#12161c",
  text: "#cdd3de",
  title: "#8b949e",
  bar: "#1b212a",
  palette: [
    "#1c2128",
    "#e06c75",
    "#7fbf7f",
    "#e5c07b",
    "#61afef",
    "#c678dd",
    "#56b6c2",
    "#cdd3de",
    "#5c6673",
    "#ff7b85",
    "#98d982",
    "#ffd58a",
    "#82c4ff",
    "#dc9cff",
    "#7fdbe6",
    "#ffffff",
  ],
};

export const lightLook: TerminalLook = {
  background: "#fbfbfa",
  text: "#24292f",
  title: "#57606a",
  bar: "#e7e9ec",
  palette: [
    "#24292f",
    "#cf222e",
    "#116329",
    "#7d4e00",
    "#0550ae",
    "#8250df",
    "#1b7c83",
    "#6e7781",
    "#57606a",
    "#a40e26",
    "#1a7f37",
    "#633c01",
    "#0969da",
    "#a475f9",
    "#3192aa",
    "#ffffff",
  ],
};

export function cellsToSvg(terminal: Terminal, look: TerminalLook): string {
  const { cols, rows } = terminal;
  const width = Math.ceil(cols * cellWidth + 2 * margin);
  const height = rows * cellHeight + 2 * margin + titleBar;
  const body: string[] = [];
  for (let y = 0; y < rows; y += 1) body.push(...rowToSvg(terminal, y, look));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}">`,
    `<rect width="${width}" height="${height}" rx="9" fill="${look.background}"/>`,
    `<rect width="${width}" height="${titleBar}" rx="9" fill="${look.bar}"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map((color, i) => `<circle cx="${20 + i * 20}" cy="${titleBar / 2}" r="6" fill="${color}"/>`),
    `<text x="${width / 2}" y="${titleBar / 2 + 5}" fill="${look.title}" text-anchor="middle">ballast</text>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

interface Look {
  readonly fg: string;
  readonly bg: string;
  readonly bold: boolean;
  readonly underline: boolean;
}

function rowToSvg(terminal: Terminal, y: number, colors: TerminalLook): string[] {
  const line = terminal.buffer.active.getLine(y);
  if (line === undefined) return [];
  const backgrounds: string[] = [];
  const texts: string[] = [];
  for (let x = 0; x < terminal.cols;) {
    const look = lookOf(line.getCell(x), colors);
    let run = "";
    const start = x;
    while (x < terminal.cols) {
      const cell = line.getCell(x);
      if (cell === undefined || !equal(lookOf(cell, colors), look)) break;
      run += cell.getWidth() === 0 ? "" : cell.getChars() || " ";
      x += 1;
    }
    const left = round(margin + start * cellWidth);
    const top = margin + titleBar + y * cellHeight;
    const length = round((x - start) * cellWidth);
    if (look.bg !== colors.background)
      backgrounds.push(`<rect x="${left}" y="${top}" width="${length}" height="${cellHeight}" fill="${look.bg}"/>`);
    if (run.trim() === "") continue;
    const style = `${look.bold ? ' font-weight="bold"' : ""}${look.underline ? ' text-decoration="underline"' : ""}`;
    texts.push(
      `<text x="${left}" y="${top + 13.5}" fill="${look.fg}"${style} xml:space="preserve" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escape(run)}</text>`,
    );
  }
  return [...backgrounds, ...texts];
}

function lookOf(cell: IBufferCell | undefined, { background, text, palette }: TerminalLook): Look {
  if (cell === undefined) return { fg: text, bg: background, bold: false, underline: false };
  const fg = cell.isFgDefault() ? text : colorOf(cell.getFgColor(), palette);
  const bg = cell.isBgDefault() ? background : colorOf(cell.getBgColor(), palette);
  const isInverse = cell.isInverse() !== 0;
  return { fg: isInverse ? bg : fg, bg: isInverse ? fg : bg, bold: cell.isBold() !== 0, underline: cell.isUnderline() !== 0 };
}

function equal(a: Look, b: Look): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.bold === b.bold && a.underline === b.underline;
}

/** xterm's 256 colours. */
function colorOf(index: number, palette: readonly string[]): string {
  if (index < 16) return palette[index]!;
  if (index >= 232) return rgb([8, 8, 8].map((base) => base + (index - 232) * 10));
  const cube = index - 16;
  return rgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => (step === 0 ? 0 : 55 + step * 40)));
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escape(value: string): string {
  return value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
