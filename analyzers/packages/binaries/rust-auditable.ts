/** What cargo-auditable links into a program: its crates as JSON, deflated, in a section of its own. */
import { inflateSync } from "node:zlib";

import type { ByteSource } from "../evidence/byte-source.ts";
import type { ElfSection } from "./elf.ts";

/** As cargo-auditable's own readers bound it. */
const mostStoredBytes = 8 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

/** Null when the section is not there, was not kept or cannot be read. */
export function auditableCrates(bytes: ByteSource, sections: readonly ElfSection[]): string | null {
  const section = sections.find(({ name }) => name === ".dep-v0");
  if (section === undefined || section.bytes > mostStoredBytes) return null;
  const content = bytes.read(section.offset, section.bytes);
  if (content === null) return null;
  try {
    return inflateSync(content, { maxOutputLength: mostBytes }).toString("utf8");
  } catch {
    return null;
  }
}
