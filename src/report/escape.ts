/** Text of a hostile image on its way into formats that give characters a meaning. */
import { sanitize } from "../terminal/sanitize.ts";

/** Everything Markdown, GitHub or HTML could read as more than text. Escaping as entities is inert also where backslashes are not. */
const meaningful = /[&<>"'`*_~|[\](){}#+!@$\\:^=-]/g;

/** One line of plain text inside Markdown: no markup, HTML, mention, link, table cell or line end comes out of it. */
export function markdownText(text: string): string {
  return sanitize(text).replace(meaningful, (character) => {
    // A hyphen or a colon in the middle of a word is harmless, but `https://` becomes a link and a row of hyphens a heading.
    if (character === "-" || character === "(" || character === ")" || character === "+" || character === "=") return character;
    return `&#${character.codePointAt(0)!};`;
  });
}

/** A code span in Markdown, also inside a table. Entities do not work in code spans, so it is written as HTML. */
export function markdownCode(text: string): string {
  // Hosts turn bare domains and mentions inside <code> into links too unless a character of them is an entity.
  return `<code>${markdownText(text).replace(/\./g, "&#46;")}</code>`;
}

/** XML 1.0 § 2.2: what no document may hold, not even escaped, is shown as sanitised text. */
export function xmlText(text: string): string {
  return sanitize(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The message of a GitHub workflow command. */
export function workflowMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A property of a GitHub workflow command. */
export function workflowProperty(text: string): string {
  return workflowMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** An absolute path inside the image as a relative URI reference (RFC 3986), each segment percent-encoded. */
export function relativeUri(path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "");
  return segments.map((segment) => encodeSegment(segment)).join("/") || "%2F";
}

/**
 * The same as a path, for formats that do not decode: one line, and segments that would lead out of the directory it is put in made inert.
 */
export function relativePath(path: string): string {
  const segments = sanitize(path)
    .split("/")
    .filter((segment) => segment !== "");
  return segments.map((segment) => (/^\.{1,2}$/.test(segment) ? segment.replaceAll(".", "%2E") : segment)).join("/") || "%2F";
}

function encodeSegment(segment: string): string {
  // `.` and `..` would be resolved away; lone surrogates cannot be encoded.
  if (/^\.{1,2}$/.test(segment)) return segment.replaceAll(".", "%2E");
  return encodeURIComponent(wellFormed(segment)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Lone surrogates are legal in JavaScript, and neither in UTF-8 nor in JSON that strict readers take. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}
