/** A package's header as rpm stores it: a big-endian index of tags, then the data it points into (rpm's lib/header.c). */
export interface RpmHeader {
  readonly name: string;
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly architecture: string;
  readonly files: readonly string[];
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly recommends: readonly string[];
  readonly suggests: readonly string[];
}

const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  architecture: 1022,
  oldFileNames: 1027,
  provides: 1047,
  requires: 1049,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
  recommends: 5046,
  suggests: 5049,
} as const;

const wanted = new Set<number>(Object.values(tags));
const [int32, text, textArray, i18nText] = [4, 6, 8, 9];

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Null if it is not a package's header, or is inconsistent. */
export function headerFields(blob: Buffer): RpmHeader | null {
  if (blob.length < 8) return null;
  const [entryCount, dataBytes] = [blob.readUInt32BE(0), blob.readUInt32BE(4)];
  const dataStart = 8 + entryCount * 16;
  if (entryCount > 0xffff || dataStart + dataBytes > blob.length) return null;
  const entries = new Map<number, Entry>();
  for (let at = 8; at < dataStart; at += 16) {
    const tag = blob.readUInt32BE(at);
    if (wanted.has(tag))
      entries.set(tag, { type: blob.readUInt32BE(at + 4), offset: blob.readUInt32BE(at + 8), count: blob.readUInt32BE(at + 12) });
  }
  const data = blob.subarray(dataStart, dataStart + dataBytes);
  const strings = (tag: number): string[] => stringsOf(data, entries.get(tag));
  const numbers = (tag: number): number[] => numbersOf(data, entries.get(tag));
  const [name] = strings(tags.name);
  // Public keys are stored as packages of this name.
  if (name === undefined || name === "gpg-pubkey") return null;
  return {
    name,
    epoch: numbers(tags.epoch)[0] ?? null,
    version: strings(tags.version)[0] ?? "",
    release: strings(tags.release)[0] ?? "",
    architecture: strings(tags.architecture)[0] ?? "",
    files: filesOf(strings, numbers),
    requires: strings(tags.requires),
    provides: strings(tags.provides),
    recommends: strings(tags.recommends),
    suggests: strings(tags.suggests),
  };
}

function filesOf(strings: (tag: number) => string[], numbers: (tag: number) => number[]): string[] {
  const names = strings(tags.baseNames);
  if (names.length === 0) return strings(tags.oldFileNames);
  const directories = strings(tags.directoryNames);
  const indexes = numbers(tags.directoryIndexes);
  return names.map((name, at) => `${directories[indexes[at] ?? -1] ?? ""}${name}`);
}

function stringsOf(data: Buffer, entry: Entry | undefined): string[] {
  if (entry === undefined || ![text, textArray, i18nText].includes(entry.type)) return [];
  const found: string[] = [];
  let at = entry.offset;
  for (let index = 0; index < entry.count; index += 1) {
    const end = data.indexOf(0, at);
    if (end < 0) break;
    found.push(data.toString("latin1", at, end));
    at = end + 1;
  }
  return found;
}

function numbersOf(data: Buffer, entry: Entry | undefined): number[] {
  if (entry === undefined || entry.type !== int32 || entry.offset + entry.count * 4 > data.length) return [];
  return Array.from({ length: entry.count }, (_, index) => data.readUInt32BE(entry.offset + index * 4));
}
