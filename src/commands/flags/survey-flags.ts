/** The flags of a survey: what it goes through, how far, and where it keeps what it learned. */
import type { FlagTable } from "./flag.ts";

const group = "Survey:";

export const surveyFlags = {
  from: { group, type: "strings", value: "FILE", describe: "Read sources from a file, one a line" },
  include: { group, type: "strings", value: "GLOB", describe: "Only repositories, or repository:tag, that match" },
  exclude: { group, type: "strings", value: "GLOB", describe: "Leave out what matches" },
  latest: { group, type: "number", describe: "Look into the newest N tags of each repository" },
  "newer-than": { group, type: "string", value: "AGE", describe: "Look into images built since: 30d, 12h or 2026-01-31" },
  "all-platforms": {
    group,
    type: "boolean",
    describe: "Every platform that an index lists: the default, also where $BALLAST_PLATFORM is set",
  },
  "manifests-only": { group, type: "boolean", describe: "Read manifests and configs, no layer: what is stored, shared and stale" },
  concurrency: { group, type: "number", describe: "Requests for manifests at once (default 8)" },
  state: {
    group,
    type: "string",
    value: "DIR",
    describe: "Directory that keeps what was read, for the next run",
    variable: "BALLAST_SURVEY_STATE",
  },
  output: { group, type: "string", value: "DIR", describe: "Write one report per image to this directory" },
  "output-format": { group, type: "choice", choices: ["json", "html"], default: "json", describe: "Format of those reports" },
  strict: { group, type: "boolean", describe: "Exit status 3 when anything could not be read, also where no rules are judged" },
} as const satisfies FlagTable;

/** Of those that share a survey's work, `survey` and `worker`. */
export const queueFlags = {
  queue: {
    group: "Many machines:",
    type: "string",
    value: "URL",
    describe: "Redis that hands the work out: redis://HOST:6379, or rediss:// with TLS",
    variable: "BALLAST_QUEUE",
  },
  store: {
    group: "Many machines:",
    type: "string",
    value: "PLACE",
    describe: "Where results pass through: s3://BUCKET/PREFIX or a shared directory; without it, Redis",
    variable: "BALLAST_STORE",
  },
} as const satisfies FlagTable;

export const workerFlags = {
  ...queueFlags,
  concurrency: {
    group: "Many machines:",
    type: "number",
    describe: "Jobs at once, each in a process of its own (default: as many as processors)",
  },
  lease: {
    group: "Many machines:",
    type: "string",
    value: "TIME",
    describe: "Silence after which a worker counts as dead and its jobs go to others: 30s (the default), 2m",
  },
  state: {
    group: "Many machines:",
    type: "string",
    value: "DIR",
    describe: "Directory that keeps what was read",
    variable: "BALLAST_SURVEY_STATE",
  },
  "cache-size": { group: "Many machines:", type: "string", value: "SIZE", describe: "Most bytes of layers to keep there (default 10GiB)" },
} as const satisfies FlagTable;
