/** Characters that JSON allows but that control a terminal (DEL and C1), reorder the text around them, or are invisible. */
const unsafe = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A JSON document as it is printed: the same value, in characters that are harmless on a terminal and in a pipeline's log. Ends with a newline. */
export function jsonText(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  return `${escaped(JSON.stringify(value, replacer, 2))}\n`;
}

/** How many items of a list are written at once. */
const longList = 1000;

/**
 * The text that `jsonText` gives, in pieces. Objects, arrays and other iterables are written item by item down to `depth`, so that rows
 * made one by one are never all in memory at once.
 */
export function* jsonPieces(value: object, depth: number): Generator<string> {
  yield* piecesOf(value, depth, "\n");
  yield "\n";
}

function* piecesOf(value: unknown, depth: number, lineStart: string): Generator<string> {
  const isRows = depth === 1 && typeof value === "object" && value !== null && Symbol.iterator in value;
  if (isRows || (Array.isArray(value) && value.length > longList)) {
    yield* listPieces(value as Iterable<unknown>, lineStart);
    return;
  }
  if (typeof value !== "object" || value === null || (depth <= 0 && !holdsLongList(value))) {
    yield escaped(JSON.stringify(value, null, 2)).replaceAll("\n", lineStart);
    return;
  }
  const isList = Symbol.iterator in value;
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const inside = `${lineStart}  `;
  let isEmpty = true;
  for (const [key, item] of isList ? unnamed(value as Iterable<unknown>) : Object.entries(value)) {
    if (item === undefined) continue;
    yield `${isEmpty ? open : ","}${inside}${key === null ? "" : `${escaped(JSON.stringify(key))}: `}`;
    yield* piecesOf(item, depth - 1, inside);
    isEmpty = false;
  }
  yield isEmpty ? open + close : lineStart + close;
}

/** Many items at a time. */
function* listPieces(list: Iterable<unknown>, lineStart: string): Generator<string> {
  let separator = "[";
  let waiting: unknown[] = [];
  for (const item of list) {
    const isLong = holdsLongList(item);
    if (waiting.length === longList || (isLong && waiting.length > 0)) {
      yield itemsText(separator, waiting, lineStart);
      [separator, waiting] = [",", []];
    }
    if (!isLong) {
      waiting.push(item);
      continue;
    }
    yield `${separator}${lineStart}  `;
    yield* piecesOf(item, 0, `${lineStart}  `);
    separator = ",";
  }
  if (waiting.length > 0) yield itemsText(separator, waiting, lineStart);
  yield separator === "[" && waiting.length === 0 ? "[]" : `${lineStart}]`;
}

function itemsText(separator: string, items: readonly unknown[], lineStart: string): string {
  const text = JSON.stringify(items, null, 2).slice("[".length, -"\n]".length);
  return separator + escaped(text).replaceAll("\n", lineStart);
}

/** A list may hold a path for every file, and its text be as long as the report. */
function holdsLongList(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (Array.isArray(item) && item.length > longList) return true;
  }
  return false;
}

function* unnamed(items: Iterable<unknown>): Generator<[null, unknown]> {
  for (const item of items) yield [null, item];
}

function escaped(json: string): string {
  const safe = json.replace(unsafe, escape);
  return safe.includes("##") ? safe.replace(/#(?=#\w*\[)/g, escape) : safe;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
