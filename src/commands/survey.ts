import { access, constants, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Survey } from "../../analyzers/survey/survey.ts";
import { BallastError, ExitStatus, systemErrorCode } from "../base/errors.ts";
import { makeDirectory } from "../base/make-directory.ts";
import { temporaryName } from "../base/owner.ts";
import { defaultCacheDirectory } from "../cache/cache-directory.ts";
import { loadSettings } from "../config/load.ts";
import type { Settings } from "../config/settings.ts";
import { parsePlatform } from "../image/platform.ts";
import { parseOutputs } from "../report/outputs.ts";
import type { Place } from "../transports/survey/place.ts";
import { colorEnabled } from "../terminal/color.ts";
import { createProgress, noProgress } from "../terminal/progress.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { defineCommand } from "./command.ts";
import type { Arguments, CommandIo } from "./command.ts";
import { connectionFlags } from "./flags/connection-flags.ts";
import { gateFlags } from "./flags/gate-flags.ts";
import { imageFlags } from "./flags/image-flags.ts";
import { colorFlag, everyRowFlag, formatFlags } from "./flags/report-flags.ts";
import { secretFlags } from "./flags/secret-flags.ts";
import { surveyFlags } from "./flags/survey-flags.ts";
import { secretSettings } from "./shared/secret-settings.ts";
import { writeReports } from "./shared/write-reports.ts";
import { imageReports } from "./survey/image-reports.ts";
import { surveyConnection } from "./survey/connection.ts";
import { surveyProgress } from "./survey/progress.ts";

const formats = ["text", "json", "csv"] as const;
type Format = (typeof formats)[number];

const { platform, cache, "max-ratio": maxRatio, quiet } = imageFlags;
const { config, fail, warn, rules } = gateFlags;

const flags = {
  ...surveyFlags,
  ...{ platform, cache, "max-ratio": maxRatio, quiet },
  ...secretFlags,
  duplicates: { type: "boolean", default: true, describe: "Look for equal files at different paths" },
  ...{ config, fail, warn, rules },
  ...formatFlags(formats),
  ...everyRowFlag,
  ...colorFlag,
  ...connectionFlags,
} as const;
type SurveyArguments = Arguments<typeof flags, { readonly source: "any" }>;

export const survey = defineCommand({
  usage: "survey [source]...",
  summary:
    "Goes through a whole registry, engine or directory, each layer once: what is stored, what deleting would free, what is waste, which images leak.",
  examples: [
    [
      "ballast survey --manifests-only docker://registry.example",
      "What the registry stores, what is shared, what deleting a tag would free",
    ],
    ["ballast survey --latest 3 'docker://registry.example/team/*'", "Waste and secrets of the three newest tags of each repository"],
    ["ballast survey docker-daemon: --format csv=images.csv", "Every image of the engine, as a table too"],
    ["ballast survey --from images.txt --fail secrets=high --strict", "Judge a list of images; status 3 when one cannot be read"],
  ],
  positionals: { source: "any" },
  flags,
  epilogue:
    "Sources: docker://HOST, docker://HOST/team/*, docker://HOST/team/app, docker-daemon:, podman:, containerd:, a directory, an image.",
  async run(args, io) {
    const outputs = parseOutputs<Format>(args.format, args.json, formats);
    const read: string[] = [];
    const result = await runSurvey(args, io, (place) => read.push(place));
    await writeReports<Format>(outputs, (format) => render(format, result, args, io), io, read, args);
    if (result.unreadable.length > 0 && (args.strict || result.images.length === 0)) return ExitStatus.image;
    return result.images.some(({ verdict }) => verdict?.status === "fail") ? ExitStatus.gateFailed : ExitStatus.ok;
  },
});

/** @param onPlace hears the name of each file or layout that is looked into */
async function runSurvey(args: SurveyArguments, io: CommandIo, onPlace: (name: string) => void): Promise<Survey> {
  const sources = [...args.source, ...(await listed(args.from))];
  if (sources.length === 0) {
    throw new BallastError("bad-argument", "survey needs a SOURCE, or --from FILE", {
      hint: "`ballast survey --help` shows what there is",
    });
  }
  if (args.allPlatforms && args.platform !== null && io.env["BALLAST_PLATFORM"] !== args.platform)
    throw new BallastError("bad-argument", "--platform and --all-platforms ask for different things: give one of them");
  const [{ surveyPlaces }, { nameFilter, momentOf }, { Places }] = await Promise.all([
    import("../operations/survey/survey.ts"),
    import("../operations/survey/select.ts"),
    import("../transports/survey/places.ts"),
  ]);
  const now = Date.now();
  const [latest, most] = [counted("latest", args.latest), counted("concurrency", args.concurrency) ?? defaultConcurrency];
  const names = nameFilter(args.include, args.exclude);
  const dates = { latest, newerThan: args.newerThan === null ? null : momentOf(args.newerThan, now) };
  const state = await stateDirectory(args, io);
  const { DocumentCache } = await import("../cache/document-cache.ts");
  const places = new Places(sources, {
    open: {
      platform: args.platform === null || args.allPlatforms ? null : parsePlatform(args.platform),
      verify: true,
      signal: io.signal,
      connection: surveyConnection(args, sources),
    },
    documents: new DocumentCache(join(state, "documents")),
  });
  const progress = args.quiet ? noProgress : createProgress(io.stderr, false);
  const analysis = args.manifestsOnly ? null : await surveyAnalysis(args, io, state, now);
  try {
    return await surveyPlaces(noted(places.list(), onPlace), {
      names,
      dates,
      most,
      analysis,
      hooks: surveyProgress(progress),
      signal: io.signal,
    });
  } finally {
    progress.done();
    await analysis?.scanner.close();
    await places.close();
    if (!args.cache) await rm(state, { recursive: true, force: true });
  }
}

async function* noted(places: AsyncIterable<Place>, onPlace: (name: string) => void): AsyncGenerator<Place> {
  for await (const place of places) {
    // What has a tag already lies in a registry or an engine.
    if (place.tag === null) onPlace(place.name);
    yield place;
  }
}

const defaultConcurrency = 8;

async function surveyAnalysis(args: SurveyArguments, io: CommandIo, state: string, now: number) {
  const settings = await settingsOf(args, io);
  for (const note of [...(settings?.notes ?? []), ...(settings?.gateNotes ?? [])]) io.stderr.write(`note: ${sanitize(note)}\n`);
  const secrets = await secretSettings({ ...args, secrets: args.secrets ?? settings?.secretsScan ?? null });
  const { maxRatio: ratio } = args;
  if (ratio !== null && !(ratio >= 1)) throw new BallastError("bad-argument", "--max-ratio takes a number of at least 1");
  const { Scanner } = await import("../scan/scanner.ts");
  const scanner = new Scanner({
    verify: true,
    rules: secrets.spec,
    cacheDirectory: join(state, "layers"),
    readOnce: true,
    ...(ratio !== null && { maxRatio: ratio }),
  });
  return {
    scanner,
    secrets,
    duplicates: args.duplicates || settings?.rules.has("duplicate-bytes") === true,
    settings,
    now,
    ...(args.output !== null && { onImage: await imageReports(args.output) }),
  };
}

/** Null where nobody set a rule: then there is nothing to judge by. */
async function settingsOf(args: SurveyArguments, io: CommandIo): Promise<Settings | null> {
  const none = { ciConfig: null, base: null, baseline: null, theme: null, ci: false };
  const dive = { lowestEfficiency: null, highestWastedBytes: null, highestUserWastedPercent: null };
  const settings = await loadSettings({ directory: process.cwd(), env: io.env, flags: { ...args, ...none, ...dive } });
  const isSet = settings.sources.length > 0 || args.fail.length > 0 || args.warn.length > 0 || args.rules !== null;
  return isSet ? settings : null;
}

/** Lines of the files that `--from` names; blank ones and comments are passed over. @throws {BallastError} read-failed */
async function listed(files: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) {
    const text = await readFile(file === "-" ? "/dev/stdin" : file, "utf8").catch((error: unknown) => {
      throw new BallastError("read-failed", `${file} cannot be read (${systemErrorCode(error) ?? "unknown error"})`, { cause: error });
    });
    lines.push(
      ...text
        .replace(/^\ufeff/, "")
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#")),
    );
  }
  return lines;
}

function counted(flag: string, value: number | null): number | null {
  if (value === null || (Number.isInteger(value) && value >= 1)) return value;
  throw new BallastError("bad-argument", `--${flag} takes a whole number of at least 1`);
}

/** Without the cache, one that is gone with the run: within it, each layer is read once all the same. @throws {BallastError} write-failed */
async function stateDirectory(args: SurveyArguments, io: CommandIo): Promise<string> {
  if (!args.cache && args.state !== null)
    throw new BallastError("bad-argument", "--state keeps what --no-cache does not want kept: give one of them");
  const directory = args.cache ? (args.state ?? join(defaultCacheDirectory(io.env), "survey")) : join(tmpdir(), temporaryName());
  try {
    makeDirectory(directory, 0o700);
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new BallastError(
      "write-failed",
      `the state directory ${directory} cannot be written (${systemErrorCode(error) ?? "unknown error"})`,
      {
        hint: "name another one with --state",
        cause: error,
      },
    );
  }
  return directory;
}

async function render(format: Format | "markdown", result: Survey, args: SurveyArguments, io: CommandIo): Promise<string> {
  if (format === "csv") return (await import("../report/survey/csv.ts")).renderSurveyCsv(result);
  if (format === "json") {
    const { surveyDocument } = await import("../report/survey/json.ts");
    return `${JSON.stringify(surveyDocument(result), null, 2)}\n`;
  }
  const { renderSurveyText } = await import("../report/survey/text.ts");
  const options = { columns: io.stdout.columns || 80, color: colorEnabled(args.color, io.stdout, io.env), all: args.all };
  return renderSurveyText(result, options);
}
