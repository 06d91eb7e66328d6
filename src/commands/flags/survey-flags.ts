/** The flags of a survey: what it goes through, how far, and where it keeps what it learned. */
import type { FlagTable } from "./flag.ts";

const group = "Survey:";

export const surveyFlags = {
  from: { group, type: "strings", describe: "File of sources, one a line" },
  include: { group, type: "strings", describe: "Only repositories or repository:tag that this glob fits" },
  exclude: { group, type: "strings", describe: "Not those that this glob fits" },
  latest: { group, type: "number", describe: "Look into so many tags a repository, the newest ones" },
  "newer-than": { group, type: "string", describe: "Look into images built since: 30d, 12h or 2026-01-31" },
  "all-platforms": {
    group,
    type: "boolean",
    describe: "Every platform that an index lists: the default, also where $BALLAST_PLATFORM is set",
  },
  "manifests-only": { group, type: "boolean", describe: "Read manifests and configs, no layer: what is stored, shared and stale" },
  concurrency: { group, type: "number", describe: "Requests for manifests at once (default 8)" },
  state: { group, type: "string", describe: "Directory that keeps what was read, for the next run", variable: "BALLAST_SURVEY_STATE" },
  output: { group, type: "string", describe: "Directory for one JSON report an image" },
  strict: { group, type: "boolean", describe: "Exit status 3 when anything could not be read" },
} as const satisfies FlagTable;
