/**
 * What is kept of a file that tells of packages: a pure function of its bytes, so it can be kept by the layer's digest, cross threads and
 * lie in the cache. Only what the readers need is kept: manifests are many, and most of what stands in them says nothing here.
 */
import { goBuildInfo } from "../binaries/go-build-info.ts";
import { readElf } from "../binaries/elf.ts";
import type { ElfFacts } from "../binaries/elf.ts";
import { readJar } from "../binaries/jar.ts";
import type { JarFacts } from "../binaries/jar.ts";
import { auditableCrates } from "../binaries/rust-auditable.ts";
import { PackageDataError } from "../data-error.ts";
import { readRpmDatabase } from "../rpm/database.ts";
import type { ByteSource } from "./byte-source.ts";
import { mostBytes } from "./sources.ts";
import type { SourceKind } from "./sources.ts";

export type KeptFile =
  /** The content, or those of its fields that count, in the same form. */
  | { readonly text: Uint8Array }
  | { readonly elf: BinaryFacts }
  | { readonly jar: JarFacts }
  /** It could not be read as what it claims to be; a sentence without subject. */
  | { readonly problem: string };

export interface BinaryFacts extends ElfFacts {
  /** Go's build information: the version of Go, then the module lines. */
  readonly go: { readonly version: string; readonly modules: string } | null;
  /** What cargo-auditable writes, as JSON. */
  readonly crates: string | null;
}

/** Null when the file is not what its name let expect, and nothing is wrong with that. */
export function keepFile(kind: SourceKind, bytes: ByteSource): KeptFile | null {
  if (bytes.size > mostBytes[kind])
    return { problem: `has ${bytes.size} bytes, more than the ${mostBytes[kind]} that are read of such a file` };
  try {
    if (kind === "elf") return keepBinary(bytes);
    if (kind === "jar") return { jar: readJar(bytes) };
    const content = bytes.read(0, bytes.size);
    if (content === null) return { problem: "was not kept whole while its layer went by" };
    return { text: reduced(kind, content) };
  } catch (error) {
    if (error instanceof PackageDataError) return { problem: error.message };
    throw error;
  }
}

function keepBinary(bytes: ByteSource): KeptFile | null {
  const elf = readElf(bytes);
  if (elf === null) return null;
  const { sections, ...facts } = elf;
  const kept = { ...facts, go: goBuildInfo(bytes, elf), crates: auditableCrates(bytes, sections) };
  const isPlain = kept.debugBytes === 0 && kept.symbolBytes === 0 && kept.go === null && kept.crates === null;
  return isPlain ? null : { elf: kept };
}

function reduced(kind: SourceKind, content: Buffer): Uint8Array {
  switch (kind) {
    case "npm-package":
    case "npm-application":
      return Buffer.from(JSON.stringify(manifestFields(content)));
    case "python-metadata":
      return Buffer.from(metadataFields(content.toString("utf8")));
    case "rpm-sqlite":
    case "rpm-ndb":
    case "rpm-bdb":
      return Buffer.from(JSON.stringify(readRpmDatabase(kind, content)));
    case "dpkg-status":
      return Buffer.from(statusFields(content.toString("utf8")));
    default:
      // Copied: what it was read into may be used again.
      return Buffer.from(content);
  }
}

const manifestKeys = ["name", "version", "dependencies", "optionalDependencies", "peerDependencies", "devDependencies"] as const;

function manifestFields(content: Buffer): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(content.toString("utf8"));
  } catch {
    throw new PackageDataError("is not JSON");
  }
  const record = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  return Object.fromEntries(manifestKeys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])));
}

/** The headers up to the first empty line, without the description that some write among them. */
function metadataFields(text: string): string {
  const head = text.slice(0, text.search(/\r?\n\r?\n|$(?![\s\S])/));
  return head
    .split("\n")
    .filter((line) => /^(?:Name|Version|Requires-Dist|Requires|Provides-Extra):/i.test(line))
    .join("\n");
}

const statusField =
  /^(?:Package|Status|Version|Architecture|Multi-Arch|Essential|Important|Protected|Section|Depends|Pre-Depends|Recommends|Suggests|Provides):/i;

/** The fields that count, each on one line; descriptions and configuration files make up most of the rest. */
function statusFields(text: string): string {
  const lines: string[] = [];
  let isKept = false;
  for (const line of text.split("\n")) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (isKept) lines[lines.length - 1] += line.trimEnd();
      continue;
    }
    isKept = statusField.test(line);
    if (isKept || line.trim() === "") lines.push(line.trimEnd());
  }
  return lines.join("\n");
}
