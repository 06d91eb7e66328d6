/**
 * Packs of a git repository (gitformat-pack), which make up most of a clone: every version of every file. Of a version stored as a delta
 * only the new parts are read; the rest is found in the version that introduced it.
 */
import { inflateSync } from "node:zlib";

import { WholeFileReader } from "./archive-reader.ts";

const packPath = /(?:^|\/)objects\/pack\/[^/]+\.pack$/;
const headBytes = 12;
const names: Readonly<Record<number, string>> = { 1: "commit", 3: "blob", 4: "tag", 6: "change", 7: "change" };
const byOffset = 6;
const byId = 7;
const idBytes = 20;
/** Larger objects are programs or pictures. */
const mostObjectBytes = 32 * 1024 * 1024;
/** The overhead of an object, in bytes of content: even an empty one takes as long as a few lines. */
const objectCost = 1024;

export function isGitPack(path: string, head: Buffer): boolean {
  return head[0] === 0x50 && head.toString("latin1", 0, 4) === "PACK" && (head[7] === 2 || head[7] === 3) && packPath.test(path);
}

/** A part of a pack could not be parsed. */
class Damaged extends Error {}

/** An archive of the objects, each named after its type, because the ids are in the index, a separate file. */
export class GitPackReader extends WholeFileReader {
  /** Not reported: that is the size of the packs of large programs, which an image is only meant to run (docs/secrets.md). */
  protected override tooLarge(): void {}

  protected override readWhole(pack: Buffer): void {
    if (pack.length < headBytes) return;
    try {
      this.#readObjects(pack);
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.handler.cutShort("holds an object of git that is damaged, and what follows was not looked at");
    }
  }

  #readObjects(pack: Buffer): void {
    const count = pack.readUInt32BE(8);
    let at = headBytes;
    for (let i = 0; i < count; i += 1) {
      const { kind, bytes, dataAt } = objectHead(pack, at);
      if (bytes > mostObjectBytes || !this.budget.spend(bytes + objectCost)) {
        this.handler.cutShort("holds more or larger objects of git than are looked at");
        return;
      }
      const { content, packedBytes } = inflated(pack, dataAt, bytes);
      at = dataAt + packedBytes;
      const name = names[kind];
      const text = name === "change" ? newBytes(content) : content;
      if (name === undefined || text.length === 0 || !this.handler.begin(name, text.length)) continue;
      this.handler.data(text);
      this.handler.end();
    }
  }
}

/** The object's kind, its unpacked bytes, and where its compressed data begins. */
function objectHead(pack: Buffer, start: number): { readonly kind: number; readonly bytes: number; readonly dataAt: number } {
  let at = start;
  const next = (): number => {
    if (at >= pack.length) throw new Damaged();
    return pack[at++]!;
  };
  let byte = next();
  const kind = (byte >> 4) & 7;
  let bytes = byte & 0x0f;
  for (let unit = 16; byte >= 0x80; unit *= 128) {
    byte = next();
    bytes += (byte & 0x7f) * unit;
  }
  if (kind === byOffset) while (next() >= 0x80);
  return { kind, bytes, dataAt: kind === byId ? at + idBytes : at };
}

interface Inflated {
  readonly content: Buffer;
  readonly packedBytes: number;
}

function inflated(pack: Buffer, at: number, bytes: number): Inflated {
  try {
    const options = { info: true, maxOutputLength: Math.max(1, bytes), chunkSize: Math.max(64, bytes + 1) };
    // With `info` it also returns how far it read, which its types do not declare.
    const { buffer, engine } = inflateSync(pack.subarray(at), options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length !== bytes) throw new Damaged();
    return { content: buffer, packedBytes: engine.bytesWritten };
  } catch {
    throw new Damaged();
  }
}

/** The literal parts of a delta, each on its own line; adjacent ones are joined. */
function newBytes(delta: Buffer): Buffer {
  let at = 0;
  // The sizes of both versions come first.
  for (let sizes = 0; sizes < 2 && at < delta.length; at += 1) if (delta[at]! < 0x80) sizes += 1;
  const pieces: Buffer[] = [];
  let touches = true;
  while (at < delta.length) {
    const instruction = delta[at++]!;
    if (instruction >= 0x80) {
      for (let bit = 0; bit < 7; bit += 1) at += (instruction >> bit) & 1;
      touches = false;
      continue;
    }
    if (!touches && pieces.length > 0) pieces.push(lineEnd);
    pieces.push(delta.subarray(at, at + instruction));
    at += instruction;
    touches = true;
  }
  return Buffer.concat(pieces);
}

const lineEnd = Buffer.from("\n");
