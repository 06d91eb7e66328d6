/** An analysis of very many files, with the variety of a real image: names, sizes, times, owners, layers and waste. */
import type { Analysis, Waste } from "../../../analyzers/analysis.ts";
import { MergedTree } from "../../../src/filesystem/merged-tree.ts";
import { analysisOf } from "../analysis.ts";
import { catalogOf } from "./catalog.ts";

const layers = 12;
const perDirectory = 40;
const packages = 300;
const roots = ["usr/lib/node_modules", "usr/lib/python3/dist-packages", "usr/share/doc", "usr/include", "app/node_modules", "var/lib"];
const syllables = ["con", "fig", "lib", "test", "core", "util", "http", "parse", "node", "map", "set", "io", "net", "log", "data", "type"];
const endings = [".js", ".d.ts", ".py", ".so", ".h", ".json", ".md", ".map"];

export function manyFiles(count: number): Analysis {
  const random = generator(7);
  const word = (): string => `${pick(syllables, random)}${pick(syllables, random)}${Math.floor(random() * 900)}`;
  const tree = new MergedTree();
  const owners = Array.from({ length: packages }, (_, at) => ({
    kind: "unowned" as const,
    package: null,
    name: `/opt/owner-${at}`,
    bytes: 0,
    files: 0,
  }));
  const entryOwners: Int32Array[] = [];
  const waste: Waste[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const entries: { path: string; size: number; mtimeSeconds: number; mode: number }[] = [];
    const inLayer = Math.floor(count / layers) + (layer < count % layers ? 1 : 0);
    let directory = "";
    let time = 1_600_000_000;
    for (let file = 0; file < inLayer; file += 1) {
      if (file % perDirectory === 0) {
        directory = `${pick(roots, random)}/${word()}-${layer}-${file}/${word()}`;
        time = 1_600_000_000 + Math.floor(random() * 1e8);
      }
      const size = Math.floor(Math.exp(random() * 12));
      entries.push({
        path: `${directory}/${word()}-${file}${pick(endings, random)}`,
        size,
        mtimeSeconds: time,
        mode: random() < 0.1 ? 0o755 : 0o644,
      });
      if (random() < 0.05)
        waste.push({ path: `/${directory}/${word()}.tmp`, bytes: size + 1, cause: "removed", layer: 0, supersededBy: layer });
    }
    tree.addLayer(catalogOf(entries));
    entryOwners.push(Int32Array.from(entries, (_, at) => Math.floor(at / perDirectory) % packages));
  }
  const [plain] = analysisOf().layers;
  const figures = Array.from({ length: layers }, (_, index) => ({ ...plain!, index, bytes: tree.layerBytes[index]! }));
  const packagesOf = { owners, packages: [], findings: [], unownedBytes: 0, entryOwners, warnings: [] };
  return analysisOf({ tree, waste, layers: figures, packages: packagesOf });
}

function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)]!;
}

/** The same numbers from 0 to 1 every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
