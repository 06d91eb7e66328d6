/** Which lines of a Dockerfile made the layers in which two images, or two layers of one, differ. */
import type { Image } from "../../src/image/image.ts";
import { oneLine } from "../dockerfile/history-text.ts";
import { originLocation } from "../dockerfile/located.ts";
import type { ReportedLocation } from "../dockerfile/located.ts";
import { matchDockerfile } from "../dockerfile/match.ts";
import type { DockerfileMatch, LayerOrigin, NamedDockerfile } from "../dockerfile/match.ts";
import type { Redactor } from "../secrets/config/redactor.ts";

/** The layers of one side that the other does not have: their content bytes by index. */
export interface OwnLayers {
  readonly image: Pick<Image, "config" | "layers">;
  readonly bytes: ReadonlyMap<number, number>;
}

export interface LineChange {
  readonly dockerfile: ReportedLocation;
  /** The instruction on one line, redacted. */
  readonly text: string;
  /** Content bytes of the layers that this instruction made and the other side lacks; null where it made none. */
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
}

export interface LineDiff {
  /** The match with the second image. */
  readonly match: DockerfileMatch;
  /** By layer index. For an image that was built from an older version of the file, fewer lines are known. */
  readonly before: readonly (ReportedLocation | null)[];
  readonly after: readonly (ReportedLocation | null)[];
  /** In the order of the file. */
  readonly changes: readonly LineChange[];
  /** What a person should know before trusting the lines. */
  readonly notes: readonly string[];
}

/** @throws {BallastError} bad-argument for a target that is not a stage */
export function diffLines(named: NamedDockerfile, before: OwnLayers, after: OwnLayers, redact: Redactor): LineDiff {
  const { dockerfile, target, buildArgs } = named;
  const matchOf = ({ image }: OwnLayers): DockerfileMatch => matchDockerfile(dockerfile, image, { target, buildArgs, baseLayers: null });
  const match = matchOf(after);
  const old = before.image === after.image ? match : matchOf(before);
  const rows = new Map<number, { origin: LayerOrigin; before: number | null; after: number | null }>();
  const count = (side: "before" | "after", origins: DockerfileMatch["layers"], bytes: OwnLayers["bytes"]): void => {
    for (const [layer, size] of bytes) {
      const origin = origins[layer] ?? null;
      if (origin === null) continue;
      const row = rows.get(origin.instruction.start) ?? { origin, before: null, after: null };
      row[side] = (row[side] ?? 0) + size;
      rows.set(origin.instruction.start, row);
    }
  };
  count("before", old.layers, before.bytes);
  count("after", match.layers, after.bytes);
  const changes = [...rows.values()].sort((a, b) => a.origin.instruction.start - b.origin.instruction.start);
  return {
    match,
    before: old.layers.map(originLocation),
    after: match.layers.map(originLocation),
    changes: changes.map(({ origin, ...bytes }) => ({
      dockerfile: originLocation(origin)!,
      text: redact(oneLine(`${origin.instruction.keyword} ${origin.instruction.arguments}`)),
      bytesBefore: bytes.before,
      bytesAfter: bytes.after,
    })),
    notes: match.notes,
  };
}
