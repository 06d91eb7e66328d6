/** What may go wrong with bytes, texts and documents, chosen by chance. */
import type { Random } from "./random.ts";

/** Texts that have fooled programs like this one: for terminals, file systems, objects, numbers, patterns. */
const texts: readonly string[] = [
  "",
  "\u001b[2J\u001b]0;owned\u0007",
  "\u009b31m",
  "\u202Egnp.exe",
  "\0",
  "\r\n::error::injected",
  "../../../../outside",
  "/",
  "//../..",
  "__proto__",
  "constructor",
  "\ud800",
  "<script>",
  "a".repeat(5000),
  " ".repeat(20_000),
  "-".repeat(4000),
  "=".repeat(4000),
  "é".repeat(400),
  "sha256:" + "0".repeat(64),
  "sha256:../../x",
  "-1",
  "1e309",
  "9".repeat(40),
  "2024-13-45T99:99:99Z",
  "-----BEGIN RSA PRIVATE KEY-----",
  "password=hunter2hunter2",
];

const numbers: readonly number[] = [0, -1, 1, 0.5, 255, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, 1e308, -1e308];

export function hostileText(random: Random): string {
  return random.of(texts);
}

export function hostileValue(random: Random): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => hostileText(random),
    () => random.of(numbers),
    () => random.of([null, true, false, [], {}, [null], [[]], [{}]]),
    () => nested(random.below(3000)),
    () => Array.from({ length: random.below(500) }, () => hostileText(random).slice(0, 40)),
    () => ({ [hostileText(random).slice(0, 100)]: hostileText(random) }),
  ];
  return random.of(kinds)();
}

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** The document with a few of its values replaced, taken out, doubled or added to. */
export function mutateJson(random: Random, document: unknown): unknown {
  let mutated = document;
  for (let left = 1 + random.below(3); left > 0; left -= 1) mutated = mutateAt(random, mutated);
  return mutated;
}

function mutateAt(random: Random, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || random.oneIn(6)) return hostileValue(random);
  const keys = Object.keys(value);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    const at = random.below(copy.length + 1);
    const what = random.below(4);
    if (what === 0) copy.splice(at, 1);
    else if (what === 1) copy.splice(at, 0, copy[random.below(copy.length)]);
    else if (at < copy.length) copy[at] = mutateAt(random, copy[at]);
    return copy;
  }
  const copy: Record<string, unknown> = { ...value };
  const key = keys.length === 0 || random.oneIn(8) ? hostileText(random).slice(0, 60) : random.of(keys);
  if (random.oneIn(8)) delete copy[key];
  // A plain assignment to `__proto__` would change the object instead of the document.
  else Object.defineProperty(copy, key, { value: mutateAt(random, copy[key]), enumerable: true, configurable: true, writable: true });
  return copy;
}

/** Bits flipped, stretches cut out, doubled, zeroed, exchanged for a hostile number, or the end cut off. */
export function mutateBytes(random: Random, bytes: Buffer, times = 1 + random.below(6)): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let left = times; left > 0 && mutated.length > 0; left -= 1) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length);
  const length = Math.min(bytes.length - at, 1 + random.below(random.oneIn(4) ? 4096 : 8));
  switch (random.below(8)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 3:
      bytes.fill(random.of([0, 0xff, 0x20, 0x30]), at, at + length);
      return bytes;
    case 4:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(length), bytes.subarray(at)]);
    case 5:
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(random.of([0, 1, 0x7fffffff, 0xffffffff, bytes.length, bytes.length + 1]), at);
      return bytes;
    case 6:
      if (at + 4 <= bytes.length) bytes.writeUInt32BE(random.of([0, 1, 0x7fffffff, 0xffffffff, bytes.length, bytes.length + 1]), at);
      return bytes;
    default:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
  }
}

/** A text with lines and words taken out, doubled, joined and exchanged for hostile ones. */
export function mutateText(random: Random, text: string): string {
  const lines = text.split("\n");
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(lines.length);
    const line = lines[at] ?? "";
    switch (random.below(6)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, line);
        break;
      case 2:
        lines[at] = line.replace(/[^\s:=]+$/, () => hostileText(random));
        break;
      case 3:
        lines[at] = line.slice(0, random.below(line.length + 1));
        break;
      case 4:
        lines[at] = `${" ".repeat(random.below(9))}${line}`;
        break;
      default:
        lines.splice(at, 0, hostileText(random));
    }
  }
  return lines.join("\n");
}
