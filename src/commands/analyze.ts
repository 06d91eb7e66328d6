import { BallastError, ExitStatus } from "../base/errors.ts";
import { reportFormats } from "../report/options.ts";
import { colorEnabled } from "../terminal/color.ts";
import { defineCommand } from "./command.ts";
import type { CommandIo } from "./command.ts";
import { analysisFlags } from "./flags/analysis-flags.ts";
import type { AnalysisArguments } from "./flags/analysis-flags.ts";
import { reportFlags } from "./flags/report-flags.ts";
import type { ReportArguments } from "./flags/report-flags.ts";
import { analyzeFromArguments } from "./shared/analyze-named.ts";
import { wantedReports, writeReports } from "./shared/write-reports.ts";

export const analyze = defineCommand({
  usage: "analyze <image>",
  summary: "Reports what an image holds layer by layer, what is wasted and why, duplicates, caches and secrets.",
  examples: [
    ["ballast analyze debian.tar", "Report on an archive written by docker save"],
    ["ballast analyze --json --files oci:build:latest", "Everything, with the merged tree, as JSON"],
    ["ballast analyze --format text --format sarif=app.sarif app.tar", "Several reports at once"],
    ["ballast analyze app:latest --dockerfile Dockerfile", "Findings with the lines of the Dockerfile that they come from"],
    ["docker save app | ballast analyze -", "Read the archive from standard input"],
  ],
  positionals: { image: "required" },
  flags: { ...analysisFlags, ...reportFlags },
  run: (args, io) => runAnalyze(args.image, args, io),
});

/** Also what `explore` does where there is no terminal. */
export async function runAnalyze(name: string, args: AnalysisArguments & ReportArguments, io: CommandIo): Promise<number> {
  const outputs = await wantedReports(args, reportFormats);
  if (args.files && !outputs.some(({ format }) => format === "json")) {
    throw new BallastError("bad-argument", "--files needs a JSON report: --json or --format json=FILE");
  }
  const { analysis, opened } = await analyzeFromArguments(name, args, io);
  try {
    const { renderPieces } = await import("../report/render.ts");
    const options = {
      files: args.files,
      columns: io.stdout.columns || 80,
      color: colorEnabled(args.color, io.stdout, io.env),
      all: args.all,
    };
    await writeReports(outputs, (format) => renderPieces(format, analysis, options), io, [name], args);
  } finally {
    await opened.close();
  }
  return ExitStatus.ok;
}
