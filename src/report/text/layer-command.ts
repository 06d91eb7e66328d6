import type { LayerFigures } from "../../../analyzers/analysis.ts";
import { shortDigest } from "../../image/digest.ts";
import { sanitize } from "../../terminal/sanitize.ts";

/** The command that made the layer, on one line and without the shell that every one begins with. */
export function commandOf({ createdBy, digest }: Pick<LayerFigures, "createdBy" | "digest">): string {
  const command = createdBy
    .replace(/^\/bin\/sh -c #\(nop\) +/, "")
    .replace(/^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c /, "RUN ")
    .replace(/\s*# buildkit$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return command === "" ? `(no history) ${shortDigest(digest)}` : sanitize(command);
}
