/** What the Go linker writes into a program: the version of Go and the modules it was built from (debug/buildinfo). */
import type { ByteSource } from "../evidence/byte-source.ts";
import type { ElfFile } from "./elf.ts";

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const headerBytes = 32;
const alignment = 16;
/** The linker puts it within this many bytes when no section names it. */
const searchedBytes = 64 * 1024;
/** Five times the module list of the largest known programs. */
const mostBytes = 1024 * 1024;
/** Since Go 1.18 the strings follow the header; before that it held pointers to them. */
const inlineStrings = 2;

export interface GoBuildInfo {
  readonly version: string;
  readonly modules: string;
}

/** Null for programs that are not written in Go, or were built by Go before 1.18. */
export function goBuildInfo(bytes: ByteSource, elf: ElfFile): GoBuildInfo | null {
  const section = elf.sections.find(({ name }) => name === ".go.buildinfo");
  const start = section?.offset ?? elf.dataOffset;
  if (start === null || start >= bytes.size) return null;
  const wanted = Math.min(bytes.size - start, searchedBytes);
  const head = bytes.read(start, wanted);
  if (head === null) return null;
  const at = magicIn(head);
  if (at < 0) return null;
  const rest = bytes.read(start + at, Math.min(bytes.size - start - at, mostBytes)) ?? bytes.read(start + at, wanted - at);
  if (rest === null || rest.length < headerBytes || (rest[15]! & inlineStrings) === 0) return null;
  const version = stringAt(rest, headerBytes);
  const modules = version === null ? null : stringAt(rest, version.end);
  if (version === null || modules === null) return null;
  // Sixteen marker bytes stand before and after the list.
  const text = modules.text.length >= 33 && modules.text.at(-17) === "\n" ? modules.text.slice(16, -16) : "";
  // The build settings stand there too, including anything passed to the linker, which may be secret.
  const lines = text.split("\n").filter((line) => /^(?:path|mod|dep|=>)\t/.test(line));
  return { version: version.text, modules: lines.join("\n") };
}

function magicIn(head: Buffer): number {
  for (let at = head.indexOf(magic); at >= 0; at = head.indexOf(magic, at + 1)) if (at % alignment === 0) return at;
  return -1;
}

/** A string prefixed with its length as a varint. */
function stringAt(buffer: Buffer, start: number): { readonly text: string; readonly end: number } | null {
  let length = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = buffer[at];
    if (byte === undefined || shift > 28) return null;
    at += 1;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return at + length > buffer.length ? null : { text: buffer.toString("utf8", at, at + length), end: at + length };
}
