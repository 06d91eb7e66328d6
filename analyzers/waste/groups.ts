/** Waste as a person wants to read it: 2,000 documents deleted by one command are one line. */
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import type { Waste, WasteCause } from "../analysis.ts";

export interface WasteGroup {
  readonly cause: WasteCause;
  readonly layer: number;
  readonly supersededBy: number;
  /** The file, or the directory that all of them lie in. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/** Directories this deep are told apart: `/usr/share/doc` and `/usr/share/man` are two groups, what lies in them is not. */
const groupDepth = 3;

/** Largest first. */
export function groupWaste(waste: readonly Waste[]): WasteGroup[] {
  const groups = new Map<string, Waste[]>();
  for (const row of waste) {
    const directory = upperDirectory(row.path);
    const key = `${row.cause} ${row.layer} ${row.supersededBy} ${directory}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()]
    .map((rows) => ({
      cause: rows[0]!.cause,
      layer: rows[0]!.layer,
      supersededBy: rows[0]!.supersededBy,
      path: commonPath(rows.map(({ path }) => path)),
      files: rows.length,
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

/** What would have kept this waste out, fitted to the commands of the storing and the superseding layer; states the bytes it saves. */
export function adviceForWaste(group: WasteGroup, createdBy: (layer: number) => string): string {
  const saves = `saves ${formatBytes(group.bytes)}`;
  const storing = createdBy(group.layer);
  const superseding = createdBy(group.supersededBy);
  switch (group.cause) {
    case "metadata":
      if (/\bchown\b/.test(superseding))
        return `${isCopy(storing) ? "use `COPY --chown`" : "set the owner in the RUN that makes the files"}: ${saves}`;
      if (/\bchmod\b/.test(superseding))
        return `${isCopy(storing) ? "use `COPY --chmod`" : "set the mode in the RUN that makes the files"}: ${saves}`;
      return `set owner, mode and times in the layer that makes the files: ${saves}`;
    case "identical":
      return `leave the files alone in layer ${group.supersededBy}, which stores them again unchanged: ${saves}`;
    case "removed":
      if (group.layer === group.supersededBy) return `the layer stores them twice; rebuild it: ${saves}`;
      if (isCopy(storing)) return `copy them in an earlier stage, or mount them with \`RUN --mount=type=bind\`: ${saves}`;
      return `remove them in the RUN that makes them: ${saves}`;
    case "overwritten":
      return `make the files once, in layer ${group.supersededBy}, or build in an earlier stage and copy the result: ${saves}`;
  }
}

function isCopy(createdBy: string): boolean {
  return /^(?:COPY|ADD)\b|#\(nop\) (?:COPY|ADD)/.test(createdBy);
}

/** `/usr/share/doc` of anything at or below it; the directory itself of what lies higher. */
function upperDirectory(path: string): string {
  let end = 0;
  for (let depth = 0; depth < groupDepth; depth += 1) {
    const slash = path.indexOf("/", end + 1);
    if (slash < 0) break;
    end = slash;
  }
  return path.slice(0, end);
}

function commonPath(paths: readonly string[]): string {
  let common = paths[0]!;
  if (paths.length === 1) return common;
  common = common.slice(0, common.lastIndexOf("/") + 1);
  for (const path of paths) while (!path.startsWith(common)) common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
  return common.slice(0, -1) || "/";
}
