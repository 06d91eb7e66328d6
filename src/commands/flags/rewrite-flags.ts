/** The flags that `squash` and `optimize` share, and what they mean for a plan. */
import { compressionLevels } from "../../compression/compress.ts";
import { BallastError } from "../../base/errors.ts";
import { parseTime } from "../../base/text/date-time.ts";
import type { RequestedSettings } from "../../operations/plan-image.ts";
import type { Compression, ConfigEdits } from "../../rewrite/plan/plan.ts";
import type { CommandIo } from "../command.ts";
import type { FlagTable, FlagValues } from "./flag.ts";

const edits = "Edits:";
const layers = "Layers:";

export const rewriteFlags = {
  verify: { type: "boolean", default: true, describe: "Read the result again and compare it with the original; --no-verify does not" },
  output: {
    alias: "o",
    type: "string",
    value: "DEST",
    describe: "Where to write: docker-archive:FILE[:TAG], oci:DIR[:TAG], docker://NAME, - and others",
  },
  force: { alias: "f", type: "boolean", describe: "Overwrite the destination" },
  all: { group: layers, type: "boolean", describe: "Merge all layers, the base image's too" },
  "keep-base": { group: layers, type: "boolean", describe: "Keep the base image's layers; the default when a base is known" },
  from: {
    group: layers,
    type: "string",
    value: "LAYER",
    describe: "Merge this layer and all above; name it by index, prefix of its digest or diff ID, or part of its command",
  },
  last: { group: layers, type: "number", describe: "Merge the last N layers" },
  "all-platforms": { type: "boolean", describe: "Rewrite every image of an index" },
  compression: {
    type: "string",
    value: "FORMAT",
    describe: "gzip[:LEVEL], zstd[:LEVEL] or none; default gzip:6, or zstd:9 where the source has zstd layers",
  },
  order: {
    type: "choice",
    choices: ["compress", "path"],
    default: "compress",
    describe: "Order of files in new layers: similar ones together, or by path",
  },
  manifest: {
    type: "choice",
    choices: ["oci", "docker"],
    describe: "Family of media types; default that of the source, OCI where it has none",
  },
  history: {
    type: "choice",
    choices: ["keep", "collapse", "redact"],
    default: "keep",
    describe: "Old history rows: mark them empty, drop them, or mask the secrets in them",
  },
  created: { type: "string", value: "TIME", describe: "Creation time of the new image: RFC 3339 or now; default the original's" },
  "set-env": { group: edits, type: "strings", value: "NAME=VALUE", describe: "Set an environment variable" },
  "unset-env": { group: edits, type: "strings", value: "NAME", describe: "Remove an environment variable" },
  label: { group: edits, type: "strings", value: "KEY=VALUE", describe: "Set a label; KEY= removes it" },
  entrypoint: { group: edits, type: "string", value: "COMMAND", describe: "Set the entry point: a JSON array, or one word" },
  cmd: { group: edits, type: "string", value: "COMMAND", describe: "Set the command: a JSON array, or one word" },
  user: { group: edits, type: "string", value: "USER", describe: "Set the user that runs the command, or user:group" },
  workdir: { group: edits, type: "string", value: "PATH", describe: "Set the working directory" },
  "dry-run": { type: "boolean", describe: "Print the plan with its predicted savings and write nothing" },
  plan: { type: "string", value: "FILE", describe: "Write the plan as JSON, to - for standard output" },
} as const satisfies FlagTable;

export type RewriteArguments = FlagValues<typeof rewriteFlags>;

/** Family of media types and compression are null where the source decides, because no flag does. */
export function settingsFrom(args: RewriteArguments, io: CommandIo, boundaries: readonly string[] = []): RequestedSettings {
  return {
    compression: compressionFrom(args.compression),
    order: args.order,
    history: args.history,
    manifest: args.manifest,
    config: configEditsFrom(args),
    clampTime: sourceDateEpoch(io.env["SOURCE_DATE_EPOCH"]),
    created: createdFrom(args.created),
    boundaries,
  };
}

/** @throws {BallastError} bad-argument */
function compressionFrom(text: string | null): Compression | null {
  if (text === null) return null;
  const [, kind, level] = /^(gzip|zstd|none)(?::(\d{1,2}))?$/.exec(text) ?? [];
  if (kind === "none" && level === undefined) return { kind, level: 0 };
  if (kind === "gzip" || kind === "zstd") {
    const { lowest, highest, default: usual } = compressionLevels[kind];
    const number = level === undefined ? usual : Number(level);
    if (number >= lowest && number <= highest) return { kind, level: number };
    throw new BallastError("bad-argument", `--compression ${text}: ${kind} has the levels ${lowest} to ${highest}`);
  }
  throw new BallastError("bad-argument", `--compression "${text}" is not known`, { hint: "give gzip[:1-9], zstd[:1-19] or none" });
}

function configEditsFrom(args: RewriteArguments): ConfigEdits {
  return {
    setEnv: args.setEnv.map((text) => pair(text, "--set-env", "NAME=VALUE")),
    unsetEnv: args.unsetEnv,
    labels: args.label.map((text) => {
      const [key, value] = pair(text, "--label", "KEY=VALUE");
      return [key, value === "" ? null : value] as const;
    }),
    entrypoint: wordsFrom(args.entrypoint, "--entrypoint"),
    cmd: wordsFrom(args.cmd, "--cmd"),
    user: args.user,
    workdir: workdirFrom(args.workdir),
  };
}

function pair(text: string, flag: string, form: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new BallastError("bad-argument", `${flag} "${text}" is not of the form ${form}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function wordsFrom(text: string | null, flag: string): readonly string[] | null {
  if (text === null) return null;
  if (!text.trimStart().startsWith("[")) return text === "" ? [] : [text];
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  } catch {
    // Said below.
  }
  throw new BallastError("bad-argument", `${flag} ${text} is not a JSON array of strings`, {
    hint: `write it as ${flag} '["program", "argument"]'`,
  });
}

function workdirFrom(text: string | null): string | null {
  if (text === null || text.startsWith("/")) return text;
  throw new BallastError("bad-argument", `--workdir ${text} is not an absolute path`);
}

function sourceDateEpoch(value: string | undefined): number | null {
  if (value === undefined || value === "") return null;
  if (/^\d{1,12}$/.test(value)) return Number(value);
  throw new BallastError("bad-argument", `SOURCE_DATE_EPOCH="${value}" is not a number of seconds since 1970`);
}

function createdFrom(text: string | null): string | null {
  if (text === null) return null;
  if (text === "now") return new Date().toISOString();
  if (parseTime(text) !== null) return text;
  throw new BallastError("bad-argument", `--created ${text} is not an RFC 3339 time`, {
    hint: "write it as 2026-01-31T12:00:00Z, or give now",
  });
}
