/** Writes bits into bytes, lowest bit first (RFC 1951, section 3.1.1). */
export class BitWriter {
  /** The output; must have room for everything that is written. */
  bytes = new Uint8Array(0);
  /** Bytes written. */
  length = 0;
  /** Up to seven bits not yet written, and their number. */
  held = 0;
  heldBits = 0;

  start(room: number): void {
    if (this.bytes.length < room) this.bytes = new Uint8Array(room);
    this.length = this.held = this.heldBits = 0;
  }

  /** At most 16 bits. */
  put(value: number, bits: number): void {
    this.held |= value << this.heldBits;
    this.heldBits += bits;
    while (this.heldBits >= 8) {
      this.bytes[this.length] = this.held;
      this.length += 1;
      this.held >>>= 8;
      this.heldBits -= 8;
    }
  }

  /** Fills the last byte with zeros. */
  align(): void {
    if (this.heldBits > 0) this.put(0, 8 - this.heldBits);
  }

  /** Appends whole bytes; the output must be at a byte boundary. */
  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }
}
