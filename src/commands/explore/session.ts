/**
 * The screen's side of an image that an engine thread loads: receives what it sends, merges the layers in slices between key presses, and
 * ends the thread at once when the person leaves.
 */
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Session, SessionListener, ShownAnalysis } from "../../../ui/session.ts";
import { temporaryName } from "../../base/files/owner.ts";
import { Catalog } from "../../filesystem/catalog.ts";
import { MergedTree } from "../../filesystem/merged-tree.ts";
import { unwireFailure } from "../../scan/workers/protocol.ts";
import type { CommandIo } from "../command.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import type { Answers, EngineStart, ListName, Notice, Order } from "./protocol.ts";

/** How many entries are merged before the clock is read again. */
const entriesPerStep = 250;
/** How long a slice may take, in milliseconds. */
const sliceMs = 6;
/** How long leaving waits for the engine, in milliseconds: while it loads, while it only updates its cache, while it writes. */
const patience = { loading: 50, idle: 1000, writing: 3000 } as const;

type Asked = Extract<Order, { id: number }>;

export function createSession(name: string, args: AnalysisArguments, io: Pick<CommandIo, "env">): Session {
  return new EngineSession({ name, args, env: { ...io.env } });
}

class EngineSession implements Session {
  readonly name: string;
  readonly #start: EngineStart;
  /** The engine's temporary directory, removed with it however it ends. */
  readonly #scratch = join(tmpdir(), temporaryName());
  readonly #engine: Worker;
  readonly #asked = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  #listener: SessionListener | null = null;
  /** Notices that arrive before there is a listener. */
  readonly #early: Notice[] = [];
  #inbox: Notice[] = [];
  #isWorking = false;
  #tree = new MergedTree();
  #lists = emptyLists();
  #nextId = 1;
  #state: "loading" | "idle" | "writing" = "loading";
  #onRunning: (what: string, ratio: number | null) => void = () => {};
  #onClosed: () => void = () => {};
  #closing: Promise<void> | null = null;

  constructor(start: EngineStart) {
    this.name = start.name;
    this.#start = start;
    try {
      mkdirSync(this.#scratch, { mode: 0o700 });
    } catch {
      // The engine reports it if it needs the directory.
    }
    this.#engine = new Worker(new URL("./engine.js", import.meta.url), {
      workerData: this.#start,
      env: { ...stringsOf(start.env), TMPDIR: this.#scratch },
      stdout: true,
      stderr: true,
    });
    this.#engine.on("message", (notice: Notice) => {
      if (notice.notice === "closed") this.#onClosed();
      else if (this.#closing !== null) return;
      else if (this.#listener === null) this.#early.push(notice);
      else this.#take(notice);
    });
    this.#engine.on("error", (error) => this.#crashed(error));
  }

  start(listener: SessionListener): void {
    this.#listener = listener;
    for (const notice of this.#early.splice(0)) this.#take(notice);
  }

  async read(inode: { readonly layer: number; readonly entry: number }, most: number): Promise<Buffer> {
    const bytes = await this.#ask<"read">((id) => ({ ask: "read", id, layer: inode.layer, entry: inode.entry, most }));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  extract(node: { readonly path: string }, layer: number, directory: string): Promise<Answers["extract"]> {
    return this.#ask<"extract">((id) => ({ ask: "extract", id, path: node.path, layer, directory }));
  }

  plan(kind: Extract<Order, { ask: "plan" }>["kind"]): Promise<Answers["plan"]> {
    return this.#ask<"plan">((id) => ({ ask: "plan", id, kind }));
  }

  turnStep(step: string, enabled: boolean): Promise<Answers["step"]> {
    return this.#ask<"step">((id) => ({ ask: "step", id, step, enabled }));
  }

  async runPlan(
    destination: string,
    force: boolean,
    onProgress: (what: string, ratio: number | null) => void,
    signal: AbortSignal,
  ): Promise<Answers["run"]> {
    this.#onRunning = onProgress;
    this.#state = "writing";
    const stop = (): void => this.#order({ ask: "stop" });
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await this.#ask<"run">((id) => ({ ask: "run", id, destination, force }));
    } finally {
      signal.removeEventListener("abort", stop);
      this.#state = "idle";
      this.#onRunning = () => {};
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#listener = null;
    this.#inbox = [];
    const closed = new Promise<void>((resolve) => (this.#onClosed = resolve));
    this.#order({ ask: "close" });
    // While waiting, the engine keeps the process alive; once it has closed, the rest of the timeout must not.
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, patience[this.#state]).unref())]);
    await this.#engine.terminate();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  #order(order: Order): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#engine.postMessage(order);
  }

  #ask<Ask extends keyof Answers>(make: (id: number) => Asked): Promise<Answers[Ask]> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#order(make(id));
    });
  }

  /** A bug in the engine, shown like any other error. */
  #crashed(error: unknown): void {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
    this.#listener?.onError(error);
  }

  #take(notice: Notice): void {
    switch (notice.notice) {
      case "running":
        this.#onRunning(notice.what, notice.ratio);
        return;
      case "answer":
      case "refused": {
        const asked = this.#asked.get(notice.id);
        this.#asked.delete(notice.id);
        if (notice.notice === "answer") asked?.resolve(notice.value as never);
        else asked?.reject(unwireFailure(notice.failure));
        return;
      }
      case "progress":
        this.#listener?.onProgress(notice);
        return;
      default:
        // Notices about the tree are handled in their order.
        this.#inbox.push(notice);
        this.#work();
    }
  }

  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    const steps = this.#steps();
    const slice = (): void => {
      const end = performance.now() + sliceMs;
      do {
        if (steps.next().done === true) {
          this.#isWorking = false;
          return;
        }
      } while (performance.now() < end);
      setImmediate(slice);
    };
    setImmediate(slice);
  }

  *#steps(): Generator<undefined, void> {
    for (let notice = this.#inbox.shift(); notice !== undefined; notice = this.#inbox.shift()) {
      if (notice.notice === "catalog") yield* this.#merge(notice.layer, new Catalog(notice.columns));
      else this.#tell(notice);
      yield;
    }
  }

  *#merge(layer: number, catalog: Catalog): Generator<undefined, void> {
    if (layer === 0) this.#tree = new MergedTree();
    const tree = this.#tree;
    for (let until = entriesPerStep; ; until += entriesPerStep) {
      tree.addEntries(catalog, until);
      if (until >= catalog.length) break;
      yield;
    }
    tree.endLayer(catalog);
    this.#listener?.onTree(tree, layer + 1);
  }

  #tell(notice: Notice): void {
    const listener = this.#listener;
    if (listener === null) return;
    if (notice.notice === "offered") listener.onOffered(notice.offered);
    else if (notice.notice === "image") listener.onImage(notice.image);
    else if (notice.notice === "layer") listener.onLayer(notice.layer, notice);
    else if (notice.notice === "rows") {
      const list = this.#lists[notice.list];
      for (const row of notice.rows) list.push(row);
    } else if (notice.notice === "analysis") {
      for (const [layer, known] of notice.contents.entries()) Object.assign(this.#tree.catalogs[layer]!.columns, known);
      const { owners, packages: rows, ...lists } = this.#lists;
      const packages = { ...notice.head.packages, owners, packages: rows };
      this.#lists = emptyLists();
      if (notice.final) this.#state = "idle";
      listener.onAnalysis(
        { ...notice.head, ...lists, packages, secrets: notice.hasSecrets ? lists.secrets : null, tree: this.#tree } as ShownAnalysis,
        { final: notice.final },
      );
    } else if (notice.notice === "failed") {
      this.#state = "idle";
      listener.onError(unwireFailure(notice.failure));
    }
  }
}

function emptyLists(): Record<ListName, unknown[]> {
  return { waste: [], duplicates: [], leftovers: [], secrets: [], incomplete: [], warnings: [], owners: [], packages: [] };
}

function stringsOf(env: EngineStart["env"]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
