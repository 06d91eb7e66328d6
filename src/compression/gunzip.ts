import type { TransformCallback } from "node:stream";
import { createGunzip } from "node:zlib";
import { BallastError } from "../base/errors.ts";
import { isZero } from "../tar/read/zeros.ts";
import { outputChunkBytes, ZlibDecompressor } from "./decompressor.ts";

/** Reads all members of a gzip stream (RFC 1952 section 2.2; eStargz layers have thousands). */
export class GunzipDecompressor extends ZlibDecompressor {
  #zeros = 0;
  /** The first two bytes of input. */
  #head = "";

  constructor() {
    super(createGunzip({ chunkSize: outputChunkBytes }));
  }

  override _transform(chunk: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#head.length < 2) this.#head += chunk.toString("latin1", 0, 2 - this.#head.length);
    super._transform(chunk, encoding, done);
  }

  protected override explain(error: Error & { code?: string }): Error {
    if (error.code === "Z_BUF_ERROR") return new BallastError("blob-corrupt", "the gzip stream is cut off", { cause: error });
    // The header of a later member is wrong.
    if (error.message === "incorrect header check" && this.#head === "\x1f\x8b") return garbage(error);
    return new BallastError("blob-corrupt", `the gzip stream is damaged (${error.message})`, { cause: error });
  }

  /** Some tools pad with zeros; Go's reader, and so most engines, rejects them. */
  protected override trailing(bytes: Buffer): Error | null {
    if (!isZero(bytes, 0, bytes.length)) return garbage();
    this.#zeros += bytes.length;
    this.warnings[0] = `${this.#zeros} zero bytes follow the gzip stream; some engines refuse such a layer`;
    return null;
  }
}

function garbage(cause?: Error): BallastError {
  return new BallastError("blob-corrupt", "bytes that are not gzip data follow the gzip stream", { cause });
}
