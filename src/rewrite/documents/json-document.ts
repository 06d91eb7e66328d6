/**
 * JSON that can be edited without changing the rest: numbers keep their digits (12345678901234567890, 1.0), keys their order, strings their
 * escapes. `JSON.parse` and `JSON.stringify` would change all three.
 */
import { BallastError } from "../../base/errors.ts";

export type JsonNode =
  | { readonly kind: "object"; members: JsonMember[] }
  | { readonly kind: "array"; items: JsonNode[] }
  /** A number, string, true, false or null, exactly as written. */
  | { readonly kind: "scalar"; readonly text: string };

export interface JsonMember {
  readonly key: string;
  /** The key as written, with its quotes. */
  readonly keyText: string;
  value: JsonNode;
}

export type JsonObject = Extract<JsonNode, { kind: "object" }>;

/** @throws {BallastError} manifest-invalid when the bytes are not JSON; `what` names them */
export function parseJsonDocument(bytes: Uint8Array, what: string): JsonNode {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const reader = new JsonReader(text);
  try {
    // JSON.parse validates; the reader below only has to find the pieces.
    JSON.parse(text);
    return reader.document();
  } catch (error) {
    throw new BallastError("manifest-invalid", `${what} is not JSON`, { cause: error });
  }
}

/** Without white space between the pieces. */
export function serializeJson(node: JsonNode): string {
  switch (node.kind) {
    case "scalar":
      return node.text;
    case "array":
      return `[${node.items.map(serializeJson).join(",")}]`;
    case "object":
      return `{${node.members.map(({ keyText, value }) => `${keyText}:${serializeJson(value)}`).join(",")}}`;
  }
}

/** A plain value as a node. */
export function jsonNode(value: unknown): JsonNode {
  return new JsonReader(JSON.stringify(value)).document();
}

/** The node as a plain value; large numbers lose digits, so only for reading. */
export function plainValue(node: JsonNode): unknown {
  return JSON.parse(serializeJson(node));
}

export function member(object: JsonObject, key: string): JsonNode | null {
  // As in JSON.parse, the last of duplicate keys wins.
  return object.members.findLast((entry) => entry.key === key)?.value ?? null;
}

/** Replaces the value in place, or adds the key at the end. */
export function setMember(object: JsonObject, key: string, value: JsonNode): void {
  const existing = object.members.findLast((entry) => entry.key === key);
  if (existing === undefined) object.members.push({ key, keyText: JSON.stringify(key), value });
  else existing.value = value;
}

export function removeMember(object: JsonObject, key: string): boolean {
  const before = object.members.length;
  object.members = object.members.filter((entry) => entry.key !== key);
  return object.members.length < before;
}

/** The object at a key; an empty one is added if there is none. */
export function objectMember(object: JsonObject, key: string): JsonObject {
  const existing = member(object, key);
  if (existing?.kind === "object") return existing;
  const made: JsonObject = { kind: "object", members: [] };
  setMember(object, key, made);
  return made;
}

const punctuationOrEnd = /[\s,\]}]/;

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  document(): JsonNode {
    return this.#value();
  }

  #value(): JsonNode {
    switch (this.#peek()) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return { kind: "scalar", text: this.#string() };
      default:
        return { kind: "scalar", text: this.#word() };
    }
  }

  #object(): JsonNode {
    const members: JsonMember[] = [];
    this.#at += 1;
    while (this.#peek() !== "}") {
      const keyText = this.#string();
      this.#expect(":");
      members.push({ key: JSON.parse(keyText) as string, keyText, value: this.#value() });
      if (this.#peek() === ",") this.#at += 1;
    }
    this.#at += 1;
    return { kind: "object", members };
  }

  #array(): JsonNode {
    const items: JsonNode[] = [];
    this.#at += 1;
    while (this.#peek() !== "]") {
      items.push(this.#value());
      if (this.#peek() === ",") this.#at += 1;
    }
    this.#at += 1;
    return { kind: "array", items };
  }

  #string(): string {
    this.#peek();
    const start = this.#at;
    for (this.#at += 1; this.#text[this.#at] !== '"'; this.#at += 1) if (this.#text[this.#at] === "\\") this.#at += 1;
    this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !punctuationOrEnd.test(this.#text[this.#at]!)) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** The next character that is not white space. */
  #peek(): string {
    while (/\s/.test(this.#text[this.#at] ?? "x")) this.#at += 1;
    return this.#text[this.#at] ?? "";
  }

  #expect(character: string): void {
    if (this.#peek() !== character) throw new SyntaxError(`expected ${character} at ${this.#at}`);
    this.#at += 1;
  }
}
