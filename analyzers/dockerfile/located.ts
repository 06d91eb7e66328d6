/** The places in a Dockerfile that an image's findings come from. */
import type { SecretFinding, SecretLocation, SecretSurface } from "../secrets/findings/secret-finding.ts";
import { locationOf } from "./dockerfile.ts";
import type { DockerfileLocation, Instruction } from "./dockerfile.ts";
import type { DockerfileMatch, LayerOrigin } from "./match.ts";
import { assignments } from "./variables.ts";

/** The Dockerfile given for an image, matched with it. */
export interface DockerfileFacts {
  readonly match: DockerfileMatch;
  /** Its lines for printing: without line ends, and with secrets masked. */
  readonly lines: readonly string[];
  /** The path from the top of the file's repository, as code hosts name it; null if it is in none. */
  readonly repositoryPath: string | null;
}

export interface ReportedLocation extends DockerfileLocation {
  /** True if it came with the image that FROM names. */
  readonly base?: true;
}

/** Null if it is unknown which instruction made the layer. */
export function layerLocation(facts: DockerfileFacts, layer: number | undefined): ReportedLocation | null {
  return layer === undefined ? null : originLocation(facts.match.layers[layer] ?? null);
}

export function originLocation(origin: LayerOrigin | null): ReportedLocation | null {
  if (origin === null) return null;
  return origin.kind === "base" ? { ...origin.location, base: true } : origin.location;
}

/** Instructions that write a part of the config that may hold a secret. */
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
/** Instructions of which only the last one takes effect. */
const single = new Set(["CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK", "MAINTAINER"]);

/** A secret in a layer is located where the layer is made; one in the config, where its variable, label or command is set. */
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

/** The instruction that takes effect, if it is the only one: it is unknown which of CMD and ENTRYPOINT holds a secret. */
function onlyOf(keywords: readonly string[], instructions: readonly Instruction[]): Instruction | undefined {
  const last = keywords.flatMap((keyword) => instructions.findLast((instruction) => instruction.keyword === keyword) ?? []);
  return last.length === 1 ? last[0] : undefined;
}

/** The first of its locations that has a line. */
export function findingLocation(facts: DockerfileFacts, { locations }: Pick<SecretFinding, "locations">): ReportedLocation | null {
  for (const location of locations) {
    const found = secretLocation(facts, location);
    if (found !== null) return found;
  }
  return null;
}

/** The place of a gate rule's evidence: a secret by its fingerprint, anything else by its layer. */
export function evidenceLocation(
  facts: DockerfileFacts,
  secrets: readonly SecretFinding[] | null,
  { layer, fingerprint }: { readonly layer?: number; readonly fingerprint?: string },
): ReportedLocation | null {
  const finding = fingerprint === undefined ? undefined : secrets?.find((secret) => secret.fingerprint === fingerprint);
  return finding === undefined ? layerLocation(facts, layer) : findingLocation(facts, finding);
}

/** `Dockerfile:12`, or `FROM Dockerfile:1` for the base. Only the file's name is given, to fit a table. Not sanitised. */
export function lineText({ file, line, base }: ReportedLocation): string {
  return `${base === true ? "FROM " : ""}${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}

/** The same for a layer; "" if no Dockerfile was given, or the line is unknown. */
export function layerLine(facts: DockerfileFacts | undefined, layer: number): string {
  const location = facts === undefined ? null : layerLocation(facts, layer);
  return location === null ? "" : lineText(location);
}
