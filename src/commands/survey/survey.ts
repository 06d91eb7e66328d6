import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import type { Survey } from "../../../analyzers/survey/survey.ts";
import { BallastError, ExitStatus, systemErrorCode } from "../../base/errors.ts";
import { parsePlatform } from "../../image/platform.ts";
import type { Place } from "../../transports/survey/place.ts";
import { colorEnabled } from "../../terminal/color.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { createProgress, noProgress } from "../../terminal/progress.ts";
import { defineCommand } from "../command.ts";
import type { CommandIo } from "../command.ts";
import { wantedReports, writeReports } from "../shared/write-reports.ts";
import { formats, reportFormat, surveyCommandFlags } from "./flags.ts";
import type { Format, SurveyArguments } from "./flags.ts";
import { imageReports } from "./image-reports.ts";
import { surveyConnection } from "./connection.ts";
import { surveyProgress } from "./progress.ts";
import { openSecondPass } from "./second-pass.ts";
import { stateDirectory } from "./state.ts";

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
    ["ballast survey --from images.txt --fail secrets=high", "Judge a list of images; status 3 when one cannot be read"],
    ["ballast survey --queue redis://queue.example:6379 docker://registry.example", "The same on many machines that run `ballast worker`"],
  ],
  positionals: { source: "any" },
  flags: surveyCommandFlags,
  epilogue:
    "Sources: docker://HOST, docker://HOST/team/*, docker://HOST/team/app, docker-daemon:, podman:, containerd:, a directory, an image.",
  async run(args, io) {
    const outputs = await wantedReports<Format>(args, formats);
    const read: string[] = [];
    const result = await runSurvey(args, io, (place) => read.push(place));
    await writeReports<Format>(outputs, (format) => render(format, result, args, io), io, read, args);
    // Checked first: accepting unreadable images must not mean accepting images that fail.
    if (result.images.some(({ verdict }) => verdict?.status === "fail")) return ExitStatus.gateFailed;
    // Rules that could not be judged on everything have not passed.
    const isJudged = result.images.some(({ verdict }) => verdict !== null);
    return result.unreadable.length > 0 && (args.strict || isJudged || result.images.length === 0) ? ExitStatus.image : ExitStatus.ok;
  },
});

/** @throws {BallastError} bad-argument when the flags do not go together */
function checkArguments(args: SurveyArguments, sources: readonly string[], env: NodeJS.ProcessEnv): void {
  if (sources.length === 0) {
    throw new BallastError("bad-argument", "survey needs a SOURCE, or --from FILE", {
      hint: "`ballast survey --help` shows what there is",
    });
  }
  if (args.allPlatforms && args.platform !== null && env["BALLAST_PLATFORM"] !== args.platform)
    throw new BallastError("bad-argument", "--platform and --all-platforms ask for different things: give one of them");
  if (args.manifestsOnly && (args.fail.length > 0 || args.warn.length > 0 || args.rules !== null))
    throw new BallastError("bad-argument", "--manifests-only reads no layer, so no rule can be judged: leave it out, or the rules");
}

/** @param onPlace is called with the name of each file or layout that is read */
async function runSurvey(args: SurveyArguments, io: CommandIo, onPlace: (name: string) => void): Promise<Survey> {
  const sources = [...args.source, ...(await listed(args.from))];
  checkArguments(args, sources, io.env);
  const [{ surveyPlaces }, { nameFilter, momentOf }, { Places }] = await Promise.all([
    import("../../operations/survey/survey.ts"),
    import("../../operations/survey/select.ts"),
    import("../../transports/survey/places.ts"),
  ]);
  const now = Date.now();
  const [latest, most] = [counted("latest", args.latest), counted("concurrency", args.concurrency) ?? defaultConcurrency];
  const names = nameFilter(args.include, args.exclude);
  const dates = { latest, newerThan: args.newerThan === null ? null : momentOf(args.newerThan, now) };
  const state = await stateDirectory(args, io.env);
  const { DocumentCache } = await import("../../cache/document-cache.ts");
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
  const second = args.manifestsOnly ? null : await openSecondPass(args, io, { sources, state, now, progress });
  const onReport = second === null || args.output === null ? null : imageReports(args.output, reportFormat(args));
  try {
    return await surveyPlaces(noted(places.list(), onPlace), {
      names,
      dates,
      platform: args.allPlatforms ? null : args.platform,
      most,
      secondPass: second?.pass ?? null,
      hooks: { ...surveyProgress(progress), onWithout: (without) => noteWithout(without, args.platform ?? "", io) },
      signal: io.signal,
      onReport: onReport ?? undefined,
    });
  } finally {
    progress.done();
    await second?.close();
    await places.close();
    if (!args.cache) await rm(state, { recursive: true, force: true });
  }
}

/** Names images that lack the platform: they are not judged, and must not look as if they had passed. */
function noteWithout(names: readonly string[], platform: string, { stderr }: CommandIo): void {
  const some = names.slice(0, 5).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  stderr.write(`note: ${sanitize(`no image for ${platform}, so not surveyed: ${some}${more}`)}\n`);
}

async function* noted(places: AsyncIterable<Place>, onPlace: (name: string) => void): AsyncGenerator<Place> {
  for await (const place of places) {
    // Images with a tag are in a registry or an engine, not in a file here.
    if (place.tag === null) onPlace(place.name);
    yield place;
  }
}

const defaultConcurrency = 8;

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

async function render(format: Format | "markdown", result: Survey, args: SurveyArguments, io: CommandIo): Promise<string> {
  if (format === "csv") return (await import("../../report/survey/csv.ts")).renderSurveyCsv(result);
  if (format === "json") {
    const { surveyDocument } = await import("../../report/survey/json.ts");
    return `${JSON.stringify(surveyDocument(result), null, 2)}\n`;
  }
  if (format === "html") return (await import("../../report/html/survey-page.ts")).renderSurveyHtml(result);
  const { renderSurveyText } = await import("../../report/survey/text.ts");
  const options = { columns: io.stdout.columns || 80, color: colorEnabled(args.color, io.stdout, io.env), all: args.all };
  return renderSurveyText(result, options);
}
