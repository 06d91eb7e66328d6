/** What lies at a path of this machine. */
import { statSync } from "node:fs";

import type { PathProbe } from "./name.ts";

export const disk: PathProbe = {
  kind: (path) => {
    const stats = path.includes("\0") ? undefined : statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    return stats.isDirectory() ? "directory" : "file";
  },
};
