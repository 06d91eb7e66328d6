import { compareTexts } from "../../src/base/text/compare-texts.ts";
import type { Catalog } from "../../src/filesystem/catalog.ts";
import { displayBytes } from "../../src/filesystem/paths.ts";
import type { DiveFigures } from "../analysis.ts";
import { droppedPrefix, goCleanPath, subjectOf } from "./tree.ts";

interface PathFigures {
  count: number;
  bytes: number;
  /** The smallest copy; -1 until a visit succeeds, and dive does add that -1 up. */
  smallest: number;
}

const [fewestBits, mostBits] = [10, 22];
/** Slots for each path, so that few share one. */
const slotsEach = 8;

/**
 * What dive adds up for every path. Most paths of an image are spoken of once, and of those nothing but the sums is kept: which they are is
 * known beforehand, by a hash that now and then takes one of them for a path that is spoken of again, which costs a row and changes nothing.
 */
export class PathTable {
  /** How often paths of that hash are spoken of: 0, 1, or 2 for more. */
  readonly #mentions: Uint8Array;
  /** How far a hash is shifted to become a slot. */
  readonly #shift: number;
  readonly #rows = new Map<string, PathFigures>();
  #all = 0;
  #smallest = 0;

  constructor(catalogs: readonly Catalog[]) {
    const entries = catalogs.reduce((sum, { length }) => sum + length, 1);
    const bits = Math.min(mostBits, Math.max(fewestBits, Math.ceil(Math.log2(entries * slotsEach))));
    this.#mentions = new Uint8Array(2 ** bits);
    this.#shift = 32 - bits;
    for (const catalog of catalogs) {
      for (let i = 0; i < catalog.length; i += 1) {
        const path = goCleanPath(catalog.path(i));
        this.#expect(subjectOf(path));
        // Where a name is dropped, the directory before it may be left as if nothing were in it.
        if (path.includes(droppedPrefix)) this.#expectParents(path);
      }
    }
  }

  /** A copy of a path. */
  add(path: string, bytes: number): void {
    if (this.#mentions[this.#slotOf(path)] === 1) {
      this.#all += bytes;
      this.#smallest += bytes;
      return;
    }
    const figures = this.#row(path);
    figures.count += 1;
    figures.bytes += bytes;
    if (figures.smallest < 0 || bytes < figures.smallest) figures.smallest = bytes;
  }

  /** A path that dive takes up and then gives up on. */
  mention(path: string): void {
    if (this.#mentions[this.#slotOf(path)] === 1) this.#smallest -= 1;
    else this.#row(path);
  }

  summary(userSizeBytes: number): Pick<DiveFigures, "efficiency" | "wastedBytes" | "wastedUserPercent" | "inefficiencies"> {
    let smallest = this.#smallest;
    let all = this.#all;
    let wastedBytes = 0;
    const inefficiencies: { path: string; count: number; bytes: number }[] = [];
    for (const [path, figures] of this.#rows) {
      smallest += figures.smallest;
      all += figures.bytes;
      if (figures.count < 2) continue;
      wastedBytes += figures.bytes;
      inefficiencies.push({ path: `/${displayBytes(path)}`, count: figures.count, bytes: figures.bytes });
    }
    inefficiencies.sort((a, b) => b.bytes - a.bytes || compareTexts(a.path, b.path));
    return {
      efficiency: all === 0 ? 1 : smallest / all,
      wastedBytes,
      wastedUserPercent: wastedBytes === 0 && userSizeBytes === 0 ? null : wastedBytes / userSizeBytes,
      inefficiencies,
    };
  }

  #expect(path: string): void {
    const slot = this.#slotOf(path);
    this.#mentions[slot] = Math.min(2, this.#mentions[slot]! + 1);
  }

  #expectParents(path: string): void {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
      this.#mentions[this.#slotOf(path.slice(0, end))] = 2;
  }

  #row(path: string): PathFigures {
    let figures = this.#rows.get(path);
    if (figures === undefined) this.#rows.set(path, (figures = { count: 0, bytes: 0, smallest: -1 }));
    return figures;
  }

  /** FNV-1a of the path's bytes. */
  #slotOf(path: string): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < path.length; i += 1) hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> this.#shift;
  }
}
