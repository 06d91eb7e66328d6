/** Fixes of a Dockerfile as JSON; `schema/fix.schema.json` describes it. */
import type { DockerfileMatch } from "../../../analyzers/dockerfile/match.ts";
import type { Fix } from "../../../analyzers/dockerfile/fixes/fix.ts";
import { dockerfileDocument } from "../dockerfile-json.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import type { Image } from "../../image/image.ts";
import type { VerificationFigures } from "./text.ts";
import type { FixedDockerfile } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";

export interface FixReport {
  readonly fixed: FixedDockerfile;
  readonly match: DockerfileMatch;
  readonly image: Image;
  readonly patch: string;
  /** Null where nothing was built. */
  readonly verification: VerificationFigures | null;
}

export function fixDocument({ fixed, match, image, patch, verification }: FixReport): Record<string, unknown> {
  const document = ({ id, line, what, kind, savedBytes, ignore, changes, note }: Fix, applied: boolean) => ({
    id,
    line,
    what,
    kind,
    savedBytes,
    applied,
    ignore,
    changes,
    note,
  });
  return {
    schemaVersion: 1,
    tool: { name: toolName, version: toolVersion },
    image: { reference: image.reference, configDigest: image.configDigest },
    dockerfile: dockerfileDocument(match),
    savedBytes: fixed.fixes.reduce((bytes, fix) => bytes + fix.savedBytes, 0),
    fixes: [...fixed.fixes.map((fix) => document(fix, true)), ...fixed.left.map((fix) => document(fix, false))],
    advice: fixed.advice,
    ...(verification === null
      ? {}
      : {
          verification: {
            builder: verification.builder,
            predictedBytes: verification.predictedBytes,
            measuredBytes: verification.measuredBytes,
            namedPaths: verification.namedPaths,
            rebuiltPaths: Object.fromEntries(verification.rebuiltPaths),
            takenOut: verification.takenOut.map(({ fix, reason }) => ({ id: fix.id, reason })),
          },
        }),
    patch,
  };
}
