/** Escapes text from images, which may be hostile, for formats in which characters have a meaning. */
import { sanitize } from "../terminal/sanitize.ts";

/** Everything that Markdown, GitHub or HTML could read as more than text. Entities stay inert even where backslash escapes do not. */
const meaningful = /[&<>"'`*_~|[\](){}#+!@$\\:^=-]/g;

/** One line of plain text inside Markdown, which cannot become markup, HTML, a mention, a link, a table cell or a line break. */
export function markdownText(text: string): string {
  return sanitize(text).replace(meaningful, (character) => {
    // A hyphen or a colon in the middle of a word is harmless, but `https://` becomes a link and a row of hyphens a heading.
    if (character === "-" || character === "(" || character === ")" || character === "+" || character === "=") return character;
    return `&#${character.codePointAt(0)!};`;
  });
}

/** A code span in Markdown, also inside a table. Entities do not work in code spans, so it is written as HTML. */
export function markdownCode(text: string): string {
  // Hosts turn bare domains and mentions into links even inside <code>, unless one of their characters is an entity.
  return `<code>${markdownText(text).replace(/\./g, "&#46;")}</code>`;
}

/** Text for XML. Characters that no document may hold even escaped (XML 1.0 § 2.2) are shown as sanitised text. */
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
 * The same as a path, for formats that do not decode it: on one line, and unable to lead out of the directory it is put in.
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

/** Replaces lone surrogates, which are legal in JavaScript but neither in UTF-8 nor in JSON for strict readers. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}
