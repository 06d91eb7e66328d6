import { access, open } from "node:fs/promises";

import { loadSettings } from "../config/load.ts";
import type { Settings } from "../config/settings.ts";
import { BallastError, ExitStatus, systemErrorCode } from "../base/errors.ts";
import { readShortText } from "../base/files/read-short-text.ts";
import { writeOutputFile } from "../base/files/output-file.ts";
import type { Baseline, GateResult } from "../gate/verdict.ts";
import { reportFormats } from "../report/options.ts";
import type { ReportOptions } from "../report/options.ts";
import { colorEnabled } from "../terminal/color.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { defineCommand } from "./command.ts";
import type { CommandIo } from "./command.ts";
import { analysisFlags } from "./flags/analysis-flags.ts";
import { diveFlags, imageFromSource } from "./flags/dive-flags.ts";
import type { FlagValues } from "./flags/flag.ts";
import { gateFlags } from "./flags/gate-flags.ts";
import { isInNamedRegistry } from "./flags/password-owner.ts";
import { reportFlags } from "./flags/report-flags.ts";
import { analyzeFromArguments } from "./shared/analyze-named.ts";
import type { AnalyzedImage } from "./shared/analyze-named.ts";
import { refuseEmptyGate } from "./shared/refuse-empty-gate.ts";
import { wantedReports, writeReports } from "./shared/write-reports.ts";
import { defined } from "../base/defined.ts";

const flags = { ...analysisFlags, ...gateFlags, ...diveFlags, ...reportFlags } as const;
type CheckArguments = FlagValues<typeof flags>;

const configFile = ".ballast.yaml";

export const check = defineCommand({
  usage: "check [image]",
  summary: "Passes or fails an image by the rules of .ballast.yaml, .dive-ci or flags. Exit status 1 when it fails.",
  examples: [
    ["ballast check app.tar", "Judge by the nearest .ballast.yaml or .dive-ci"],
    ["ballast check --fail image-size=200MB --fail secrets=high app:sha", "Judge by flags"],
    [
      "ballast check --baseline yesterday.json --format text --format sarif=ballast.sarif app:sha",
      "Compare with a report, write SARIF too",
    ],
    ["ballast check --init app.tar", "Write a .ballast.yaml fitted to the image"],
  ],
  positionals: { image: "optional" },
  flags,
  async run(args, io) {
    if (args.explain !== null) return explain(args.explain, io);
    const outputs = await wantedReports(args, reportFormats);
    if (args.files && !outputs.some(({ format }) => format === "json")) {
      throw new BallastError("bad-argument", "--files needs a JSON report: --json or --format json=FILE");
    }
    if (args.image === null)
      throw new BallastError("bad-argument", "check needs an IMAGE, or --explain", { hint: "`ballast check --help` shows what it takes" });
    const image = imageFromSource(args.image, args, io);
    if (args.init) return initialise(image, args, io);
    const settings = await loadSettings({ directory: process.cwd(), env: io.env, flags: args });
    if (!args.allowEmpty) refuseEmptyGate(settings, "pass all the same with --allow-empty");
    for (const note of [...settings.notes, ...settings.gateNotes]) io.stderr.write(`note: ${sanitize(note)}\n`);
    const withSettings = {
      ...args,
      base: settings.base,
      secrets: settings.secretsScan,
      // A rule about duplicates must not pass because nobody looked for them.
      duplicates: args.duplicates || settings.rules.has("duplicate-bytes"),
    };
    // --insecure applies to what the command line names, not to a host from a configuration.
    const isInsecure = (name: string | null, flag: string | null): boolean =>
      args.insecure && (flag !== null || isInNamedRegistry(name ?? "", args));
    const baselineArgs = { ...args, insecure: isInsecure(settings.baseline, args.baseline) };
    const baseline = settings.baseline === null ? null : await readBaseline(settings.baseline, baselineArgs, io);
    const insecureBase = isInsecure(settings.base, args.base);
    const analyzed = await analyzeFromArguments(image, withSettings, io, { wholeLayers: true, insecureBase });
    try {
      const { gate, options } = await judge(analyzed, settings, baseline, withSettings, io);
      const { renderPieces } = await import("../report/render.ts");
      await writeReports(outputs, (format) => renderPieces(format, options.analysis, options.report), io, [image], {
        ...args,
        base: settings.base,
        baselineImage: settings.baseline === null || (await looksLikeJson(settings.baseline)) ? null : settings.baseline,
        sources: settings.sources,
      });
      return gate.status === "fail" ? ExitStatus.gateFailed : ExitStatus.ok;
    } finally {
      await analyzed.opened.close();
    }
  },
});

async function explain(rule: string, io: CommandIo): Promise<number> {
  const { explainRule, listRules } = await import("../gate/explain.ts");
  io.stdout.write(rule === "" ? listRules() : explainRule(rule));
  return ExitStatus.ok;
}

interface Judged {
  readonly gate: GateResult;
  readonly options: { readonly analysis: AnalyzedImage["analysis"]; readonly report: ReportOptions };
}

async function judge(
  analyzed: AnalyzedImage,
  settings: Settings,
  baseline: Baseline | null,
  args: CheckArguments,
  io: CommandIo,
): Promise<Judged> {
  const { evaluateGate, withoutAllowed } = await import("../gate/evaluate.ts");
  const now = Date.now();
  const gate = evaluateGate({ analysis: analyzed.analysis, settings, baseline, now });
  for (const from of gate.unusedIgnores) io.stderr.write(`note: the ignore entry at ${sanitize(from)} covers nothing in this image\n`);
  const report: ReportOptions = {
    gate,
    ...defined({ baseline }),
    files: args.files,
    columns: io.stdout.columns || 80,
    color: colorEnabled(args.color, io.stdout, io.env),
    all: args.all,
  };
  return { gate, options: { analysis: withoutAllowed(analyzed.analysis, settings.secretsAllow, now).analysis, report } };
}

/** Enough for a report that lists 400,000 files. */
const mostReportBytes = 256 * 1024 * 1024;

/** A baseline is a JSON report if it is a file that begins like one, else an image. */
async function readBaseline(name: string, args: CheckArguments, io: CommandIo): Promise<Baseline> {
  const { baselineOf, parseBaseline } = await import("../gate/baseline.ts");
  if (await looksLikeJson(name)) {
    const text = await readShortText(name, mostReportBytes);
    if (text !== null) return parseBaseline(name, text);
    const hint = "write the report without --files: the gate reads its totals and layers alone";
    throw new BallastError("bad-baseline", `the baseline ${name} has more than ${mostReportBytes / 1024 / 1024} MiB`, { hint });
  }
  if (name.endsWith(".json")) {
    const problem = await access(name).then(
      () => "is not a JSON report",
      (error: unknown) => (systemErrorCode(error) === "ENOENT" ? "does not exist" : "cannot be read"),
    );
    throw new BallastError("bad-baseline", `the baseline ${name} ${problem}`);
  }
  const quiet = { ...args, base: null, secrets: "off", duplicates: false, dockerfile: null } as const;
  const { analysis, opened } = await analyzeFromArguments(name, quiet, io, { wholeLayers: true }).catch((error: unknown) => {
    if (!(error instanceof BallastError)) throw error;
    const code = error.code === "not-an-image" ? "bad-baseline" : error.code;
    throw new BallastError(code, `the baseline: ${error.message}`, { hint: error.hint, cause: error });
  });
  await opened.close();
  return baselineOf(analysis);
}

async function looksLikeJson(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      // `<(curl …)` can be read only once, so it cannot be an image, which would have to be read twice.
      if ((await handle.stat()).isFIFO()) return true;
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      return /^\ufeff?\s*\{/.test(buffer.toString("utf8", 0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

async function initialise(image: string, args: CheckArguments, io: CommandIo): Promise<number> {
  const { initialConfig } = await import("../gate/init.ts");
  const { analysis, opened } = await analyzeFromArguments(image, args, io);
  await opened.close();
  const text = initialConfig(analysis);
  await writeOutputFile(configFile, text, { force: args.force });
  io.stdout.write(`Wrote ${configFile}. \`ballast check IMAGE\` judges by it from now on.\n`);
  return ExitStatus.ok;
}
