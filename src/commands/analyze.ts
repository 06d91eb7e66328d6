import { BallastError, ExitStatus } from "../base/errors.ts";
import { reportFormats } from "../report/options.ts";
import { parseOutputs, writeOutputs } from "../report/outputs.ts";
import { colorEnabled } from "../terminal/color.ts";
import type { ColorMode } from "../terminal/color.ts";
import type { Command, CommandIo } from "./command.ts";
import { reportOptions } from "./flags/gate-flags.ts";
import { analysisOptions, analyzeFromArguments } from "./shared/analyze-named.ts";

export const analyze: Command = {
  usage: "analyze <image>",
  summary: "Reports what an image holds layer by layer, what is wasted and why, duplicates, caches and secrets.",
  examples: [
    ["ballast analyze debian.tar", "Report on an archive written by docker save"],
    ["ballast analyze --json --files oci:build:latest", "Everything, with the merged tree, as JSON"],
    ["ballast analyze --format text --format sarif=app.sarif app.tar", "Several reports at once"],
    ["docker save app | ballast analyze -", "Read the archive from standard input"],
  ],
  options: (yargs) => reportOptions(analysisOptions(yargs)),
  run: (args, io) => runAnalyze(String(args["image"]), args, io),
};

/** Also what `explore` does where there is no terminal. */
export async function runAnalyze(name: string, args: Readonly<Record<string, unknown>>, io: CommandIo): Promise<number> {
  const outputs = parseOutputs(args["format"], args["json"] === true, reportFormats);
  const files = args["files"] === true;
  if (files && !outputs.some(({ format }) => format === "json")) {
    throw new BallastError("bad-argument", "--files needs a JSON report: --json or --format json=FILE");
  }
  const { analysis, opened } = await analyzeFromArguments(name, args, io, {
    dive: outputs.some(({ format }) => format === "json" || format === "dive"),
  });
  try {
    const { renderReport } = await import("../report/render.ts");
    const options = {
      files,
      columns: io.stdout.columns || 80,
      color: colorEnabled((args["color"] ?? "auto") as ColorMode, io.stdout, io.env),
      all: args["all"] === true,
    };
    await writeOutputs(outputs, (format) => renderReport(format, analysis, options), io);
  } finally {
    await opened.close();
  }
  return ExitStatus.ok;
}
