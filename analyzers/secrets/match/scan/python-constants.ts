/**
 * Strings that compiled Python (3.8 to 3.13) assigns to names: `X = "v"`, `{"x": "v"}`, `f(x="v")`. Marshal stores the constants and names
 * of a block separately; only its code shows which belong together.
 */
import { NamedStringsBuilder } from "./named-strings.ts";
import type { NamedStrings } from "./named-strings.ts";

interface Dialect {
  /** How many numbers precede the bytecode in a code object. */
  readonly counts: number;
  /** How many objects lie between the names and the first line's number, and after that. */
  readonly objects: readonly [before: number, behind: number];
  readonly load: number;
  readonly stores: readonly number[];
  readonly extended: number;
  /** Opcodes that take as many values as there are names in the tuple loaded last. */
  readonly byNames: readonly number[];
  /** Opcode that states the names of arguments; -1 if there is none. */
  readonly names: number;
}

const before311: Dialect = { counts: 6, objects: [5, 1], load: 100, stores: [90, 97], extended: 144, byNames: [156, 141], names: -1 };
const before313: Dialect = { counts: 5, objects: [5, 2], load: 100, stores: [90, 97], extended: 144, byNames: [156], names: 172 };
const since313: Dialect = { counts: 5, objects: [5, 2], load: 83, stores: [114, 113], extended: 71, byNames: [46, 57], names: -1 };

/** By the number at the start of a version's bytecode. */
function dialectOf(magic: number): Dialect | null {
  if (magic < 3400 || magic >= 3600) return null;
  return magic < 3450 ? before311 : magic < 3550 ? before313 : since313;
}

const headerBytes = 16;
const deepest = 200;

type Constant = { readonly text: string; readonly offset: number } | readonly Constant[] | Buffer | null;

class Damaged extends Error {}

/** Null if there are none, or the file is damaged or of an unknown version. */
export function pythonConstants(bytes: Buffer): NamedStrings | null {
  const dialect = bytes.length > headerBytes ? dialectOf(bytes.readUInt16LE(0)) : null;
  if (dialect === null) return null;
  try {
    return new MarshalReader(bytes, dialect).strings();
  } catch (error) {
    if (error instanceof RangeError || error instanceof Damaged) return null;
    throw error;
  }
}

class MarshalReader {
  readonly #bytes: Buffer;
  readonly #dialect: Dialect;
  readonly #found = new NamedStringsBuilder();
  readonly #seen: Constant[] = [];
  #at = headerBytes;

  constructor(bytes: Buffer, dialect: Dialect) {
    this.#bytes = bytes;
    this.#dialect = dialect;
  }

  strings(): NamedStrings | null {
    this.#read(0);
    return this.#found.strings;
  }

  /** The next object; null if it is neither a string, a tuple nor code. */
  #read(depth: number): Constant {
    if (depth > deepest) throw new Damaged();
    const byte = this.#u1();
    const kind = String.fromCharCode(byte & 0x7f);
    // An object that is referred to later gets its number when it begins.
    const slot = byte >= 0x80 ? this.#seen.push(null) - 1 : -1;
    const value = this.#valueOf(kind, depth);
    if (slot >= 0) this.#seen[slot] = value;
    return value;
  }

  #valueOf(kind: string, depth: number): Constant {
    switch (kind) {
      case "N":
      case "F":
      case "T":
      case ".":
      case "S":
      case "0":
        return null;
      case "i":
        return this.#skip(4);
      case "I":
      case "g":
        return this.#skip(8);
      case "y":
        return this.#skip(16);
      case "l":
        return this.#skip(2 * Math.abs(this.#i4()));
      case "f":
        return this.#skip(this.#u1());
      case "s":
        return this.#bytesOf(this.#i4());
      case "u":
      case "t":
      case "a":
      case "A":
        return this.#textOf(this.#i4());
      case "z":
      case "Z":
        return this.#textOf(this.#u1());
      case ")":
        return this.#tuple(this.#u1(), depth);
      case "(":
      case "[":
      case "<":
      case ">":
        return this.#tuple(this.#i4(), depth);
      case "r":
        return this.#seen[this.#i4()] ?? null;
      case "c":
        return this.#code(depth);
      default:
        throw new Damaged();
    }
  }

  #tuple(count: number, depth: number): Constant {
    if (count < 0 || count > this.#bytes.length - this.#at) throw new Damaged();
    return Array.from({ length: count }, () => this.#read(depth + 1));
  }

  #code(depth: number): null {
    const { counts, objects } = this.#dialect;
    this.#skip(4 * counts);
    const next = (): Constant => this.#read(depth + 1);
    const [code, constants, names] = [next(), next(), next()];
    for (let i = 0; i < objects[0]; i += 1) next();
    this.#skip(4);
    for (let i = 0; i < objects[1]; i += 1) next();
    if (Buffer.isBuffer(code) && Array.isArray(constants) && Array.isArray(names))
      this.#pairs(code, constants as Constant[], names as Constant[]);
    return null;
  }

  #pairs(code: Buffer, constants: readonly Constant[], names: readonly Constant[]): void {
    const { load, stores, extended, byNames, names: argumentNames } = this.#dialect;
    /** Constants loaded in direct succession. */
    let loaded: Constant[] = [];
    let high = 0;
    for (let at = 0; at + 1 < code.length; at += 2) {
      const operation = code[at]!;
      const argument = high + code[at + 1]!;
      high = operation === extended ? argument * 256 : 0;
      if (operation === extended) continue;
      if (operation === load) {
        loaded.push(constants[argument] ?? null);
        continue;
      }
      if (stores.includes(operation)) this.#pair(names[argument] ?? null, loaded.at(-1) ?? null);
      else if (byNames.includes(operation)) this.#pairAll(loaded.at(-1) ?? null, loaded.slice(0, -1));
      else if (operation === argumentNames) this.#pairAll(constants[argument] ?? null, loaded);
      loaded = [];
    }
  }

  /** Pairs from the end: the last value has the last name. */
  #pairAll(names: Constant, values: readonly Constant[]): void {
    if (!Array.isArray(names)) return;
    for (let i = 1; i <= Math.min(names.length, values.length); i += 1) this.#pair(names.at(-i) as Constant, values.at(-i)!);
  }

  #pair(name: Constant, value: Constant): void {
    if (name !== null && "text" in name && value !== null && "text" in value) this.#found.add(name.text, value.text, value.offset);
  }

  #textOf(length: number): Constant {
    const offset = this.#at;
    return { text: this.#bytesOf(length).toString("latin1"), offset };
  }

  #bytesOf(length: number): Buffer {
    const start = this.#at;
    this.#skip(length);
    return this.#bytes.subarray(start, this.#at);
  }

  #skip(count: number): null {
    if (count < 0 || this.#at + count > this.#bytes.length) throw new Damaged();
    this.#at += count;
    return null;
  }

  #u1(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  #i4(): number {
    this.#at += 4;
    return this.#bytes.readInt32LE(this.#at - 4);
  }
}
