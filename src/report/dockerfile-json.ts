/** The `dockerfile` object that JSON documents have when a Dockerfile was named. */
import { stageLabel } from "../../analyzers/dockerfile/dockerfile.ts";
import type { DockerfileMatch } from "../../analyzers/dockerfile/match.ts";

export function dockerfileDocument({ dockerfile, stages, unmatched, notes }: DockerfileMatch): Record<string, unknown> {
  return {
    file: dockerfile.file,
    stage: stageLabel(stages.at(-1)!),
    unmatched: unmatched.map(({ keyword, line }) => ({ keyword, line })),
    notes,
  };
}
