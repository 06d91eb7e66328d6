/** The list that cargo-auditable links into a program: its crates as deflated JSON, in a section of its own. */
import { inflateSync } from "node:zlib";

import { PackageDataError } from "../data-error.ts";
import type { ByteSource } from "../evidence/byte-source.ts";
import { parseJson, recordOf, stringOf } from "../manifests/json.ts";
import type { ElfSection } from "./elf.ts";

/** A hundred times what the largest known programs take. */
const mostStoredBytes = 1024 * 1024;
const mostBytes = 8 * 1024 * 1024;

export interface Crate {
  readonly name: string;
  readonly version: string;
  /** The program's own crate. */
  readonly isRoot: boolean;
}

/**
 * The crates that were linked in; null if the section is absent or was not kept.
 * @throws {PackageDataError} when it cannot be read
 */
export function auditableCrates(bytes: ByteSource, sections: readonly ElfSection[]): Crate[] | null {
  const section = sections.find(({ name }) => name === ".dep-v0");
  if (section === undefined) return null;
  if (section.bytes > mostStoredBytes) throw new PackageDataError(`has a list of crates of more than ${mostStoredBytes} bytes`);
  const content = bytes.read(section.offset, section.bytes);
  if (content === null) return null;
  const list = recordOf(parseJson(inflated(content)))?.["packages"];
  return (Array.isArray(list) ? list : []).flatMap((item: unknown): Crate[] => {
    const json = recordOf(item) ?? {};
    const [name, version] = [stringOf(json["name"]), stringOf(json["version"])];
    if (name === null || version === null || json["kind"] === "build") return [];
    return [{ name, version, isRoot: json["root"] === true }];
  });
}

function inflated(content: Buffer): Buffer {
  try {
    return inflateSync(content, { maxOutputLength: mostBytes });
  } catch {
    throw new PackageDataError("has a list of crates that is damaged or too large");
  }
}
