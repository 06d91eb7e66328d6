/** Turns what a session reports into state. */
import { BallastError } from "../src/base/errors.ts";
import type { ShownAnalysis, ShownImage } from "./session.ts";
import type { FileTree } from "../src/filesystem/file-tree.ts";
import { pickOffered } from "./keys/intents/offered.ts";
import { layerLine } from "../analyzers/dockerfile/located.ts";
import { commandOf } from "../src/report/text/layer-command.ts";
import { sanitize } from "../src/terminal/sanitize.ts";
import type { Scheduler } from "./work/scheduler.ts";
import type { SessionListener } from "./session.ts";
import type { Activity, AppState, LayerRow, LoadError } from "./state.ts";
import { rollupSteps } from "./viewmodel/files/rollups.ts";
import { sameContentByHash } from "../src/filesystem/compare.ts";

/** After building the roll-ups of a growing tree, the next build waits this many times as long as the last one took. */
const restFactor = 4;

/** Updates the state and asks for a frame after each change. `treeChanged` is called when the tree has grown. */
export function listen(state: AppState, scheduler: Scheduler, on: { paint(): void; treeChanged(): void }): SessionListener {
  const rollups = new RollupBuilder(state, scheduler, on.treeChanged);
  return {
    onOffered(offered) {
      state.offered = offered;
      on.paint();
    },
    onImage(image) {
      state.image = image;
      state.error = null;
      state.layerRows = image.layers.map(unreadRow);
      state.layers.count = image.layers.length;
      on.paint();
    },
    onProgress({ layer, what, bytes, totalBytes }) {
      if (layer === null) state.activity = progressed(state.activity, { what, bytes, totalBytes }, performance.now());
      const row = layer === null ? undefined : state.layerRows[layer];
      if (row !== undefined && row.bytes === null) row.readBytes = bytes;
      on.paint();
    },
    onLayer(layer, found) {
      const row = state.layerRows[layer];
      if (row !== undefined) {
        row.bytes = found.bytes;
        row.readBytes = null;
      }
      on.paint();
    },
    onTree(tree, merged) {
      rollups.grow(tree, merged);
      on.paint();
    },
    onAnalysis(analysis, { final }) {
      state.analysis = analysis;
      state.isFinal = final;
      if (final) state.activity = null;
      fillRows(state, analysis);
      state.summary.load(analysis);
      state.waste.load(analysis);
      state.secrets.load(analysis);
      state.duplicates.load(analysis);
      state.packages.load(analysis);
      rollups.grow(analysis.tree, analysis.tree.catalogs.length, true);
      on.paint();
    },
    onError(error) {
      state.error = { ...describeError(error), cause: error };
      state.activity = null;
      for (const row of state.layerRows) row.isUnread = row.bytes === null;
      const failure = { kind: "failure" } as const;
      // Does not interrupt someone who is choosing another image.
      const { overlay } = state;
      state.overlay = overlay?.kind === "picker" || overlay?.kind === "offered" ? { ...overlay, back: failure } : failure;
      state.prompt = null;
      // Asks which image is meant. The failure shows only if that is not answered.
      if (error instanceof BallastError && error.code === "ambiguous-image" && state.offered.length > 1) pickOffered(state);
      on.paint();
    },
  };
}

function unreadRow({ index, createdBy, digest, diffId, storedBytes }: ShownImage["layers"][number]): LayerRow {
  return {
    index,
    command: commandOf({ createdBy: createdBy ?? "", digest: digest ?? diffId }),
    storedBytes,
    isUnread: false,
    readBytes: null,
    bytes: null,
    wastedBytes: null,
  };
}

function fillRows({ layerRows }: AppState, analysis: ShownAnalysis): void {
  for (const figures of analysis.layers) {
    const row = layerRows[figures.index];
    if (row === undefined) continue;
    row.bytes = figures.bytes;
    row.readBytes = null;
    row.wastedBytes = figures.wastedBytes;
    row.command = `${lineOf(analysis, figures.index)}${commandOf(figures)}`;
  }
}

/** Continued work keeps its start, from which rate and remaining time are computed. */
function progressed(before: Activity | null, now: Pick<Activity, "what" | "bytes" | "totalBytes">, time: number): Activity {
  const goesOn = before !== null && before.what === now.what && before.bytes <= now.bytes;
  return { ...now, startedAt: goesOn ? before.startedAt : time, startedWith: goesOn ? before.startedWith : now.bytes, now: time };
}

export function describeError(error: unknown): Pick<LoadError, "message" | "hint"> {
  if (error instanceof BallastError) return { message: error.message, hint: error.hint };
  return { message: error instanceof Error ? error.message : String(error), hint: "this is a bug in Ballast; please report it" };
}

class RollupBuilder {
  readonly #state: AppState;
  readonly #scheduler: Scheduler;
  readonly #done: () => void;
  #wanted: { readonly tree: FileTree; readonly merged: number } | null = null;
  #built = 0;
  #restUntil = 0;

  constructor(state: AppState, scheduler: Scheduler, done: () => void) {
    this.#state = state;
    this.#scheduler = scheduler;
    this.#done = done;
  }

  /** `again` when the layers are the same but more is known about their content. */
  grow(tree: FileTree, merged: number, again = false): void {
    if (again && merged === this.#built && tree === this.#state.files.tree) {
      this.#state.files.setSameContent(sameContentByHash(tree));
      return;
    }
    this.#wanted = { tree, merged };
    if (!this.#scheduler.isRunning("rollups")) this.#next();
  }

  #next(): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const isWhole = wanted.merged === this.#state.layerRows.length;
    const wait = isWhole ? 0 : this.#restUntil - performance.now();
    if (wait > 0) {
      setTimeout(() => this.#next(), wait).unref();
      return;
    }
    this.#wanted = null;
    const started = performance.now();
    this.#scheduler.run("rollups", rollupSteps(wanted.tree, wanted.merged), (rollups) => {
      this.#built = wanted.merged;
      this.#restUntil = performance.now() + (performance.now() - started) * restFactor;
      this.#state.files.load(wanted.tree, rollups, sameContentByHash(wanted.tree));
      this.#done();
      this.#next();
    });
  }
}

/** `Dockerfile:12 ` for the front of the command, if a Dockerfile was given and the line is known. */
function lineOf({ dockerfile }: ShownAnalysis, layer: number): string {
  const line = layerLine(dockerfile, layer);
  return line === "" ? "" : `${sanitize(line)} `;
}
