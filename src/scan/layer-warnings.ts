import { cleanPath, displayPath } from "../filesystem/paths.ts";
import type { Warning } from "../image/warning.ts";
import type { ScanProblem } from "./blob/scanned-blob.ts";

/** What a pass over a layer's bytes found odd, as reports say it. */
export function layerWarnings(problems: readonly ScanProblem[], layer: number): Warning[] {
  return problems.map(({ code, message, path }) => ({
    code,
    message,
    layer,
    ...(path !== undefined && { path: displayPath(cleanPath(path).path) }),
  }));
}
