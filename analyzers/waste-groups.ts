/** Waste as a person wants to read it: 2,000 documents deleted by one command are one line. */
import { formatBytes } from "../src/terminal/format-bytes.ts";
import type { Waste, WasteCause } from "./analysis.ts";

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
    const directory = row.path.split("/").slice(1, -1).slice(0, groupDepth).join("/");
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

function commonPath(paths: readonly string[]): string {
  if (paths.length === 1) return paths[0]!;
  const [first, ...rest] = paths.map((path) => path.split("/").slice(0, -1));
  let length = first!.length;
  for (const parts of rest) {
    let same = 0;
    while (same < length && parts[same] === first![same]) same += 1;
    length = same;
  }
  return first!.slice(0, length).join("/") || "/";
}
