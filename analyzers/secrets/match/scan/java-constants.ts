/**
 * Strings that a compiled Java class (Java Virtual Machine Specification, chapter 4) assigns to its fields: values of constants, and
 * strings that its code loads and stores at once, which is what `static String x = "v"` compiles to.
 */
import { NamedStringsBuilder } from "./named-strings.ts";
import type { NamedStrings } from "./named-strings.ts";

const magic = 0xcafebabe;
/** Java 1.1. Mach-O files for several processors have the same magic, but a small number here. */
const leastVersion = 45;

/** Bytes of a constant after its tag (section 4.4); text states its own length. */
const constantBytes: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};
const [textTag, longTag, doubleTag, stringTag, fieldTag, nameTag] = [1, 5, 6, 8, 9, 12];
const [loadShort, loadLong, putStatic, putField] = [0x12, 0x13, 0xb3, 0xb5];

export function isJavaClass(head: Buffer): boolean {
  return head.length > 10 && head.readUInt32BE(0) === magic && head.readUInt16BE(6) >= leastVersion;
}

/** Null if there are none, or the class is damaged. */
export function javaConstants(bytes: Buffer): NamedStrings | null {
  try {
    return new ClassReader(bytes).strings();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

class ClassReader {
  readonly #bytes: Buffer;
  /** The offset of each constant's tag; 0 if there is none. */
  readonly #constants: number[] = [0];
  readonly #found = new NamedStringsBuilder();
  #at = 8;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  strings(): NamedStrings | null {
    if (!this.#readConstants()) return null;
    const code = this.#at;
    this.#at += 6;
    const interfaces = this.#u2();
    this.#at += 2 * interfaces;
    for (let fields = this.#u2(); fields > 0; fields -= 1) this.#readField();
    this.#readCode(code);
    return this.#found.strings;
  }

  /** False if no string is among them. */
  #readConstants(): boolean {
    let hasString = false;
    const count = this.#u2();
    while (this.#constants.length < count) {
      const tag = this.#bytes.readUInt8(this.#at);
      this.#constants.push(this.#at);
      const size = tag === textTag ? 2 + this.#bytes.readUInt16BE(this.#at + 1) : constantBytes[tag];
      if (size === undefined) return false;
      if (tag === longTag || tag === doubleTag) this.#constants.push(0);
      if (tag === stringTag) hasString = true;
      this.#at += 1 + size;
    }
    return hasString;
  }

  #readField(): void {
    const name = this.#bytes.readUInt16BE(this.#at + 2);
    this.#at += 6;
    for (let attributes = this.#u2(); attributes > 0; attributes -= 1) {
      const size = this.#bytes.readUInt32BE(this.#at + 2);
      if (size === 2 && this.#text(this.#bytes.readUInt16BE(this.#at)) === "ConstantValue")
        this.#add(name, this.#bytes.readUInt16BE(this.#at + 6));
      this.#at += 6 + size;
    }
  }

  /** `ldc "v"; putstatic x`, with the numbers of a string and a field, which does not occur by chance. */
  #readCode(from: number): void {
    const { length } = this.#bytes;
    for (let at = from; at + 5 <= length; at += 1) {
      const load = this.#bytes[at];
      if (load !== loadShort && load !== loadLong) continue;
      const store = at + (load === loadShort ? 2 : 3);
      if ((this.#bytes[store] !== putStatic && this.#bytes[store] !== putField) || store + 3 > length) continue;
      const nameAndType = this.#part(this.#bytes.readUInt16BE(store + 1), fieldTag, 2);
      const name = nameAndType === null ? null : this.#part(nameAndType, nameTag, 0);
      if (name !== null) this.#add(name, load === loadShort ? this.#bytes[at + 1]! : this.#bytes.readUInt16BE(at + 1));
    }
  }

  #add(name: number, string: number): void {
    const value = this.#part(string, stringTag, 0);
    const at = value === null ? 0 : this.#constants[value]!;
    const [said, text] = [this.#text(name), value === null ? null : this.#text(value)];
    if (said !== null && text !== null) this.#found.add(said, text, at + 3);
  }

  /** A number in a constant of this kind; null if it is of another. */
  #part(index: number, tag: number, offset: number): number | null {
    const at = this.#constants[index] ?? 0;
    return at === 0 || this.#bytes[at] !== tag ? null : this.#bytes.readUInt16BE(at + 1 + offset);
  }

  #text(index: number): string | null {
    const at = this.#constants[index] ?? 0;
    if (at === 0 || this.#bytes[at] !== textTag) return null;
    return this.#bytes.toString("latin1", at + 3, at + 3 + this.#bytes.readUInt16BE(at + 1));
  }

  #u2(): number {
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }
}
