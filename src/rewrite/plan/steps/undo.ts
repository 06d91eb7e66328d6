/**
 * Copies of base files in which only the time changed: the base's own files can be used instead. Only on request, since make, ninja and `[
 * a -nt b ]` compare times: an older one can change what a build in a container does.
 */
import { displayPath } from "../../../filesystem/paths.ts";
import { formatBytes, plural } from "../../../terminal/format-bytes.ts";
import type { OptimizeOptions } from "../plan.ts";
import { KeptByUse } from "../kept-by-use.ts";
import { step } from "../squash.ts";
import type { PlanStep } from "../plan.ts";

/** Python compares the time recorded in compiled files with that of their source. */
const timeMatters = /\.py$/;

export function undoMetadataStep({ storedAgain, keepLayers, undoMetadata, uses }: OptimizeOptions): PlanStep[] {
  if (keepLayers === 0) {
    // Merging everything stores each file once anyway.
    return [];
  }
  const kept = new KeptByUse([]);
  const paths = (storedAgain?.touched ?? [])
    .filter(({ node, above, below }) => above.links === 1 && below.links === 0 && !timeMatters.test(node.name))
    .filter(({ node }) => {
      const why = uses.untouchable(node);
      return !kept.add(why === null ? null : { node, why }, node);
    })
    .map(({ node, above }) => ({ path: displayPath(node.path), bytes: above.bytes }));
  const bytes = paths.reduce((sum, path) => sum + path.bytes, 0);
  const detail = `${plural(paths.length, "file")} with the kept layers' content and owner, ${formatBytes(bytes)}; they get back the older time${kept.detail}`;
  return [step("undo-metadata", "undo copies in which only the time changed", detail, undoMetadata, { paths, kept: kept.list })];
}
