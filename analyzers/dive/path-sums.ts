import { grown, growth } from "../../src/base/grown.ts";
import type { NameColumns } from "../../src/filesystem/columns/name-columns.ts";
import { displayBytes } from "../../src/filesystem/paths.ts";
import type { DiveFigures } from "../analysis.ts";

/** What dive adds up for each path, by node. */
export class PathSums {
  readonly #names: NameColumns;
  /** 1 for paths that dive lists. */
  #areKnown = new Uint8Array(1024);
  #counts = new Int32Array(1024);
  #bytes = new Float64Array(1024);
  /** The smallest copy; -1 until a visit succeeds. dive does add that -1 up. */
  #smallest = new Float64Array(1024);

  constructor(names: NameColumns) {
    this.#names = names;
  }

  /** A copy of a path. */
  add(node: number, bytes: number): void {
    this.mention(node);
    this.#counts[node]! += 1;
    this.#bytes[node]! += bytes;
    const smallest = this.#smallest[node]!;
    if (smallest < 0 || bytes < smallest) this.#smallest[node] = bytes;
  }

  /** Lists a path, even if dive then fails to size it. */
  mention(node: number): void {
    if (node >= this.#areKnown.length) this.#grow(growth * node);
    if (this.#areKnown[node] === 1) return;
    this.#areKnown[node] = 1;
    this.#smallest[node] = -1;
  }

  summary(userSizeBytes: number): Pick<DiveFigures, "efficiency" | "wastedBytes" | "wastedUserPercent" | "inefficiencies"> {
    let [smallest, all, wastedBytes] = [0, 0, 0];
    const inefficiencies: { path: string; count: number; bytes: number }[] = [];
    for (let node = 0; node < this.#areKnown.length; node += 1) {
      if (this.#areKnown[node] === 0) continue;
      const [count, bytes] = [this.#counts[node]!, this.#bytes[node]!];
      smallest += this.#smallest[node]!;
      all += bytes;
      if (count < 2) continue;
      wastedBytes += bytes;
      inefficiencies.push({ path: `/${displayBytes(this.#names.path(node))}`, count, bytes });
    }
    inefficiencies.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
    return {
      efficiency: all === 0 ? 1 : smallest / all,
      wastedBytes,
      wastedUserPercent: wastedBytes === 0 && userSizeBytes === 0 ? null : wastedBytes / userSizeBytes,
      inefficiencies,
    };
  }

  #grow(length: number): void {
    this.#areKnown = grown(this.#areKnown, length);
    this.#counts = grown(this.#counts, length);
    this.#bytes = grown(this.#bytes, length);
    this.#smallest = grown(this.#smallest, length);
  }
}
