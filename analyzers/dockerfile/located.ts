/** Where findings of an image stand in its Dockerfile. */
import type { SecretFinding, SecretLocation, SecretSurface } from "../secrets/findings/secret-finding.ts";
import { locationOf } from "./dockerfile.ts";
import type { DockerfileLocation, Instruction } from "./dockerfile.ts";
import type { DockerfileMatch, LayerOrigin } from "./match.ts";
import { assignments } from "./variables.ts";

/** The Dockerfile that a person named for an image, matched with it. */
export interface DockerfileFacts {
  readonly match: DockerfileMatch;
  /** Its lines without line ends, secrets masked: for printing. */
  readonly lines: readonly string[];
  /** The file as a host of code knows it, from the top of its repository; null where it lies in none. */
  readonly repositoryPath: string | null;
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

/** Instructions that write a part of the config in which a secret may stand. */
const writers: Readonly<Partial<Record<SecretSurface, readonly string[]>>> = {
  env: ["ENV"],
  "build-arg": ["ARG"],
  label: ["LABEL"],
  history: ["ENV", "ARG", "LABEL"],
  "legacy-config": ["ENV"],
  command: ["CMD", "ENTRYPOINT", "SHELL"],
  healthcheck: ["HEALTHCHECK"],
  author: ["MAINTAINER"],
};
/** Instructions of which only the last one counts. */
const single = new Set(["CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK", "MAINTAINER"]);

/** A layer's secret is located where the layer is made, a config's where its variable, label or command is set. */
export function secretLocation(
  facts: DockerfileFacts,
  { surface, layer, path, key }: Pick<SecretLocation, "surface" | "layer" | "path" | "key">,
): ReportedLocation | null {
  if (layer !== undefined || path !== undefined) return layerLocation(facts, layer);
  const keywords = writers[surface];
  if (keywords === undefined) return null;
  const { dockerfile, stages } = facts.match;
  const instructions = stages.flatMap((stage) => stage.instructions).filter(({ keyword }) => keywords.includes(keyword));
  const sets = ({ arguments: text }: Instruction): boolean => assignments(text, dockerfile.escape).some(({ name }) => name === key);
  const found = single.has(keywords[0]!) ? onlyOf(keywords, instructions) : instructions.findLast(sets);
  return found === undefined ? null : locationOf(dockerfile, found);
}

/** The instruction that counts, if it is the only one: which of CMD and ENTRYPOINT holds a secret cannot be told. */
function onlyOf(keywords: readonly string[], instructions: readonly Instruction[]): Instruction | undefined {
  const last = keywords.flatMap((keyword) => instructions.findLast((instruction) => instruction.keyword === keyword) ?? []);
  return last.length === 1 ? last[0] : undefined;
}

/** The first of its places that has a line. */
export function findingLocation(facts: DockerfileFacts, { locations }: Pick<SecretFinding, "locations">): ReportedLocation | null {
  for (const location of locations) {
    const found = secretLocation(facts, location);
    if (found !== null) return found;
  }
  return null;
}

/** What a rule of the gate holds against the image: a secret by its fingerprint, anything else by its layer. */
export function evidenceLocation(
  facts: DockerfileFacts,
  secrets: readonly SecretFinding[] | null,
  { layer, fingerprint }: { readonly layer?: number; readonly fingerprint?: string },
): ReportedLocation | null {
  const finding = fingerprint === undefined ? undefined : secrets?.find((secret) => secret.fingerprint === fingerprint);
  return finding === undefined ? layerLocation(facts, layer) : findingLocation(facts, finding);
}

/** `Dockerfile:12`, of the base `FROM Dockerfile:1`: the file by its name alone, which fits a table. Not sanitised. */
export function lineText({ file, line, base }: ReportedLocation): string {
  return `${base === true ? "FROM " : ""}${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}

/** The same for a layer; "" where no Dockerfile was named, or the line is not known. */
export function layerLine(facts: DockerfileFacts | undefined, layer: number): string {
  const location = facts === undefined ? null : layerLocation(facts, layer);
  return location === null ? "" : lineText(location);
}
