/** Reads a Java archive or other zip file: its central directory (PKWARE APPNOTE 4.3), its manifest, and the members asked for. */
import { inflateRawSync } from "node:zlib";

import { PackageDataError } from "../data-error.ts";
import type { ByteSource } from "../evidence/byte-source.ts";

export interface JarFacts {
  /** `Implementation-Title` and the like, by name; empty if there is no manifest. */
  readonly manifest: Readonly<Record<string, string>>;
  /** `group/artifact` of the Maven projects in it. */
  readonly projects: readonly string[];
  /** Archives inside the archive, with the bytes they take in it. */
  readonly nested: readonly { readonly name: string; readonly bytes: number }[];
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const mostCommentBytes = 0xffff;
const mostDirectoryBytes = 64 * 1024 * 1024;
const mostManifestBytes = 1024 * 1024;
const mostMemberBytes = 1024 * 1024;
const deflated = 8;
/** Archives and projects in one archive; real ones hold a few hundred. */
const mostParts = 20_000;

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly localOffset: number;
}

/** @throws {PackageDataError} when it is not such an archive, or is incomplete */
export function readJar(bytes: ByteSource): JarFacts {
  const projects: string[] = [];
  const nested: { name: string; bytes: number }[] = [];
  let manifest: Readonly<Record<string, string>> = {};
  for (const entry of entriesOf(bytes)) {
    const project = /^META-INF\/maven\/([^/]+\/[^/]+)\/pom\.properties$/.exec(entry.name)?.[1];
    if (project !== undefined) projects.push(project);
    else if (entry.name.endsWith(".jar"))
      nested.push({ name: entry.name.slice(entry.name.lastIndexOf("/") + 1), bytes: entry.packedBytes });
    else if (entry.name === "META-INF/MANIFEST.MF") manifest = manifestOf(bytes, entry);
    if (projects.length + nested.length > mostParts) throw new PackageDataError(`holds more than ${mostParts} archives and projects`);
  }
  return { manifest, projects, nested };
}

function entriesOf(bytes: ByteSource): ZipEntry[] {
  const tailBytes = Math.min(bytes.size, endBytes + mostCommentBytes);
  const tail = bytes.read(bytes.size - tailBytes, tailBytes);
  const at = tail === null ? -1 : lastSignature(tail);
  if (tail === null || at < 0) throw new PackageDataError("is not a whole Java archive: it has no table of contents");
  const [count, size, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (size > mostDirectoryBytes) throw new PackageDataError(`claims a table of contents of ${size} bytes`);
  // A program may precede the archive (Spring Boot's executable jars), so the table is found from its end, where the end record begins.
  const endAt = bytes.size - tailBytes + at;
  const start = endAt - size;
  const directory = bytes.read(start, size);
  if (directory === null) throw new PackageDataError("has a table of contents that lies outside of it, or is too large to be kept");
  return directoryEntries(directory, count, start - offset);
}

function lastSignature(tail: Buffer): number {
  for (let at = tail.length - endBytes; at >= 0; at -= 1) if (tail.readUInt32LE(at) === endSignature) return at;
  return -1;
}

function directoryEntries(directory: Buffer, count: number, shift: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  // The count is a 16-bit field and wraps in large archives, so the table's own end decides.
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature;) {
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameBytes),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      localOffset: directory.readUInt32LE(at + 42) + shift,
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  if (entries.length < count && entries.length === 0) throw new PackageDataError("has a damaged table of contents");
  return entries;
}

const manifestKeys = new Set([
  "Implementation-Title",
  "Implementation-Version",
  "Bundle-SymbolicName",
  "Bundle-Version",
  "Specification-Version",
  "Start-Class",
]);

/**
 * The entries of the manifest's `Class-Path`, as written: URLs relative to the archive, separated by blanks (JAR File Specification).
 * @throws {PackageDataError} as `readJar`
 */
export function classPathOf(bytes: ByteSource): string[] {
  const manifest = entriesOf(bytes).find(({ name }) => name === "META-INF/MANIFEST.MF");
  if (manifest === undefined) return [];
  const written = fieldsOf(manifestText(bytes, manifest)).find(([name]) => name.toLowerCase() === "class-path")?.[1] ?? "";
  return written.split(/\s+/).filter((path) => path !== "");
}

export interface ArchiveMember {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Unpacked members with a matching name, up to a mebibyte each and `mostBytes` in all; damaged ones are left out.
 * @throws {PackageDataError} as `readJar`
 */
export function* membersOf(bytes: ByteSource, wanted: RegExp, mostBytes: number): Generator<ArchiveMember> {
  let left = mostBytes;
  for (const entry of entriesOf(bytes)) {
    if (left <= 0) return;
    if (!wanted.test(entry.name) || entry.packedBytes > mostMemberBytes) continue;
    const content = unpacked(bytes, entry, Math.min(left, mostMemberBytes));
    // A damaged or oversized member cost time to unpack as well.
    left -= content === null ? mostMemberBytes : content.length;
    if (content !== null) yield { name: entry.name, content };
  }
}

/** Null if it was not kept, is damaged, or is too large. */
function unpacked(bytes: ByteSource, { method, packedBytes, localOffset }: ZipEntry, most: number): Buffer | null {
  const head = bytes.read(localOffset, 30);
  if (head === null || head.readUInt32LE(0) !== localSignature) return null;
  const packed = bytes.read(localOffset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), packedBytes);
  if (packed === null || (method !== deflated && packed.length > most)) return null;
  try {
    return method === deflated ? inflateRawSync(packed, { maxOutputLength: most }) : packed;
  } catch {
    return null;
  }
}

/** True for bytes that end like a zip file without a comment, whatever precedes it, such as the `#!` line of a zipapp. */
export function endsAsArchive(content: Buffer): boolean {
  return content.length >= endBytes && content.readUInt32LE(content.length - endBytes) === endSignature;
}

function manifestOf(bytes: ByteSource, entry: ZipEntry): Record<string, string> {
  return Object.fromEntries(fieldsOf(manifestText(bytes, entry)).filter(([name]) => manifestKeys.has(name)));
}

/**
 * Empty if it was not kept.
 * @throws {PackageDataError} when it is damaged, or unpacks to more than any manifest has
 */
function manifestText(bytes: ByteSource, { method, packedBytes, localOffset }: ZipEntry): string {
  if (packedBytes > mostManifestBytes) throw new PackageDataError(`has a manifest of more than ${mostManifestBytes} bytes`);
  const head = bytes.read(localOffset, 30);
  if (head === null || head.readUInt32LE(0) !== localSignature) return "";
  const start = localOffset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = bytes.read(start, packedBytes);
  if (packed === null) return "";
  try {
    return (method === deflated ? inflateRawSync(packed, { maxOutputLength: mostManifestBytes }) : packed).toString("utf8");
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    throw new PackageDataError(
      isTooLarge ? `has a manifest that unpacks to more than ${mostManifestBytes} bytes` : "has a damaged manifest",
    );
  }
}

function fieldsOf(text: string): (readonly [name: string, value: string])[] {
  const lines = text.replaceAll(/\r?\n /g, "").split(/\r?\n/);
  return lines.flatMap((line) => {
    const colon = line.indexOf(": ");
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 2).trim()] as const] : [];
  });
}
