import { checksum, field, viewOf } from "../tar/header.ts";
import { readNumber } from "../tar/numbers.ts";

/** How a blob is compressed. `none` is a plain tar archive, `unknown` anything else. */
export type SniffedCompression = "none" | "gzip" | "zstd" | "bzip2" | "xz" | "unknown";

/** What can be read. Only the first three have media types in manifests; `docker load` accepts all five by their magic numbers. */
export type ReadableCompression = Exclude<SniffedCompression, "unknown">;

/** Bytes from the start of a blob that sniffing needs, or the whole blob when it is shorter. */
export const sniffBytes = 512;

/**
 * Detects the compression of a blob by its magic number, since media types may be wrong. A plain tar archive is recognized by its magic or
 * its first header's checksum (v7 archives have no magic), or by being empty: no bytes, or only zeros.
 */
export function sniffCompression(head: Buffer): SniffedCompression {
  if (isTarHeader(head)) return "none";
  if (startsWith(head, 0x1f, 0x8b)) return "gzip";
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return "zstd";
  // A skippable frame (RFC 8878 section 3.1.2), with which zstd:chunked and pzstd start.
  if (head.length >= 4 && (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50) return "zstd";
  if (startsWith(head, 0x42, 0x5a, 0x68) && head[3]! >= 0x31 && head[3]! <= 0x39) return "bzip2";
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return "xz";
  return head.every((byte) => byte === 0) ? "none" : "unknown";
}

function isTarHeader(head: Buffer): boolean {
  if (head.length < 512) return false;
  if (head.toString("latin1", field.magic.at, field.magic.at + 5) === "ustar") return true;
  return head[0] !== 0 && checksum(viewOf(head), 0) === readNumber(head, field.checksum.at, field.checksum.length);
}

function startsWith(head: Buffer, ...magic: number[]): boolean {
  return head.length >= magic.length && magic.every((byte, i) => head[i] === byte);
}
