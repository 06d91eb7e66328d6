/** Reads the JSON documents of an image, which a stranger wrote: within limits, and without ever trusting a key or a type. */
import { BallastError } from "../base/errors.ts";
import { shorten } from "../base/text/shorten.ts";

/** Bytes of the largest manifest, index or config that is read; containerd has the same limit. */
export const maxJsonBytes = 20 * 1024 * 1024;

/** Nesting of objects and arrays, limited so that walking a value cannot overflow the stack. The deepest real config has about six levels. */
const maxDepth = 64;

export type JsonObject = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses one JSON document.
 * @param what names the document in messages: `index.json of app.tar`.
 * @param mostBytes the largest size allowed; documents that Ballast itself wrote may exceed the default.
 * @throws {BallastError} manifest-invalid: not UTF-8 (RFC 8259 § 8.1), not JSON, nested too deeply; limit-exceeded: too large.
 */
export function parseJson(bytes: Uint8Array, what: string, mostBytes: number = maxJsonBytes): unknown {
  checkJsonSize(bytes.length, what, mostBytes);
  if (hasMoreBrackets(bytes, maxDepth) && depthOf(bytes) > maxDepth)
    throw new BallastError("manifest-invalid", `${what} is nested more than ${maxDepth} levels deep`);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    const reason = bytes.length === 0 ? "it is empty" : reasonOf(error);
    throw new BallastError("manifest-invalid", `${what} is not valid JSON: ${reason}`);
  }
}

/** What the parser says, without the piece of the text that it quotes, which may hold a password. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/, (?:\.{3})?"[^]*"(?:\.{3})? is not valid JSON$/, "")
    .replace(/^"[^]*" is not valid JSON$/, "it is not JSON at all");
}

/** As `parseJson`, for documents that must be an object. */
export function parseJsonObject(bytes: Uint8Array, what: string): JsonObject {
  const value = parseJson(bytes, what);
  if (!isObject(value)) throw new BallastError("manifest-invalid", `${what} is ${nameOfType(value)} where an object is expected`);
  return value;
}

/** @throws {BallastError} limit-exceeded when a JSON document of this many bytes is refused. */
export function checkJsonSize(bytes: number, what: string, mostBytes: number = maxJsonBytes): void {
  if (bytes <= mostBytes) return;
  throw new BallastError("limit-exceeded", `${what} is ${bytes} bytes; documents over ${mostBytes} bytes are refused`, {
    hint: "no engine accepts such a document; the image was damaged or made to harm",
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `null`, `an array`, `a string`…, for messages. */
export function nameOfType(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A value from the image as JSON, cut where it would flood a message. */
export function quote(value: unknown): string {
  return shorten(JSON.stringify(value) ?? "nothing", 101);
}

/**
 * An own property: keys like `constructor` never reach the prototype. The case of keys does not matter, and the last of several that differ
 * in case alone counts, because that is how Go and thus every engine decodes JSON (older Jib wrote `config` and `repoTags`).
 */
export function field(object: JsonObject, key: string): unknown {
  const folded = key.toLowerCase();
  let found: unknown;
  for (const own of Object.keys(object)) if (own.length === key.length && own.toLowerCase() === folded) found = object[own];
  return found;
}

/** The property when it is a non-empty string. */
export function stringField(object: JsonObject, key: string): string | undefined {
  const value = field(object, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The strings of an array; none for anything else. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** The string values of an object. Has no prototype, so that a key from the image (`constructor`) is only found when it is there. */
export function stringMapOf(value: unknown): Readonly<Record<string, string>> {
  const map = Object.create(null) as Record<string, string>;
  if (!isObject(value)) return map;
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === "string") Object.defineProperty(map, key, { value: text, enumerable: true, configurable: true, writable: true });
  }
  return map;
}

function hasMoreBrackets(bytes: Uint8Array, most: number): boolean {
  let count = 0;
  for (const bracket of [0x7b, 0x5b]) {
    for (let at = bytes.indexOf(bracket); at >= 0; at = bytes.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > most) return true;
    }
  }
  return false;
}

function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) {
      inString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return deepest;
}
