import type { LayerFigures } from "../../../analyzers/analysis.ts";
import { shortDigest } from "../../image/digest.ts";
import { sanitize } from "../../terminal/sanitize.ts";

/** What made the layer, on one line and without what every line would begin with. */
export function commandOf({ createdBy, digest }: Pick<LayerFigures, "createdBy" | "digest">): string {
  const command = createdBy
    .replace(/^\/bin\/sh -c #\(nop\) +/, "")
    .replace(/^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c /, "RUN ")
    .replace(/\s*# buildkit$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return command === "" ? `(no history) ${shortDigest(digest)}` : sanitize(command);
}
