/** The thread behind the screen: loads one image and answers the screen's requests about it (see `protocol.ts`). */
import { parentPort, workerData } from "node:worker_threads";

import type { Analysis } from "../../../analyzers/analysis.ts";
import { groupWaste } from "../../../analyzers/waste/groups.ts";
import type { ShownPlan } from "../../../ui/session.ts";
import { BallastError } from "../../base/errors.ts";
import type { Extracted } from "../../export/extract.ts";
import { ownColumn, ownColumns } from "../../filesystem/catalog.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import type { Plan } from "../../rewrite/plan/plan.ts";
import { wireFailure } from "../../scan/workers/protocol.ts";
import { effortHere } from "../../scan/workers/effort.ts";
import { startSpareWorkers } from "../../scan/workers/spare-workers.ts";
import type { Scanner } from "../../scan/scanner.ts";
import type { CommandIo } from "../command.ts";
import type { OpenedImage } from "../shared/open-image.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { fromHome } from "./choice/names.ts";
import { loadImage } from "./load.ts";
import type { EnginePlanner } from "./planner.ts";
import type { Answers, EngineStart, ListName, Notice, Order } from "./protocol.ts";
import { shownImage } from "./shown-image.ts";

/** Rows of a list per message; unpacking that many takes the screen's thread a few milliseconds. */
const rowsPerMessage = 2000;
/** Milliseconds between two messages about one layer's progress. */
const progressMs = 40;
/** How many paths and groups of a plan's step are sent, which is more than anyone reads. */
const mostPaths = 200;
/** How many rows of dive's table are sent. */
const mostInefficiencies = 1000;

const port = parentPort!;
const { name, args, env } = workerData as EngineStart;
const abort = new AbortController();
const io: CommandIo = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env, signal: abort.signal };

startSpareWorkers([name], env, effortHere);

let opened: OpenedImage | null = null;
let tree: MergedTree | null = null;
let analysis: Analysis | null = null;
let rescanner: Scanner | null = null;
let planner: EnginePlanner | null = null;
let plan: Plan | null = null;
let running: AbortController | null = null;
let extracting: Promise<Extracted> | null = null;
/** Requests about plans are answered in turn, because each refers to the plan made last. */
let lastTurn: Promise<unknown> = Promise.resolve();
let mostOffered = 1;
const lastProgress = new Map<number | null, number>();

function send(notice: Notice): void {
  port.postMessage(notice);
}

function sendCatalog(merged: MergedTree, layer: number): void {
  const { columns } = merged.catalogs[layer]!;
  // The screen does not use offsets, and hashes follow with the figures.
  send({ notice: "catalog", layer, columns: ownColumns({ ...columns, hashes: null, prefixes: null, fingerprints: null }) });
}

function sendAnalysis(found: Analysis, final: boolean): void {
  if (found.tree !== tree) {
    tree = found.tree as MergedTree;
    for (const layer of tree.catalogs.keys()) sendCatalog(tree, layer);
  }
  const { image: _image, tree: _tree, waste, duplicates, leftovers, secrets, incomplete, warnings, packages: made, ...head } = found;
  const { owners, packages, ...packageFigures } = made;
  const lists = { waste, duplicates, leftovers, secrets: secrets ?? [], incomplete, warnings, owners, packages } satisfies Record<
    ListName,
    readonly unknown[]
  >;
  for (const [list, rows] of Object.entries(lists) as [ListName, readonly unknown[]][]) {
    for (let from = 0; from < rows.length; from += rowsPerMessage)
      send({ notice: "rows", list, rows: rows.slice(from, from + rowsPerMessage) });
  }
  const contents = found.tree.catalogs.map(({ columns: { hashes, prefixes, fingerprints } }) => ({
    hashes: hashes && ownColumn(hashes),
    prefixes: prefixes && ownColumn(prefixes),
    fingerprints: fingerprints && ownColumn(fingerprints),
  }));
  const { dive } = head.efficiency;
  const efficiency = { ...head.efficiency, dive: { ...dive, inefficiencies: dive.inefficiencies.slice(0, mostInefficiencies) } };
  send({
    notice: "analysis",
    final,
    head: {
      ...head,
      efficiency,
      packages: packageFigures,
      wasteGroups: groupWaste(waste),
      searchesFiles: (args.secrets ?? "full") === "full",
    },
    hasSecrets: secrets !== null,
    contents,
  });
}

async function load(): Promise<void> {
  analysis = await loadImage(name, args, io, {
    onOffered(offered) {
      // A daemon that is asked for one of several images sends an archive with only that one.
      if (offered.length <= mostOffered) return;
      mostOffered = offered.length;
      send({ notice: "offered", offered });
    },
    onOpened(image, redact) {
      opened = image;
      send({ notice: "image", image: shownImage(image.image, redact) });
    },
    onProgress(progress) {
      const now = performance.now();
      const isDone = progress.bytes === progress.totalBytes;
      if (!isDone && now - (lastProgress.get(progress.layer) ?? -progressMs) < progressMs) return;
      lastProgress.set(progress.layer, now);
      send({ notice: "progress", ...progress });
    },
    onLayer: (layer, found) => send({ notice: "layer", layer, ...found }),
    onTree(merged, layers) {
      if (layers === 1) tree = merged;
      sendCatalog(merged, layers - 1);
    },
    onAnalysis: (found, { final }) => sendAnalysis(found, final),
  });
}

function whole(): { readonly opened: OpenedImage; readonly analysis: Analysis } {
  if (opened === null || analysis === null) throw new BallastError("bad-argument", "the image is still being read");
  return { opened, analysis };
}

/** The analysis of the stored layers: those of which only the table of contents was read have to be read completely for a plan. */
async function storedAnalysis(): Promise<Analysis> {
  const known = whole();
  if (!known.analysis.warnings.some(({ code }) => code === "read-by-toc")) return known.analysis;
  const [{ analyzeImage }, { scannerFrom }] = await Promise.all([
    import("../../operations/analyze-image.ts"),
    import("../shared/open-image.ts"),
  ]);
  rescanner ??= scannerFrom(args, io, null);
  return analyzeImage(known.opened.image, { scanner: rescanner });
}

async function currentPlanner(): Promise<EnginePlanner> {
  if (planner === null) {
    const [{ createPlanner }, stored] = await Promise.all([import("./planner.ts"), storedAnalysis()]);
    planner = createPlanner(stored, rescanner ?? whole().opened.scanner, args, io);
  }
  return planner;
}

async function shownPlan(made: Plan): Promise<ShownPlan> {
  const { predict } = await import("../../rewrite/plan/figures/predict.ts");
  plan = made;
  return {
    kind: made.command,
    prediction: predict(made),
    destination: (await currentPlanner()).suggestDestination(made.command),
    steps: made.steps.map((step) => ({
      ...step,
      paths: step.paths.slice(0, mostPaths),
      pathCount: step.paths.length,
      kept: step.kept.slice(0, mostPaths),
      keptCount: step.kept.length,
      groups: step.groups.slice(0, mostPaths).map(({ bytes, paths }) => ({ bytes, copies: paths.length, path: paths[0] ?? "" })),
      groupCount: step.groups.length,
    })),
  };
}

async function answerTo(order: Extract<Order, { id: number }>): Promise<Answers[keyof Answers]> {
  switch (order.ask) {
    case "read": {
      if (opened === null || tree === null) throw new BallastError("bad-argument", "the image is still being read");
      const { readEntry } = await import("../../scan/content/content.ts");
      return readEntry(opened.image.layers[order.layer]!, tree.catalogs[order.layer]!, order.entry, order.most);
    }
    case "extract": {
      const node = tree?.lookup(order.path) ?? null;
      if (opened === null || tree === null || node === null)
        throw new BallastError("bad-argument", "that path cannot be extracted: no directory lists it");
      const { extractNode } = await import("../../export/extract.ts");
      extracting = extractNode(tree, opened.image.layers, node, order.layer, fromHome(order.directory, env), abort.signal);
      return extracting;
    }
    case "plan": {
      const made = await shownPlan(await (await currentPlanner()).plan(order.kind));
      void rest();
      return made;
    }
    case "step": {
      const { withStep } = await import("../../rewrite/plan/plan.ts");
      return shownPlan(withStep(plan!, order.step, order.enabled));
    }
    case "run": {
      running = new AbortController();
      try {
        return await (
          await currentPlanner()
        ).execute(plan!, fromHome(order.destination, env), {
          force: order.force,
          onProgress: (what, ratio) => send({ notice: "running", what, ratio }),
          signal: AbortSignal.any([running.signal, abort.signal]),
        });
      } finally {
        running = null;
      }
    }
  }
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(work);
  lastTurn = turn.catch(() => {});
  return turn;
}

async function close(): Promise<void> {
  abort.abort();
  // It removes what it has written so far.
  await extracting?.catch(() => {});
  await rescanner?.close().catch(() => {});
  await opened?.close().catch(() => {});
  send({ notice: "closed" });
}

port.on("message", (order: Order) => {
  if (order.ask === "close") void close();
  else if (order.ask === "stop") running?.abort();
  else {
    const isAboutPlan = order.ask === "plan" || order.ask === "step" || order.ask === "run";
    (isAboutPlan ? inTurn(() => answerTo(order)) : answerTo(order)).then(
      (value) => send({ notice: "answer", id: order.id, value }),
      (error: unknown) => send({ notice: "refused", id: order.id, failure: wireFailure(error) }),
    );
  }
});

/** Called when nothing will be read for a while. */
async function rest(): Promise<void> {
  await opened?.scanner.rest();
  await collectGarbage();
}

load()
  .then(rest)
  .catch((error: unknown) => {
    if (!abort.signal.aborted) send({ notice: "failed", failure: wireFailure(error) });
  });
