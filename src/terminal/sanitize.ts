/**
 * Text from an image is a stranger's text. Before it reaches a terminal, everything that could move the cursor, change colours, reorder
 * the line or hide is made visible: C0 and C1 controls, DEL, line separators, bidi controls, zero-width and tag characters. So are the
 * commands that CI runners execute anywhere in a line of the log: `##vso[` (Azure Pipelines), `##[` (GitHub Actions), `##teamcity[`.
 */
const unsafe =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]|#(?=#\w*\[)/g;

/** The text on one line, with each unsafe character as `\n`, `\t`, `\xNN`, `\u{N…}`. */
export function sanitize(text: string): string {
  return text.replace(unsafe, escapeCharacter);
}

/** A report's lines, made safe for a log: GitHub's runner executes those that begin with `::`, even after blanks. */
export function inertLines(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, `$1${escapeCharacter(":")}`);
}

/** As `sanitize`, but keeps line ends and tabs: for text shown on several lines. */
export function sanitizeLines(text: string): string {
  return text.replace(unsafe, (character) => (character === "\n" || character === "\t" ? character : escapeCharacter(character)));
}

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  return short[character] ?? (code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`);
}
