/**
 * Zip archives (PKWARE APPNOTE 6.3.10), read as a stream from their first local header: jars, wheels and NuGet packages too. The central
 * directory comes last and is not needed, so entries missing from it are read as well.
 */
import { Gathered, unpackMember } from "./archive-reader.ts";
import type { ArchiveReader, MemberHandler, Packing } from "./archive-reader.ts";
import { mostPackedBytes } from "./limits.ts";
import type { UnpackBudget } from "./limits.ts";

const localSignature = 0x04034b50;
const headerBytes = 30;
const isEncrypted = 1;
/** Sizes follow the data (section 4.3.9), because programs that write to a stream, such as Java's tools, do not know them earlier. */
const sizesFollow = 8;
const stored = 0;
/** Compression methods besides "stored" (section 4.4.5); 20 was zstd's number before it became 93. */
const packings: Readonly<Record<number, Packing>> = { 8: "deflate", 12: "bzip2", 20: "zstd", 93: "zstd", 95: "xz" };
const zip64Extra = 1;
const unknown32 = 0xffffffff;
const descriptorNumber = 0x08074b50;
const descriptorSignature = Buffer.from("PK\x07\x08", "latin1");

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  /** Null if it follows the data. */
  readonly packedBytes: number | null;
}

type State = "header" | "name" | "through" | "gather" | "search" | "skip" | "descriptor" | "done";

export class ZipReader implements ArchiveReader {
  readonly #budget: UnpackBudget;
  readonly #handler: MemberHandler;
  #state: State = "header";
  /** Incomplete input: a header with its name and extra field, or the end of the last piece of data. */
  #held = Buffer.alloc(0);
  #entry: Entry | null = null;
  /** Remaining bytes of data, if known. */
  #left = 0;
  #wanted = false;
  readonly #gathered = new Gathered();

  constructor(budget: UnpackBudget, handler: MemberHandler) {
    this.#budget = budget;
    this.#handler = handler;
  }

  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#state !== "done") rest = this.#step(rest);
  }

  end(): void {
    if (this.#state === "through") this.#finishMember();
    if (this.#state !== "done") this.#handler.cutShort("is cut off, and its last entry was not looked at");
    this.#state = "done";
    this.#held = Buffer.alloc(0);
    this.#gathered.take();
  }

  /** Consumes what it can of the bytes and returns the rest. */
  #step(bytes: Buffer): Buffer {
    switch (this.#state) {
      case "header":
      case "name":
      case "descriptor":
        return this.#takeHeld(bytes);
      case "search":
        return this.#search(bytes);
      default: {
        const piece = bytes.subarray(0, this.#left);
        if (this.#state === "gather") this.#gathered.add(piece);
        else if (this.#state === "through" && this.#wanted) this.#handler.data(piece);
        this.#left -= piece.length;
        if (this.#left === 0) this.#endData();
        return bytes.subarray(piece.length);
      }
    }
  }

  #takeHeld(bytes: Buffer): Buffer {
    const needed = this.#needed();
    const missing = needed - this.#held.length;
    // Most headers are complete in one piece and need no copy.
    const piece = bytes.subarray(0, missing);
    const held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    if (this.#state === "header" && held.length >= 4 && held.readUInt32LE(0) !== localSignature) {
      // A descriptor may also follow data whose length was known.
      if (held.readUInt32LE(0) === descriptorNumber) this.#state = "descriptor";
      else return this.#endEntries(held, bytes);
      return this.#takeHeld(bytes);
    }
    if (held.length < needed) {
      this.#held = Buffer.from(held);
      return bytes.subarray(piece.length);
    }
    if (this.#state === "header") {
      this.#held = Buffer.from(held);
      this.#state = "name";
      if (this.#needed() === headerBytes) this.#begin(this.#held);
    } else {
      this.#held = Buffer.alloc(0);
      if (this.#state === "name") this.#begin(held);
      else this.#state = "header";
    }
    return bytes.subarray(piece.length);
  }

  /** The central directory, or something that may precede it. */
  #endEntries(held: Buffer, bytes: Buffer): Buffer {
    this.#state = "done";
    if (held[0] !== 0x50 || held[1] !== 0x4b)
      this.#handler.cutShort("holds something that is not an entry, and what follows was not looked at");
    return bytes.subarray(bytes.length);
  }

  #needed(): number {
    if (this.#state === "header") return headerBytes;
    if (this.#state === "descriptor") return 16;
    return headerBytes + this.#held.readUInt16LE(26) + this.#held.readUInt16LE(28);
  }

  #begin(header: Buffer): void {
    this.#held = Buffer.alloc(0);
    const entry = entryOf(header);
    this.#entry = entry;
    this.#left = entry.packedBytes ?? 0;
    this.#wanted = false;
    if (entry.packedBytes === null) {
      this.#state = "search";
      return;
    }
    this.#state = this.#howToRead(entry, entry.packedBytes);
    if (this.#left === 0) this.#endData();
  }

  #howToRead(entry: Entry, packedBytes: number): "through" | "gather" | "skip" {
    if (packedBytes === 0 || !this.#isReadable(entry)) return "skip";
    if (entry.method === stored) {
      this.#wanted = this.#budget.spend(packedBytes) && this.#handler.begin(entry.name, packedBytes);
      return "through";
    }
    if (packedBytes <= mostPackedBytes) return "gather";
    this.#handler.cutShort(`holds ${entry.name}, which has more than ${mostPackedBytes} compressed bytes and was not looked at`);
    return "skip";
  }

  #isReadable({ name, flags, method }: Entry): boolean {
    if ((flags & isEncrypted) !== 0) this.#handler.cutShort(`holds ${name}, which is encrypted and was not looked at`);
    else if (method !== stored && packings[method] === undefined)
      this.#handler.cutShort(`holds ${name}, which is packed with method ${method} and was not looked at`);
    else return true;
    return false;
  }

  #endData(): void {
    if (this.#state === "through") this.#finishMember();
    else if (this.#state === "gather") this.#handOver(this.#gathered.take());
    this.#state = "header";
  }

  #finishMember(): void {
    if (this.#wanted) this.#handler.end();
    this.#wanted = false;
  }

  #handOver(packed: Buffer): void {
    const { name, method } = this.#entry!;
    const bytes = method === stored ? packed : unpackMember(packed, packings[method]!, name, this.#budget, this.#handler);
    if (bytes === null || bytes.length === 0 || !this.#handler.begin(name, bytes.length)) return;
    this.#handler.data(bytes);
    this.#handler.end();
  }

  /**
   * Data of unknown length ends at a data descriptor that states exactly that length, which does not occur by chance. Descriptors without
   * signature, which section 4.3.9.3 permits but nobody writes, are not found.
   */
  #search(bytes: Buffer): Buffer {
    const base = this.#gathered.bytes;
    const window = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    for (let at = window.indexOf(descriptorSignature); at >= 0; at = window.indexOf(descriptorSignature, at + 1)) {
      if (window.length - at < 24) return this.#keepTail(window, at);
      const is32 = window.readUInt32LE(at + 8) === base + at;
      const is64 = !is32 && window.readBigUInt64LE(at + 8) === BigInt(base + at);
      if (!is32 && !is64) continue;
      this.#gathered.add(window.subarray(0, at));
      this.#held = Buffer.alloc(0);
      const packed = this.#gathered.take();
      if (packed.length > 0 && this.#isReadable(this.#entry!)) this.#handOver(packed);
      this.#state = "header";
      return window.subarray(at + (is32 ? 16 : 24));
    }
    return this.#keepTail(window, Math.max(0, window.length - 3));
  }

  /** Everything before `at` is data; the rest is searched again with the next bytes. */
  #keepTail(window: Buffer, at: number): Buffer {
    this.#gathered.add(window.subarray(0, at));
    this.#held = Buffer.from(window.subarray(at));
    if (this.#gathered.bytes > mostPackedBytes) {
      this.#gathered.take();
      this.#held = Buffer.alloc(0);
      this.#state = "done";
      this.#handler.cutShort(
        `holds ${this.#entry!.name}, which has more than ${mostPackedBytes} compressed bytes; it and what follows was not looked at`,
      );
    }
    return window.subarray(window.length);
  }
}

/** `header`: a local header with its name and extra field. */
function entryOf(header: Buffer): Entry {
  const flags = header.readUInt16LE(6);
  const nameEnd = headerBytes + header.readUInt16LE(26);
  const name = header.toString("latin1", headerBytes, nameEnd);
  const size = header.readUInt32LE(18);
  const packedBytes = size === unknown32 ? packedIn64(header.subarray(nameEnd)) : size;
  const method = header.readUInt16LE(8);
  // Java deflates its directories to two bytes; stored ones have no data.
  const isNothing = name.endsWith("/") && method === stored;
  const follows = (flags & sizesFollow) !== 0 && (packedBytes === null || packedBytes === 0) && !isNothing;
  return { name, method, flags, packedBytes: follows ? null : (packedBytes ?? 0) };
}

/** The compressed size in an entry's zip64 field (section 4.5.3), where it follows the uncompressed one. */
function packedIn64(extra: Buffer): number | null {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === zip64Extra && extra.readUInt16LE(at + 2) >= 16 && at + 20 <= extra.length)
      return Number(extra.readBigUInt64LE(at + 12));
  }
  return null;
}
