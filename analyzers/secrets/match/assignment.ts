/**
 * Reads `name = value` around a provider's word, in the notations of config files, shells and programming languages:
 * `X=v`, `x: v`, `"x" => "v"`, `x := "v"`, `setProperty("X", "v")`, `<x>v</x>`, `<add key="x" value="v"/>`, `--x v`.
 * Every part is bounded, and so is the time.
 */
export interface Assignment {
  /** The whole identifier around the word. */
  readonly name: string;
  readonly value: string;
  /** Offset of the value in the text. */
  readonly valueStart: number;
}

const identifierByte = new Uint8Array(256);
for (const ch of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") identifierByte[ch.charCodeAt(0)] = 1;
const lowerByte = new Uint8Array(256);
for (const ch of "abcdefghijklmnopqrstuvwxyz") lowerByte[ch.charCodeAt(0)] = 1;
const letterByte = new Uint8Array(256);
for (const ch of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") letterByte[ch.charCodeAt(0)] = 1;
const operatorByte = new Uint8Array(256);
for (const ch of "=:,\"'`>?|)]\\.+<") operatorByte[ch.charCodeAt(0)] = 1;

/**
 * True if the bytes at [start, end) are a word of their own (`etsy` in `ETSY_TOKEN` and `myEtsyToken`, but not in `setSysctl`), and what
 * follows the identifier could be an assignment. Reads about sixty bytes at most; most places fail here, before a string is created.
 */
export function mayBeName(buffer: Uint8Array, start: number, end: number): boolean {
  const before = start > 0 ? buffer[start - 1]! : 0;
  // `\fBMESSAGE`: the letter is part of the escape.
  if (before === 0x5c) return false;
  // After a letter only a camel-case hump begins a new word.
  if (letterByte[before] === 1) {
    if (lowerByte[before] === 0 || lowerByte[buffer[start]!] === 1 || lowerByte[buffer[start + 1]!] === 0) return false;
  }
  const after = buffer[end] ?? 0;
  if (lowerByte[after] === 1 && !startsWithSecretWord(buffer, end)) return false;
  const limit = Math.min(buffer.length, end + 64);
  let at = end;
  while (at < limit && (identifierByte[buffer[at]!] === 1 || buffer[at] === 0x20 || buffer[at] === 0x09)) at += 1;
  return at < limit && (operatorByte[buffer[at]!] === 1 || before === 0x2d);
}

const secretWords = ["token", "key", "secret", "pass", "api", "auth", "access", "client", "cred", "pwd", "private", "app"];

function startsWithSecretWord(buffer: Uint8Array, at: number): boolean {
  return secretWords.some((word) => {
    for (let i = 0; i < word.length; i += 1) if (buffer[at + i] !== word.charCodeAt(i)) return false;
    return true;
  });
}

const rest = /[\w.-]{0,40}(?:[ \t]{1,4}[\w.-]{1,20}){0,3}/y;
const operator =
  /(?:\\?["'`\])]){0,3}[ \t]{0,20}(?:=>|:{0,3}=|[?.+|:]{1,2}=|={1,3}|\|\|?:?|<=|:|,|>)[ \t]{0,20}(?:\r?\n[ \t]{0,40})?(?:(?:new )?[A-Za-z.]{1,20}\()?(?:[bru@](?=["']))?(?:\\?["'`])?|\\?["'][ \t]{1,4}value[ \t]{0,4}=[ \t]{0,4}\\?["']/y;
const flagOperator = /[ \t=]{1,4}["']?/y;
const value = /[^\s"'`\\<>(){}[\],;]{1,400}/y;

/** Reads the assignment whose name contains the word at [start, end) of the text; null if there is none. */
export function readAssignment(text: string, start: number, end: number): Assignment | null {
  let nameStart = start;
  while (nameStart > 0 && nameStart > start - 60 && identifierByte[text.charCodeAt(nameStart - 1)] === 1) nameStart -= 1;
  const prefix = text.slice(nameStart, start);
  rest.lastIndex = end;
  const tail = rest.exec(text)![0];
  const nameEnd = end + tail.length;
  operator.lastIndex = nameEnd;
  let valueStart: number;
  if (operator.test(text)) {
    valueStart = operator.lastIndex;
  } else {
    // `--vault-token VALUE`: the words after the blank are the value, not the name.
    const blank = tail.search(/[ \t]/);
    if (!prefix.startsWith("-") || blank < 0) return null;
    flagOperator.lastIndex = end + blank;
    if (!flagOperator.test(text)) return null;
    valueStart = flagOperator.lastIndex;
  }
  value.lastIndex = valueStart;
  const found = value.exec(text);
  if (found === null) return null;
  return { name: prefix + text.slice(start, end) + tail, value: trimValue(found[0]), valueStart };
}

/** Punctuation after a bare value is not part of it. */
function trimValue(text: string): string {
  return text.replace(/[.:!?]+$/, "");
}
