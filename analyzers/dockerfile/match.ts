/**
 * Finds which instruction of a Dockerfile made which layer of an image, by matching history rows with the instructions of the built stage
 * and the stages below it. What cannot be matched is reported, never guessed.
 */
import type { Image } from "../../src/image/image.ts";
import { Agreement, agreement, expected } from "./agreement.ts";
import type { Expected } from "./agreement.ts";
import { align, ambiguous } from "./align.ts";
import { locationOf } from "./dockerfile.ts";
import type { Dockerfile, DockerfileLocation, Instruction, Stage } from "./dockerfile.ts";
import { historyText, oneLine } from "./history-text.ts";
import type { HistoryText } from "./history-text.ts";
import { stageChain } from "./parse.ts";
import { variablesFrom } from "./variables.ts";
import type { Variables } from "./variables.ts";

export interface DockerfileMatch {
  readonly dockerfile: Dockerfile;
  /** From the lowest stage to the one that was built. */
  readonly stages: readonly Stage[];
  /** By layer index; null if it is unknown which instruction made the layer. */
  readonly layers: readonly (LayerOrigin | null)[];
  /** By index in the config's history. */
  readonly rows: readonly (Instruction | null)[];
  /** Instructions of these stages without a history row, except those that only set a variable. */
  readonly unmatched: readonly Instruction[];
  /** What a person should know before trusting the lines; empty if everything matched. */
  readonly notes: readonly string[];
}

export interface LayerOrigin {
  /** `base`: the layer came with the image that FROM names. */
  readonly kind: "instruction" | "base";
  readonly instruction: Instruction;
  readonly location: DockerfileLocation;
}

/** A Dockerfile and how an image was built from it, as given by flags. */
export interface NamedDockerfile {
  readonly dockerfile: Dockerfile;
  /** The stage that was built; null for the last. */
  readonly target: string | null;
  readonly buildArgs: ReadonlyMap<string, string>;
}

export interface MatchOptions {
  /** The stage that was built; null for the last. */
  readonly target: string | null;
  readonly buildArgs: ReadonlyMap<string, string>;
  /** How many layers are known to be the base image's; null if unknown. */
  readonly baseLayers: number | null;
}

/** Instructions that change files: each made a layer, possibly an empty one. */
const changesFiles = new Set(["RUN", "COPY", "ADD", "WORKDIR"]);

/** @throws {BallastError} bad-argument for a target that is not a stage */
export function matchDockerfile(dockerfile: Dockerfile, image: Pick<Image, "config" | "layers">, options: MatchOptions): DockerfileMatch {
  const stages = stageChain(dockerfile, options.target);
  const steps = stepsOf(dockerfile, stages, options.buildArgs, image.config.container.shell ?? ["/bin/sh", "-c"]);
  const { history } = image.config;
  const texts = history.map(({ createdBy }) => historyText(createdBy));
  const pairs = align(steps.length, texts.length, (step, row) => {
    const text = texts[row];
    return text === null || text === undefined ? Agreement.none : agreement(steps[step]!.expected, text);
  });
  const rows: (Instruction | null)[] = history.map(() => null);
  for (const [step, row] of pairs.entries()) if (row >= 0) rows[row] = steps[step]!.instruction;

  const unmatched = steps
    .filter(({ instruction }, at) => pairs[at] === -1 && changesFiles.has(instruction.keyword))
    .map(({ instruction }) => instruction);
  const layerRows = rowsOfLayers(history, image.layers.length);
  const from = stages[0]!.from;
  const baseRows = rowsBelow(pairs, steps, texts.length);
  const merged = layerRows.map((row) => row !== null && isMerged(history, texts, row));
  const layers = layerRows.map((row, layer): LayerOrigin | null => {
    if (merged[layer]!) return null;
    const instruction = row === null ? null : rows[row]!;
    if (instruction !== null) return { kind: "instruction", instruction, location: locationOf(dockerfile, instruction) };
    const isBase = options.baseLayers !== null && options.baseLayers > 0 ? layer < options.baseLayers : row !== null && row < baseRows;
    return isBase ? { kind: "base", instruction: from, location: locationOf(dockerfile, from) } : null;
  });
  return {
    dockerfile,
    stages,
    layers,
    rows,
    unmatched,
    notes: notesOf(dockerfile, steps, { layers, unmatched, pairs, layerRows, merged }),
  };
}

interface Step {
  readonly instruction: Instruction;
  readonly expected: Expected;
}

/** The instructions that a build of the target runs, bottom up, with the variables visible to each. */
function stepsOf(
  dockerfile: Dockerfile,
  stages: readonly Stage[],
  buildArgs: ReadonlyMap<string, string>,
  baseShell: readonly string[],
): readonly Step[] {
  const { escape, globalArgs } = dockerfile;
  const globals = variablesFrom(globalArgs, buildArgs, escape);
  const steps: Step[] = [];
  let environment: Variables = new Map();
  // If the file sets no SHELL, the image has that of its base.
  let shell = oneLine(baseShell.join(" "));
  for (const { instructions, parent } of stages) {
    const seen: Instruction[] = [];
    let variables = environment;
    // The ONBUILD instructions of the stage below run first.
    for (const instruction of parent?.instructions ?? []) {
      const trigger = instruction.keyword === "ONBUILD" ? triggerOf(instruction) : null;
      if (trigger !== null) steps.push({ instruction, expected: expected(trigger, variables, escape, shell) });
    }
    for (const instruction of instructions) {
      if (instruction.keyword === "ARG" || instruction.keyword === "ENV") {
        seen.push(instruction);
        variables = new Map([...environment, ...variablesFrom(seen, buildArgs, escape, globals)]);
      }
      steps.push({ instruction, expected: expected(instruction, variables, escape, shell) });
      if (instruction.keyword === "SHELL") shell = oneLine(steps.at(-1)!.expected.words.join(" "));
    }
    // A stage passes on its environment, but not its build arguments.
    const kept = seen.filter(({ keyword }) => keyword === "ENV");
    environment = new Map([...environment, ...variablesFrom(kept, new Map(), escape)]);
  }
  return steps;
}

function triggerOf(onbuild: Instruction): Instruction | null {
  const [, keyword, rest] = /^([A-Za-z]+)\s+((?:--\S+\s+)*[^]*)$/.exec(onbuild.arguments) ?? [];
  if (keyword === undefined || rest === undefined) return null;
  return { ...onbuild, keyword: keyword.toUpperCase(), arguments: rest.replace(/^(?:--\S+\s+)+/, "") };
}

/** The history row that made each layer; all null if the history does not account for the layers. */
function rowsOfLayers(history: Image["config"]["history"], layerCount: number): readonly (number | null)[] {
  const filled = history.flatMap((row, index) => (row.emptyLayer === true ? [] : [index]));
  return filled.length === layerCount ? filled : Array.from({ length: layerCount }, () => null);
}

/**
 * Whether one layer holds what several rows made. docker's --squash records a merge. buildah gives the layer of a whole stage to its last
 * row and records what it is based on only there, unlike when each row has its own layer.
 */
function isMerged(history: Image["config"]["history"], texts: readonly (HistoryText | null)[], row: number): boolean {
  const comment = history[row]?.comment ?? "";
  if (comment.startsWith("merge sha256:")) return true;
  const keyword = texts[row]?.keyword;
  let before = row - 1;
  for (; before >= 0 && history[before]!.emptyLayer === true; before -= 1) {
    const isSilent = history[before]!.comment === undefined && comment.startsWith("FROM ");
    const changes = changesFiles.has(texts[before]?.keyword ?? "");
    if (changes && (isSilent || keyword === "CMD" || keyword === "ENTRYPOINT")) return true;
  }
  return false;
}

/**
 * How many rows from the bottom certainly belong to the base image: those below the first match. If instructions before it found no row,
 * any of these rows may be theirs, so none is attributed to the base.
 */
function rowsBelow(pairs: Int32Array, steps: readonly Step[], rowCount: number): number {
  const first = pairs.findIndex((row) => row >= 0);
  const before = steps.slice(0, first < 0 ? steps.length : first);
  const lost = before.filter(({ instruction }) => changesFiles.has(instruction.keyword)).length;
  if (first < 0) return lost === 0 ? rowCount : 0;
  return lost === 0 ? pairs[first]! : 0;
}

function notesOf(
  { file }: Dockerfile,
  steps: readonly Step[],
  {
    layers,
    unmatched,
    pairs,
    layerRows,
    merged,
  }: Pick<DockerfileMatch, "layers" | "unmatched"> & {
    readonly pairs: Int32Array;
    readonly layerRows: readonly (number | null)[];
    readonly merged: readonly boolean[];
  },
): readonly string[] {
  const notes: string[] = [];
  const matched = pairs.filter((row) => row >= 0).length;
  if (layers.length > 0 && layerRows.every((row) => row === null)) {
    notes.push(`the image's history does not account for its layers: no layer can be given a line of ${file}`);
  } else if (steps.length > 0 && matched * 2 < steps.length) {
    notes.push(
      `only ${matched} of ${steps.length} instructions of ${file} are found in the image's history: is it the Dockerfile of this image, and the right --target?`,
    );
  }
  const unknown = layers.filter((origin) => origin === null).length;
  if (unmatched.length > 0) {
    const lines = unmatched.slice(0, 8).map(({ keyword, line }) => `${keyword} on line ${line}`);
    notes.push(
      `no history row for ${lines.join(", ")}${unmatched.length > lines.length ? ` and ${unmatched.length - lines.length} more` : ""}`,
    );
  }
  const alike = steps.filter(({ instruction }, at) => pairs[at] === ambiguous && changesFiles.has(instruction.keyword));
  if (alike.length > 0) {
    const lines = alike.map(({ instruction }) => instruction.line).join(", ");
    notes.push(`lines ${lines} say the same, and the history has fewer of it: which of them made a layer cannot be told`);
  }
  const folded = merged.flatMap((is, layer) => (is ? [layer] : []));
  if (folded.length > 0) {
    notes.push(
      `layer ${folded.join(", ")} holds what several instructions made (--squash, or buildah without --layers): it can be given no line of ${file}`,
    );
  } else if (unknown > 0 && matched > 0) notes.push(`${unknown} ${unknown === 1 ? "layer has" : "layers have"} no line in ${file}`);
  return notes;
}
