/** Archives inside a layer, read as a stream: how their kind is recognised, and the interface of their readers. */
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

import { BallastError } from "../../../src/base/errors.ts";
import { bunzip2Whole, unxzWhole, unzstdWhole } from "../../../src/compression/whole.ts";
import type { UnpackBudget } from "./limits.ts";
import { mostPackedBytes, mostSlowlyUnpackedBytes } from "./limits.ts";

/** Receives the files in an archive. */
export interface MemberHandler {
  /** A file in the archive: its name there (a byte string) and its unpacked bytes. Returns false if it is not wanted. */
  begin(name: string, size: number): boolean;
  /** Valid during the call. */
  data(chunk: Buffer): void;
  end(): void;
  /** Something was not scanned; `why` completes "the archive ...". */
  cutShort(why: string): void;
}

export interface ArchiveReader {
  write(chunk: Buffer): void;
  end(): void;
}

/** A single compressed file. */
export type Wrapping = "gzip" | "xz" | "zstd" | "bzip2";

export type ArchiveKind = "zip" | "tar" | "deb" | "rpm" | "git-object" | "git-pack" | Wrapping;

/** How many bytes of a file's beginning are needed to recognise it. */
export const archiveHeadBytes = 512;

/** Recognised by magic, because names may lie, and many file types are zip archives under another name. Null if it is no archive. */
export function archiveKindOf(head: Buffer): ArchiveKind | null {
  if (head.length < 4) return null;
  if (head[0] === 0x50) return head.readUInt32LE(0) === 0x04034b50 ? "zip" : tarKind(head);
  if (head[0] === 0x1f) return head[1] === 0x8b && head[2] === 8 ? "gzip" : null;
  const magic = head.readUInt32BE(0);
  if (magic === 0x28b52ffd) return "zstd";
  if (magic === 0xfd377a58) return head[4] === 0x5a && head[5] === 0 ? "xz" : null;
  if (magic >>> 8 === 0x425a68) return head.toString("latin1", 4, 10) === "1AY&SY" ? "bzip2" : null;
  if (magic === rpmMagic) return "rpm";
  if (magic === 0x213c6172) return head.toString("latin1", 0, debHead.length) === debHead ? "deb" : null;
  return tarKind(head);
}

/** rpm-format(7): the lead, whose only remaining use is this magic. */
const rpmMagic = 0xedabeedb;
/** deb(5): an `ar` archive, recognised by its first member. Other `ar` archives are libraries of object files, and are not unpacked. */
const debHead = "!<arch>\ndebian-binary";

function tarKind(head: Buffer): ArchiveKind | null {
  return head.length >= archiveHeadBytes && head[257] === 0x75 && head.toString("latin1", 257, 262) === "ustar" ? "tar" : null;
}

export function isWrapping(kind: ArchiveKind): kind is Wrapping {
  return kind === "gzip" || kind === "xz" || kind === "zstd" || kind === "bzip2";
}

/** How a member is compressed. */
export type Packing = "deflate" | "zlib" | Wrapping;

function unpack(packed: Buffer, packing: Packing, most: number): Buffer {
  switch (packing) {
    case "xz":
      return unxzWhole(packed, most);
    case "zstd":
      return unzstdWhole(packed, most);
    case "bzip2":
      return bunzip2Whole(packed, most);
    default: {
      const chunkSize = Math.min(Math.max(packed.length * 4, 1024), 1024 * 1024, most + 64);
      const inflate = packing === "gzip" ? gunzipSync : packing === "zlib" ? inflateSync : inflateRawSync;
      return inflate(packed, { maxOutputLength: most, chunkSize });
    }
  }
}

/** Unpacks a complete member; null if it was cut short, which is reported. */
export function unpackMember(packed: Buffer, packing: Packing, name: string, budget: UnpackBudget, handler: MemberHandler): Buffer | null {
  const isSlow = packing === "xz" || packing === "bzip2";
  const maxOutputLength = Math.min(budget.mostOf(packed.length), isSlow ? mostSlowlyUnpackedBytes : Infinity);
  if (maxOutputLength <= 0) {
    handler.cutShort("unpacks to more than is looked at of one file");
    return null;
  }
  try {
    const bytes = unpack(packed, packing, maxOutputLength);
    budget.spend(bytes.length);
    return bytes;
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    if (tooLarge) budget.spend(maxOutputLength);
    handler.cutShort(
      tooLarge
        ? `holds ${name}, which unpacks to more than ${maxOutputLength} bytes and was not looked at`
        : `holds ${name}, which is ${isUnread(error) ? "packed in a way that is not read" : "damaged"} and was not looked at`,
    );
    return null;
  }
}

function isUnread(error: unknown): boolean {
  return error instanceof BallastError && error.code === "unsupported-image";
}

/** Collects data that must be complete before it can be unpacked. */
export class Gathered {
  #pieces: Buffer[] = [];
  bytes = 0;

  /** Copies the piece, because its memory is reused. */
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

/** Reads an archive once it is complete, for kinds that can only be unpacked as a whole. */
export abstract class WholeFileReader implements ArchiveReader {
  protected readonly budget: UnpackBudget;
  protected readonly handler: MemberHandler;
  /** Null once it is too large. */
  #gathered: Gathered | null = new Gathered();

  constructor(budget: UnpackBudget, handler: MemberHandler) {
    this.budget = budget;
    this.handler = handler;
  }

  write(chunk: Buffer): void {
    if (this.#gathered === null) return;
    if (this.#gathered.bytes + chunk.length <= mostPackedBytes) {
      this.#gathered.add(chunk);
      return;
    }
    this.#gathered = null;
    this.tooLarge();
  }

  end(): void {
    const whole = this.#gathered?.take();
    if (whole !== undefined) this.readWhole(whole);
  }

  protected abstract readWhole(content: Buffer): void;

  /** Called once, instead of `readWhole`. */
  protected tooLarge(): void {
    this.handler.cutShort(`has more than ${mostPackedBytes} compressed bytes and was not looked into`);
  }
}

/** A compressed file, treated as an archive with one member, named like the file without its compression suffix. */
export class PackedFileReader extends WholeFileReader {
  readonly #name: string;
  readonly #packing: Wrapping;

  constructor(name: string, packing: Wrapping, budget: UnpackBudget, handler: MemberHandler) {
    super(budget, handler);
    this.#name = name;
    this.#packing = packing;
  }

  protected override readWhole(packed: Buffer): void {
    const bytes = unpackMember(packed, this.#packing, this.#name, this.budget, this.handler);
    if (bytes === null || !this.handler.begin(this.#name, bytes.length)) return;
    this.handler.data(bytes);
    this.handler.end();
  }
}
