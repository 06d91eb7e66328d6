/**
 * How long a key press takes to reach the terminal, in trees of 1,000 and 160,000 names over ten layers: from the byte that arrives to
 * the bytes that leave. Prints JSON: milliseconds by key, median and 95th percentile.
 */
import { memoryApp } from "../helpers/screen/ui-fixture.ts";
import type { MemoryApp } from "../helpers/screen/ui-fixture.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";
import type { EntryFixture } from "../helpers/trees/tree-fixture.ts";

const layerCount = 10;

/** Keys as a person presses them in the open tree, cursor in the middle. */
const keys: Readonly<Record<string, readonly string[]>> = {
  down: ["j"],
  up: ["k"],
  "page-down": ["d"],
  "fold-and-unfold": ["h", "l"],
  "to-parent-and-back": ["h", "l", "j"],
  sort: ["o"],
  "only-changed": ["c"],
  "previous-and-next-layer": ["\t", "k", "j", "\t"],
};

export interface FrameTimes {
  readonly rows: number;
  readonly median: Readonly<Record<string, number>>;
  readonly slowest: Readonly<Record<string, number>>;
}

/** Times of each key, in a fully open tree of about `names` names. */
export async function frameTimes(names: number, presses = 40): Promise<FrameTimes> {
  const { app, session, terminal, ended } = await memoryApp(140, 50);
  terminal.output.resume();
  const tree = treeOf(...layersOf(names));
  session.listener!.onImage({
    reference: "bench",
    layers: tree.catalogs.map((_, index) => ({
      index,
      createdBy: "",
      digest: null,
      diffId: `sha256:${index}`,
      mediaType: "",
      created: null,
      storedBytes: 1,
    })),
    platform: { os: "linux", architecture: "amd64" },
  } as never);
  session.listener!.onTree(tree, layerCount);
  while (!app.state.files.isReady) await soon();
  // The cursor goes to the top layer, into the files, everything open, to the middle.
  press({ app, session, terminal, ended }, "G", "\t", "z");
  app.state.files.cursor.to(Math.floor(app.state.files.count / 2));
  const median: Record<string, number> = {};
  const slowest: Record<string, number> = {};
  const rows = app.state.files.count;
  for (const [name, sequence] of Object.entries(keys)) {
    const times: number[] = [];
    for (let i = 0; i < presses; i += 1) {
      for (const key of sequence) {
        const started = performance.now();
        press({ app, session, terminal, ended }, key);
        times.push(performance.now() - started);
      }
      await soon();
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(times[Math.floor(times.length * share)]! * 100) / 100;
    median[name] = at(0.5);
    slowest[name] = at(0.95);
  }
  press({ app, session, terminal, ended }, "q");
  await ended;
  return { rows, median, slowest };
}

function press({ terminal }: MemoryApp, ...sequence: readonly string[]): void {
  // `emit` hands the bytes over at once, as a terminal that is read does.
  for (const key of sequence) terminal.input.emit("data", Buffer.from(key));
}

function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A base of directories with 40 files each, and layers that each change a fortieth of them. */
function layersOf(names: number): EntryFixture[][] {
  const directories = Math.max(1, Math.round(names / 41));
  const base: EntryFixture[] = [];
  for (let d = 0; d < directories; d += 1) {
    const path = `d${d % 20}/d${d % 400}/dir${d}`;
    base.push({ path: `${path}/` });
    for (let f = 0; f < 40; f += 1) base.push({ path: `${path}/file${f}`, size: ((d * 31 + f * 17) % 9973) + 1 });
  }
  const layers = [base];
  for (let layer = 1; layer < layerCount; layer += 1) {
    layers.push(
      base
        .filter((_, i) => i % 40 === layer)
        .map((entry) => ({ ...entry, mtimeSeconds: layer, ...(entry.size === undefined ? {} : { size: entry.size + layer }) })),
    );
  }
  return layers;
}

if (process.argv[1]?.endsWith("tui-frame.js") === true) {
  const small = await frameTimes(1000);
  const large = await frameTimes(160_000);
  const ratio = Object.fromEntries(
    Object.entries(large.median).map(([key, time]) => [key, Math.round((time / small.median[key]!) * 100) / 100]),
  );
  process.stdout.write(`${JSON.stringify({ small, large, ratio }, null, 2)}\n`);
  process.exit(0);
}
