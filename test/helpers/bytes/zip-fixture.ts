/** Zip archives for tests, with the turns that real writers take. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipMember {
  readonly name: string;
  readonly content: Buffer | string;
  /** Stored as it is instead of deflated. */
  readonly stored?: boolean;
  /** Java's way: sizes and checksum follow the data. */
  readonly sizesFollow?: boolean;
  readonly encrypted?: boolean;
  /** Another method's number in the header. */
  readonly method?: number;
  /** The content as that method packs it. */
  readonly packed?: Buffer;
}

/** An archive with its central directory, as PKWARE's APPNOTE has it. */
export function zipArchive(members: readonly ZipMember[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored = false, sizesFollow = false, encrypted = false, method = stored ? 0 : 8, packed: given } of members) {
    const bytes = Buffer.from(content);
    const packed = given ?? (stored ? bytes : deflateRawSync(bytes));
    const nameBytes = Buffer.from(name);
    const fields = (withSizes: boolean): Buffer => {
      const shared = Buffer.alloc(26);
      shared.writeUInt16LE(20, 0);
      shared.writeUInt16LE((sizesFollow ? 8 : 0) | (encrypted ? 1 : 0), 2);
      shared.writeUInt16LE(method, 4);
      if (withSizes) {
        shared.writeUInt32LE(crc32(bytes), 10);
        shared.writeUInt32LE(packed.length, 14);
        shared.writeUInt32LE(bytes.length, 18);
      }
      shared.writeUInt16LE(nameBytes.length, 22);
      return shared;
    };
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields(!sizesFollow), nameBytes, packed]);
    const descriptor = Buffer.alloc(sizesFollow ? 16 : 0);
    if (sizesFollow) {
      descriptor.write("PK\x07\x08", "latin1");
      descriptor.writeUInt32LE(crc32(bytes), 4);
      descriptor.writeUInt32LE(packed.length, 8);
      descriptor.writeUInt32LE(bytes.length, 12);
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields(true), rest, nameBytes);
    pieces.push(local, descriptor);
    offset += local.length + descriptor.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, table, end]);
}
