/**
 * RPM packages (rpm-format(7)): a lead, the signature header, the package header, and the payload, a compressed cpio archive in "new ASCII"
 * format (cpio(5)).
 */
import { archiveKindOf, isWrapping, unpackMember, WholeFileReader } from "./archive-reader.ts";
import type { MemberHandler } from "./archive-reader.ts";

const leadBytes = 96;
const headerMagic = 0x8eade801;
const headerBytes = 16;
const indexEntryBytes = 16;

export class RpmReader extends WholeFileReader {
  protected override readWhole(rpm: Buffer): void {
    const signatureEnd = headerEnd(rpm, leadBytes);
    // The signature header is padded to eight bytes.
    const payloadAt = signatureEnd === null ? null : headerEnd(rpm, Math.ceil(signatureEnd / 8) * 8);
    if (payloadAt === null || payloadAt > rpm.length) {
      this.handler.cutShort("is damaged and was not looked into");
      return;
    }
    const payload = rpm.subarray(payloadAt);
    const packing = archiveKindOf(payload);
    if (packing === null || !isWrapping(packing)) {
      if (payload.length > 0 && !readCpio(payload, this.handler)) this.handler.cutShort("is packed in a way that is not read");
      return;
    }
    const files = unpackMember(payload, packing, "its files", this.budget, this.handler);
    if (files !== null && !readCpio(files, this.handler)) this.handler.cutShort("is damaged, and its rest was not looked at");
  }
}

/** Where the header at this offset ends; null if there is none. */
function headerEnd(rpm: Buffer, at: number): number | null {
  if (at + headerBytes > rpm.length || rpm.readUInt32BE(at) !== headerMagic) return null;
  return at + headerBytes + indexEntryBytes * rpm.readUInt32BE(at + 8) + rpm.readUInt32BE(at + 12);
}

const cpioHeaderBytes = 110;
const cpioMagic = /^07070[12]$/;
const [modeField, sizeField, nameField] = [1, 6, 11];
const [typeMask, regularFile] = [0o170000, 0o100000];
const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** Passes on the regular files; false if it is not a cpio archive, or ends before its last entry. */
function readCpio(archive: Buffer, handler: MemberHandler): boolean {
  for (let at = 0; at + cpioHeaderBytes <= archive.length;) {
    if (!cpioMagic.test(archive.toString("latin1", at, at + 6))) return false;
    const field = (index: number): number => Number.parseInt(archive.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, size, nameBytes] = [field(modeField), field(sizeField), field(nameField)];
    const dataAt = padded(at + cpioHeaderBytes + nameBytes);
    // Also false if a field is not a number.
    if (!(nameBytes > 0 && dataAt + size <= archive.length)) return false;
    const name = archive.toString("latin1", at + cpioHeaderBytes, at + cpioHeaderBytes + nameBytes - 1);
    if (name === "TRAILER!!!") return true;
    if ((mode & typeMask) === regularFile && size > 0 && handler.begin(name, size)) {
      handler.data(archive.subarray(dataAt, dataAt + size));
      handler.end();
    }
    at = padded(dataAt + size);
  }
  return false;
}
