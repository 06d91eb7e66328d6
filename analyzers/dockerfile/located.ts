/** Where findings of an image stand in its Dockerfile. */
import type { SecretLocation } from "../secrets/findings/secret-finding.ts";
import { locationOf } from "./dockerfile.ts";
import type { DockerfileLocation } from "./dockerfile.ts";
import type { DockerfileMatch, LayerOrigin } from "./match.ts";
import { assignments } from "./variables.ts";

/** The Dockerfile that a person named for an image, matched with it. */
export interface DockerfileFacts {
  readonly match: DockerfileMatch;
  /** Its lines without line ends, secrets masked: for printing. */
  readonly lines: readonly string[];
}

export interface ReportedLocation extends DockerfileLocation {
  /** True where it came with the image that FROM names. */
  readonly base?: true;
}

/** Null where it is not known which instruction made the layer. */
export function layerLocation(facts: DockerfileFacts, layer: number | undefined): ReportedLocation | null {
  return layer === undefined ? null : originLocation(facts.match.layers[layer] ?? null);
}

export function originLocation(origin: LayerOrigin | null): ReportedLocation | null {
  if (origin === null) return null;
  return origin.kind === "base" ? { ...origin.location, base: true } : origin.location;
}

/** A secret of the config stands where its variable or label is set. */
export function secretLocation(facts: DockerfileFacts, { layer, key }: Pick<SecretLocation, "layer" | "key">): ReportedLocation | null {
  if (layer !== undefined || key === undefined) return layerLocation(facts, layer);
  const { dockerfile, stages } = facts.match;
  const setting = stages
    .flatMap(({ instructions }) => instructions)
    .findLast(
      ({ keyword, arguments: text }) =>
        (keyword === "ENV" || keyword === "ARG" || keyword === "LABEL") &&
        assignments(text, dockerfile.escape).some(({ name }) => name === key),
    );
  return setting === undefined ? null : locationOf(dockerfile, setting);
}

/** `Dockerfile:12`, of the base `FROM Dockerfile:1`: the file by its name alone, which fits a table. */
export function lineText({ file, line, base }: ReportedLocation): string {
  return `${base === true ? "FROM " : ""}${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}

export interface BillRow {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** Set on the first line of an instruction that made layers: content bytes they store, and how many of them no container sees. */
  readonly price: { readonly bytes: number; readonly wastedBytes: number } | null;
}

/** The Dockerfile line by line, each instruction with its price. */
export function billOf(
  { match, lines }: DockerfileFacts,
  layers: readonly { readonly bytes: number; readonly wastedBytes: number }[],
): readonly BillRow[] {
  const prices = new Map<number, { bytes: number; wastedBytes: number }>();
  for (const [index, origin] of match.layers.entries()) {
    const layer = layers[index];
    if (origin === null || layer === undefined) continue;
    const price = prices.get(origin.location.line) ?? { bytes: 0, wastedBytes: 0 };
    price.bytes += layer.bytes;
    price.wastedBytes += layer.wastedBytes;
    prices.set(origin.location.line, price);
  }
  const shown = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return shown.map((text, at) => ({ number: at + 1, text, price: prices.get(at + 1) ?? null }));
}
