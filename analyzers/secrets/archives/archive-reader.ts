/** Archives inside a layer, read as their bytes go by: which kind a file is, and what takes its bytes. */
import { gunzipSync, inflateRawSync } from "node:zlib";

import type { UnpackBudget } from "./limits.ts";
import { mostPackedBytes } from "./limits.ts";

/** Who is given the files in an archive. */
export interface MemberHandler {
  /** A file in the archive: its name as it stands there (a byte string) and its unpacked bytes. False when it is not wanted. */
  begin(name: string, size: number): boolean;
  /** Valid during the call. */
  data(chunk: Buffer): void;
  end(): void;
  /** Something was not looked at; `why` completes "the archive ...". */
  cutShort(why: string): void;
}

export interface ArchiveReader {
  write(chunk: Buffer): void;
  end(): void;
}

export type ArchiveKind = "zip" | "gzip" | "tar";

/** Bytes of a file's beginning that tell what it is. */
export const archiveHeadBytes = 512;

/** Known by magic: a name may lie, and many kinds of files are zip archives under another name. Null for what is no archive. */
export function archiveKindOf(head: Buffer): ArchiveKind | null {
  if (head.length < 4) return null;
  if (head[0] === 0x50) return head.readUInt32LE(0) === 0x04034b50 ? "zip" : tarKind(head);
  if (head[0] === 0x1f) return head[1] === 0x8b && head[2] === 8 ? "gzip" : null;
  return tarKind(head);
}

function tarKind(head: Buffer): ArchiveKind | null {
  return head.length >= archiveHeadBytes && head[257] === 0x75 && head.toString("latin1", 257, 262) === "ustar" ? "tar" : null;
}

/** What a member was packed with, as zip numbers it, or the gzip format. */
export type Packing = "deflate" | "gzip";

/** Unpacks a member that is whole; null when it was cut short, which is reported. */
export function unpackMember(packed: Buffer, packing: Packing, name: string, budget: UnpackBudget, handler: MemberHandler): Buffer | null {
  const maxOutputLength = budget.mostOf(packed.length);
  if (maxOutputLength <= 0) {
    handler.cutShort("unpacks to more than is looked at of one file");
    return null;
  }
  const chunkSize = Math.min(Math.max(packed.length * 4, 1024), 1024 * 1024, maxOutputLength + 64);
  try {
    const bytes = (packing === "gzip" ? gunzipSync : inflateRawSync)(packed, { maxOutputLength, chunkSize });
    budget.spend(bytes.length);
    return bytes;
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    if (tooLarge) budget.spend(maxOutputLength);
    handler.cutShort(
      tooLarge
        ? `holds ${name}, which unpacks to more than ${maxOutputLength} bytes and was not looked at`
        : `holds ${name}, which is damaged and was not looked at`,
    );
    return null;
  }
}

/** Gathers what has to be whole before it can be unpacked. */
export class Gathered {
  #pieces: Buffer[] = [];
  bytes = 0;

  /** The piece is copied: its memory is used again. */
  add(piece: Buffer): void {
    this.#pieces.push(Buffer.from(piece));
    this.bytes += piece.length;
  }

  take(): Buffer {
    const whole = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.bytes);
    this.#pieces = [];
    this.bytes = 0;
    return whole;
  }
}

/** A compressed file: an archive of one member, which has the file's name without the ending that says so. */
export class GzipReader implements ArchiveReader {
  readonly #name: string;
  readonly #budget: UnpackBudget;
  readonly #handler: MemberHandler;
  #gathered: Gathered | null = new Gathered();

  constructor(name: string, budget: UnpackBudget, handler: MemberHandler) {
    this.#name = name;
    this.#budget = budget;
    this.#handler = handler;
  }

  write(chunk: Buffer): void {
    if (this.#gathered === null) return;
    if (this.#gathered.bytes + chunk.length <= mostPackedBytes) {
      this.#gathered.add(chunk);
      return;
    }
    this.#gathered = null;
    this.#handler.cutShort(`has more than ${mostPackedBytes} compressed bytes and was not looked into`);
  }

  end(): void {
    const packed = this.#gathered?.take();
    const bytes = packed === undefined ? null : unpackMember(packed, "gzip", this.#name, this.#budget, this.#handler);
    if (bytes === null || !this.#handler.begin(this.#name, bytes.length)) return;
    this.#handler.data(bytes);
    this.#handler.end();
  }
}
