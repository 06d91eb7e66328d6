/** rpm's own database of packages (`Packages.db`, rpm's lib/backend/ndb/rpmpkg.c): slots of 16 bytes, blobs in blocks of 16 bytes. */
import { PackageDataError } from "../data-error.ts";

const fileMagic = 0x506d7052; // RpmP
const slotMagic = 0x746f6c53; // Slot
const blobMagic = 0x53626c42; // BlbS
const pageBytes = 4096;
const slotBytes = 16;
const blockBytes = 16;

/** @throws {PackageDataError} */
export function* ndbBlobs(content: Buffer): Generator<Buffer> {
  if (content.length < pageBytes || content.readUInt32LE(0) !== fileMagic)
    throw new PackageDataError("is not a package database of rpm (ndb)");
  const slotPages = content.readUInt32LE(12);
  const slotsEnd = slotPages * pageBytes;
  if (slotsEnd > content.length) throw new PackageDataError("is damaged: its slots lie outside of it");
  // The file's header takes the room of the first two slots.
  for (let at = 2 * slotBytes; at < slotsEnd; at += slotBytes) {
    const [magic, packageIndex, blockOffset] = [content.readUInt32LE(at), content.readUInt32LE(at + 4), content.readUInt32LE(at + 8)];
    if (magic !== slotMagic) throw new PackageDataError("is damaged: one of its slots has no mark");
    if (blockOffset === 0) continue;
    const blob = blockOffset * blockBytes;
    if (blob + 16 > content.length || content.readUInt32LE(blob) !== blobMagic || content.readUInt32LE(blob + 4) !== packageIndex)
      throw new PackageDataError(`is damaged: package ${packageIndex} is not where it should be`);
    const length = content.readUInt32LE(blob + 12);
    if (blob + 16 + length > content.length) throw new PackageDataError(`is damaged: package ${packageIndex} lies outside of it`);
    yield content.subarray(blob + 16, blob + 16 + length);
  }
}
