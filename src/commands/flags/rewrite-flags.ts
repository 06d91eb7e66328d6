/** The flags that `squash` and `optimize` share, and what they mean for a plan. */
import type { Argv } from "yargs";

import { compressionLevels } from "../../compression/compress.ts";
import { BallastError } from "../../base/errors.ts";
import type { RangeChoice } from "../../rewrite/plan/layer-range.ts";
import type { Compression, ConfigEdits, HistoryMode, PlanSettings } from "../../rewrite/plan/plan.ts";
import type { CommandIo } from "../command.ts";

type Arguments = Readonly<Record<string, unknown>>;

export function baseOption(yargs: Argv): Argv {
  return yargs.option("base", { type: "string", describe: "The base image, to tell its layers from yours", requiresArg: true });
}

export function rewriteOptions(yargs: Argv): Argv {
  const edits = "Edits:";
  const layers = "Layers:";
  return yargs
    .option("verify", {
      type: "boolean",
      default: true,
      describe: "Read the result again and compare it with the original; --no-verify does not",
    })
    .option("output", {
      alias: "o",
      type: "string",
      describe: "Where to write: docker-archive:FILE[:TAG], oci:DIR[:TAG], docker://NAME, - and others",
      requiresArg: true,
    })
    .option("force", { alias: "f", type: "boolean", default: false, describe: "Overwrite the destination" })
    .option("all", { group: layers, type: "boolean", default: false, describe: "Merge all layers, the base image's too" })
    .option("keep-base", {
      group: layers,
      type: "boolean",
      default: false,
      describe: "Keep the base image's layers; the default when a base is known",
    })
    .option("from", {
      group: layers,
      type: "string",
      describe: "Merge this layer and all above: index, digest or diff ID prefix, or part of the command",
      requiresArg: true,
    })
    .option("last", { group: layers, type: "number", describe: "Merge the last N layers", requiresArg: true })
    .option("all-platforms", { type: "boolean", default: false, describe: "Rewrite every image of an index" })
    .option("compression", { type: "string", describe: "gzip[:LEVEL], zstd[:LEVEL] or none; default gzip:6", requiresArg: true })
    .option("order", {
      choices: ["compress", "path"] as const,
      default: "compress",
      describe: "Order of files in new layers: similar ones together, or by path",
    })
    .option("manifest", {
      choices: ["oci", "docker"] as const,
      describe: "Family of media types; default that of the source, OCI where it has none",
    })
    .option("history", {
      choices: ["keep", "collapse", "redact"] as const,
      default: "keep",
      describe: "Old history rows: mark them empty, drop them, or mask the secrets in them",
    })
    .option("created", {
      type: "string",
      describe: "Creation time of the new image: RFC 3339 or now; default the original's",
      requiresArg: true,
    })
    .option("set-env", {
      group: edits,
      type: "string",
      array: true,
      nargs: 1,
      describe: "Set an environment variable: NAME=VALUE",
      requiresArg: true,
    })
    .option("unset-env", {
      group: edits,
      type: "string",
      array: true,
      nargs: 1,
      describe: "Remove an environment variable",
      requiresArg: true,
    })
    .option("label", {
      group: edits,
      type: "string",
      array: true,
      nargs: 1,
      describe: "Set a label: KEY=VALUE; KEY= removes it",
      requiresArg: true,
    })
    .option("entrypoint", { group: edits, type: "string", describe: "Entry point: a JSON array, or one word", requiresArg: true })
    .option("cmd", { group: edits, type: "string", describe: "Command: a JSON array, or one word", requiresArg: true })
    .option("user", { group: edits, type: "string", describe: "User[:group] that runs the command", requiresArg: true })
    .option("workdir", { group: edits, type: "string", describe: "Working directory", requiresArg: true })
    .option("dry-run", { type: "boolean", default: false, describe: "Print the plan with its predicted savings and write nothing" })
    .option("plan", { type: "string", describe: "Write the plan to this file as JSON (- for standard output)", requiresArg: true });
}

/** Everything but the family of media types, which the source decides when no flag does. */
export function settingsFrom(
  args: Arguments,
  io: CommandIo,
): Omit<PlanSettings, "manifest"> & { readonly manifest: "oci" | "docker" | null } {
  const compression = compressionFrom(args["compression"]);
  return {
    compression,
    order: args["order"] === "path" ? "path" : "compress",
    history: args["history"] as HistoryMode,
    manifest: (args["manifest"] as "oci" | "docker" | undefined) ?? null,
    config: configEditsFrom(args),
    clampTime: sourceDateEpoch(io.env["SOURCE_DATE_EPOCH"]),
    created: createdFrom(args["created"]),
    boundaries: texts(args["boundary"]),
  };
}

export function rangeFrom(args: Arguments): RangeChoice {
  return {
    all: args["all"] === true,
    keepBase: args["keep-base"] === true,
    from: typeof args["from"] === "string" ? args["from"] : null,
    last: args["last"] === undefined ? null : Number(args["last"]),
  };
}

/** @throws {BallastError} bad-argument */
export function compressionFrom(value: unknown): Compression {
  if (value === undefined) return { kind: "gzip", level: compressionLevels.gzip.default };
  const text = textOf(value);
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

function configEditsFrom(args: Arguments): ConfigEdits {
  return {
    setEnv: texts(args["set-env"]).map((text) => pair(text, "--set-env", "NAME=VALUE")),
    unsetEnv: texts(args["unset-env"]),
    labels: texts(args["label"]).map((text) => {
      const [key, value] = pair(text, "--label", "KEY=VALUE");
      return [key, value === "" ? null : value] as const;
    }),
    entrypoint: wordsFrom(args["entrypoint"], "--entrypoint"),
    cmd: wordsFrom(args["cmd"], "--cmd"),
    user: typeof args["user"] === "string" ? args["user"] : null,
    workdir: workdirFrom(args["workdir"]),
  };
}

/** A flag's value; yargs gives strings for what is declared as one. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}

export function texts(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(textOf);
}

function pair(text: string, flag: string, form: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new BallastError("bad-argument", `${flag} "${text}" is not of the form ${form}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function wordsFrom(value: unknown, flag: string): readonly string[] | null {
  if (value === undefined) return null;
  const text = textOf(value);
  if (!text.trimStart().startsWith("[")) return text === "" ? [] : [text];
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  } catch {
    // Said below.
  }
  throw new BallastError("bad-argument", `${flag} ${text} is no JSON array of strings`, {
    hint: `write it as ${flag} '["program", "argument"]'`,
  });
}

function workdirFrom(value: unknown): string | null {
  if (value === undefined) return null;
  const text = textOf(value);
  if (text.startsWith("/")) return text;
  throw new BallastError("bad-argument", `--workdir ${text} is not an absolute path`);
}

function sourceDateEpoch(value: string | undefined): number | null {
  if (value === undefined || value === "") return null;
  if (/^\d{1,12}$/.test(value)) return Number(value);
  throw new BallastError("bad-argument", `SOURCE_DATE_EPOCH="${value}" is not a number of seconds since 1970`);
}

function createdFrom(value: unknown): string | null {
  if (value === undefined) return null;
  if (value === "now") return new Date().toISOString();
  const text = textOf(value);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new BallastError("bad-argument", `--created ${text} is no RFC 3339 time`, {
    hint: "write it as 2026-01-31T12:00:00Z, or give now",
  });
}
