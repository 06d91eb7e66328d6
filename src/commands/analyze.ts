import { BallastError, ExitStatus } from "../errors.ts";
import { colorEnabled } from "../terminal/color.ts";
import type { ColorMode } from "../terminal/color.ts";
import type { Command, CommandIo } from "./command.ts";
import { analysisOptions, analyzeFromArguments } from "./run-analysis.ts";
import type { AnalyzedImage } from "./run-analysis.ts";

export const analyze: Command = {
  usage: "analyze <image>",
  summary: "Reports what an image holds layer by layer, what is wasted and why, duplicates, caches and secrets.",
  examples: [
    ["ballast analyze debian.tar", "Report on an archive written by docker save"],
    ["ballast analyze --json --files oci:build:latest", "Everything, with the merged tree, as JSON"],
    ["docker save app | ballast analyze -", "Read the archive from standard input"],
  ],
  options: (yargs) =>
    analysisOptions(yargs)
      .option("format", { choices: ["text", "json"], default: "text", describe: "How to report" })
      .option("json", { type: "boolean", describe: "Short for --format json" })
      .option("files", { type: "boolean", default: false, describe: "Add the merged tree to the JSON" })
      .option("all", { type: "boolean", default: false, describe: "Every row of the text report instead of the largest" })
      .option("color", { choices: ["auto", "always", "never"], default: "auto", describe: "Colour the text report" }),
  async run(args, io) {
    const analyzed = await analyzeFromArguments(String(args["image"]), args, io);
    try {
      io.stdout.write(await render(analyzed, args, io));
    } finally {
      await analyzed.opened.close();
    }
    return ExitStatus.ok;
  },
};

async function render({ analysis }: AnalyzedImage, args: Readonly<Record<string, unknown>>, io: CommandIo): Promise<string> {
  const files = args["files"] === true;
  if (args["json"] === true || args["format"] === "json") {
    const { renderJson } = await import("../report/json.ts");
    return renderJson(analysis, { files });
  }
  if (files) throw new BallastError("bad-argument", "--files needs --json: the text report has no room for every path");
  const { renderText } = await import("../report/text.ts");
  return renderText(analysis, {
    columns: io.stdout.columns || 80,
    color: colorEnabled(args["color"] as ColorMode, io.stdout, io.env),
    all: args["all"] === true,
  });
}
