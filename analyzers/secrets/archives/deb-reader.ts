/** Debian packages (deb(5)): an `ar` archive of a version file and two compressed tar archives, of control files and of installed files. */
import type { ArchiveReader, MemberHandler } from "./archive-reader.ts";

const magicBytes = 8;
const headerBytes = 60;

export class DebReader implements ArchiveReader {
  readonly #handler: MemberHandler;
  /** Bytes to skip: the magic, and the padding after members of odd size. */
  #skip = magicBytes;
  #header = Buffer.alloc(0);
  /** Remaining bytes of the current member. */
  #left = 0;
  #isWanted = false;
  #isPadded = false;
  #failed = false;

  constructor(handler: MemberHandler) {
    this.#handler = handler;
  }

  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.#failed) rest = this.#step(rest);
  }

  end(): void {
    if (this.#failed) return;
    if (this.#left > 0 && this.#isWanted) this.#handler.end();
    if (this.#left > 0 || this.#header.length > 0) this.#handler.cutShort("is cut off, and its rest was not looked at");
  }

  /** Consumes what it can of the bytes and returns the rest. */
  #step(bytes: Buffer): Buffer {
    if (this.#skip > 0) {
      const count = Math.min(this.#skip, bytes.length);
      this.#skip -= count;
      return bytes.subarray(count);
    }
    if (this.#left > 0) return this.#pass(bytes);
    const missing = headerBytes - this.#header.length;
    this.#header = Buffer.concat([this.#header, bytes.subarray(0, missing)]);
    if (this.#header.length === headerBytes) this.#begin();
    return bytes.subarray(missing);
  }

  #begin(): void {
    const name = this.#header.toString("latin1", 0, 16).trimEnd().replace(/\/$/, "");
    const size = this.#header.toString("latin1", 48, 58).trimEnd();
    const isHeader = this.#header.toString("latin1", 58, 60) === "`\n" && /^\d+$/.test(size);
    this.#header = Buffer.alloc(0);
    if (!isHeader) {
      this.#failed = true;
      this.#handler.cutShort("is damaged, and its rest was not looked at");
      return;
    }
    this.#left = Number(size);
    this.#isPadded = this.#left % 2 === 1;
    this.#isWanted = this.#left > 0 && this.#handler.begin(name, this.#left);
  }

  #pass(bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, this.#left);
    if (this.#isWanted) this.#handler.data(piece);
    this.#left -= piece.length;
    if (this.#left === 0) {
      if (this.#isWanted) this.#handler.end();
      this.#skip = this.#isPadded ? 1 : 0;
    }
    return bytes.subarray(piece.length);
  }
}
