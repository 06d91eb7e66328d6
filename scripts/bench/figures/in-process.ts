/** Figures that are no ratio of two commands: bytes a second of the secret scanner, milliseconds of a key press. */
import { closeSync, openSync, readSync } from "node:fs";

import { compileRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { createContentScanner } from "../../../analyzers/secrets/content-scanner.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { walkTarFile } from "../../../src/tar/read/walk.ts";
import { frameTimes } from "../../../test/bench/tui-frame.ts";
import type { BenchImage } from "../inputs/archive.ts";
import type { Figure } from "../table.ts";

const secretsTarget = 200;
const frameTarget = 16;
const frameRatioTarget = 1.5;

/** Feeds the image's files to the scanner of one thread, as the layer workers do; at most a gigabyte. */
export function secretsThroughput(image: BenchImage): Figure {
  const scanner = createContentScanner(compileRules());
  const chunk = Buffer.allocUnsafe(256 * 1024);
  let bytes = 0;
  let nanoseconds = 0n;
  for (const layer of image.layers) {
    const fd = openSync(layer.path, "r");
    const entries: TarEntry[] = [];
    walkTarFile(fd, 0, layer.bytes, (entry) => void (entry.type === EntryType.file && entries.push(entry)));
    for (const [index, entry] of entries.entries()) {
      if (bytes > 1e9) break;
      scanner.begin(index, entry.path, entry.storedSize);
      for (let at = 0; at < entry.storedSize; at += chunk.length) {
        const length = readSync(fd, chunk, 0, Math.min(chunk.length, entry.storedSize - at), entry.dataOffset + at);
        const start = process.hrtime.bigint();
        scanner.write(chunk.subarray(0, length));
        nanoseconds += process.hrtime.bigint() - start;
      }
      const start = process.hrtime.bigint();
      scanner.end();
      nanoseconds += process.hrtime.bigint() - start;
      bytes += entry.storedSize;
    }
    closeSync(fd);
  }
  const speed = bytes / 1e6 / (Number(nanoseconds) / 1e9);
  return {
    name: "secrets, one thread",
    text: `${Math.round(speed)} MB/s over ${Math.round(bytes / 1e6)} MB (target ${secretsTarget} MB/s)`,
    isMissed: speed < secretsTarget,
  };
}

/** Every key of the bench's list in trees of 1,000 and 160,000 rows, from the byte that arrives to the bytes that leave. */
export async function keyPresses(): Promise<Figure[]> {
  const small = await frameTimes(1000);
  const large = await frameTimes(160_000);
  return Object.entries(large.median).map(([key, median]) => {
    const ratio = median / small.median[key]!;
    return {
      name: `key ${key} at ${large.rows.toLocaleString("en")} rows`,
      text: `${median} ms, ${ratio.toFixed(2)} × that at ${small.rows.toLocaleString("en")} rows (target ${frameTarget} ms, ${frameRatioTarget} ×)`,
      isMissed: median > frameTarget || ratio > frameRatioTarget,
    };
  });
}
