/** Reads an archive both ways, as a stream cut at awkward places and by seeking in a file, and holds them to the same answer. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "vitest";

import type { TarEntry } from "../../../src/tar/entry.ts";
import type { TarLimits } from "../../../src/tar/read/limits.ts";
import { TarParser } from "../../../src/tar/read/parser.ts";
import { walkTarFile } from "../../../src/tar/read/walk.ts";
import type { TarWarning } from "../../../src/tar/read/warning.ts";

export interface ReadTar {
  readonly entries: readonly TarEntry[];
  /** The stored data of each entry. */
  readonly data: readonly Buffer[];
  readonly warnings: readonly TarWarning[];
}

const chunkSizes = [1 << 20, 512, 1000, 77];

export function readTar(archive: Buffer, limits: Partial<TarLimits> = {}): ReadTar {
  const [first, ...others] = chunkSizes.map((size) => attempt(() => parse(archive, size, limits)));
  const walked = attempt(() => walk(archive, limits));
  for (const other of others) expect(comparable(other)).toEqual(comparable(first!));
  if ("error" in first!) {
    expect(walked).toEqual(first);
    throw first.error;
  }
  expect(walked).toEqual({ value: { entries: first!.value.entries, warnings: first!.value.warnings } });
  return first!.value;
}

/** Buffers are compared by the byte, slowly: as text they are not. */
function comparable(result: { value: ReadTar } | { error: Error }): unknown {
  return "error" in result ? result : { ...result.value, data: result.value.data.map((bytes) => bytes.toString("latin1")) };
}

function parse(archive: Buffer, chunkSize: number, limits: Partial<TarLimits>): ReadTar {
  const entries: TarEntry[] = [];
  const data: Buffer[] = [];
  let pieces: Buffer[] = [];
  const parser = new TarParser(
    {
      entry(entry) {
        entries.push(entry);
        pieces = [];
        return true;
      },
      data(chunk) {
        pieces.push(Buffer.from(chunk));
      },
      endEntry() {
        data.push(Buffer.concat(pieces));
      },
    },
    limits,
  );
  for (let at = 0; at < archive.length; at += chunkSize) parser.write(archive.subarray(at, at + chunkSize));
  parser.end();
  return { entries, data, warnings: parser.warnings };
}

function walk(archive: Buffer, limits: Partial<TarLimits>): Omit<ReadTar, "data"> {
  const directory = mkdtempSync(join(tmpdir(), "ballast-tar-"));
  const path = join(directory, "layer.tar");
  // The archive does not begin where the file does, as a layer within an image archive.
  writeFileSync(path, Buffer.concat([Buffer.from("before"), archive, Buffer.from("after")]));
  const fd = openSync(path, "r");
  try {
    const entries: TarEntry[] = [];
    const { warnings } = walkTarFile(fd, 6, 6 + archive.length, (entry) => entries.push(entry), limits);
    return { entries, warnings };
  } finally {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  }
}

function attempt<T>(run: () => T): { value: T } | { error: Error } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: error as Error };
  }
}
