/** What the section headers of an ELF file say (System V ABI, chapter 4): how much of it only a debugger reads. */
import { PackageDataError } from "../data-error.ts";
import type { ByteSource } from "../evidence/byte-source.ts";

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  /** As stored in the file, compressed or not. */
  readonly bytes: number;
}

export interface ElfFacts {
  /** Bytes of `.debug_*` sections. */
  readonly debugBytes: number;
  /** Bytes of `.symtab` and the names it uses, which `strip` removes too. */
  readonly symbolBytes: number;
  /** It holds debug information but no program: the debug information was split off another file. */
  readonly isSeparateDebug: boolean;
  /** A relocatable object (a kernel module, an object file): its symbols are needed. */
  readonly isRelocatable: boolean;
}

export interface ElfFile extends ElfFacts {
  readonly sections: readonly ElfSection[];
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
  /** File offset of the first writable segment of a program without section headers; null if it has headers, or no such segment. */
  readonly dataOffset: number | null;
}

const magic = 0x7f454c46;
const relocatable = 1;
const loadedSegment = 1;
const writable = 2;
const noBits = 8;
const program = 1;
/** Linkers write a few dozen. A header that claims more is not believed. */
const mostSections = 10_000;
/** All names that matter are shorter. */
const mostNameLength = 64;
/** Most programs are stripped and have none of these. */
const tellingNames = /\.z?debug_|\.symtab|\.dep-v0|\.go\.buildinfo/;

/**
 * Null for a file that is not ELF, or is too short. Section headers that were not kept count as absent.
 * @throws {PackageDataError} when the file ends before its section headers
 */
export function readElf(bytes: ByteSource): ElfFile | null {
  const header = bytes.read(0, Math.min(64, bytes.size));
  if (header === null || header.length < 52 || header.readUInt32BE(0) !== magic) return null;
  const is64 = header[4] === 2;
  const isLittleEndian = header[5] === 1;
  if (is64 && header.length < 64) return null;
  const read = fieldReader(Buffer.from(header), is64, isLittleEndian);
  const type = read.half(16);
  const [segments, sections] = is64
    ? [
        { offset: read.address(32), size: read.half(54), count: read.half(56) },
        { offset: read.address(40), size: read.half(58), count: read.half(60), names: read.half(62) },
      ]
    : [
        { offset: read.address(28), size: read.half(42), count: read.half(44) },
        { offset: read.address(32), size: read.half(46), count: read.half(48), names: read.half(50) },
      ];
  const told = sectionsOf(bytes, sections, is64, isLittleEndian);
  const found = told ?? [];
  const debugBytes = total(found, ({ name }) => name.startsWith(".debug_") || name.startsWith(".zdebug_"));
  const hasSymbols = found.some(({ name }) => name === ".symtab");
  return {
    sections: found,
    is64,
    isLittleEndian,
    dataOffset: told === null ? dataOffset(bytes, segments, is64, isLittleEndian) : null,
    debugBytes,
    symbolBytes: hasSymbols ? total(found, ({ name }) => name === ".symtab" || name === ".strtab") : 0,
    isSeparateDebug: debugBytes > 0 && !found.some(({ name, type: kind }) => name === ".text" && kind === program),
    isRelocatable: type === relocatable,
  };
}

function total(sections: readonly ElfSection[], counts: (section: ElfSection) => boolean): number {
  return sections.reduce((sum, section) => (section.type !== noBits && counts(section) ? sum + section.bytes : sum), 0);
}

interface Table {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** Empty if none of them matters; null if there are none, or they were not kept. */
function sectionsOf(
  bytes: ByteSource,
  table: Table & { readonly names: number },
  is64: boolean,
  isLittleEndian: boolean,
): ElfSection[] | null {
  if (table.count === 0 || table.count > mostSections || table.size < (is64 ? 64 : 40)) return null;
  const tableBytes = table.count * table.size;
  if (table.offset + tableBytes > bytes.size) throw new PackageDataError("is cut short: its section headers lie beyond its end");
  const sectionAt = (content: Buffer, index: number) => {
    const read = fieldReader(content, is64, isLittleEndian);
    const at = index * table.size;
    return {
      nameAt: read.word(at),
      type: read.word(at + 4),
      offset: read.address(at + (is64 ? 24 : 16)),
      bytes: read.address(at + (is64 ? 32 : 20)),
    };
  };
  const content = bytes.read(table.offset, tableBytes);
  if (content === null || table.names >= table.count) return null;
  const strings = sectionAt(content, table.names);
  const text = strings.bytes > 1 << 20 ? undefined : bytes.read(strings.offset, strings.bytes)?.toString("latin1");
  if (text === undefined) return null;
  if (!tellingNames.test(text)) return [];
  const nameAt = (at: number): string => {
    const name = text.slice(at, at + mostNameLength);
    const end = name.indexOf("\0");
    return end < 0 ? name : name.slice(0, end);
  };
  // Read again, because the earlier buffer is only valid until the next read.
  const headers = bytes.read(table.offset, tableBytes)!;
  return Array.from({ length: table.count }, (_, index) => sectionAt(headers, index)).flatMap(
    ({ nameAt: at, type, offset, bytes: size }) => {
      // Sections that claim to lie outside the file are ignored.
      const isInside = type === noBits || offset + size <= bytes.size;
      return isInside ? [{ name: nameAt(at), type, offset, bytes: size }] : [];
    },
  );
}

function dataOffset(bytes: ByteSource, table: Table, is64: boolean, isLittleEndian: boolean): number | null {
  if (table.count === 0 || table.count > mostSections || table.size < (is64 ? 56 : 32)) return null;
  const content = bytes.read(table.offset, table.count * table.size);
  if (content === null) return null;
  const read = fieldReader(Buffer.from(content), is64, isLittleEndian);
  for (let index = 0; index < table.count; index += 1) {
    const at = index * table.size;
    const flags = read.word(at + (is64 ? 4 : 24));
    if (read.word(at) === loadedSegment && (flags & writable) !== 0) return read.address(at + (is64 ? 8 : 4));
  }
  return null;
}

function fieldReader(buffer: Buffer, is64: boolean, isLittleEndian: boolean) {
  const half = (at: number): number => (isLittleEndian ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at));
  const word = (at: number): number => (isLittleEndian ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at));
  const long = (at: number): number => {
    const [low, high] = isLittleEndian ? [word(at), word(at + 4)] : [word(at + 4), word(at)];
    return high * 2 ** 32 + low;
  };
  return { half, word, address: is64 ? long : word };
}
