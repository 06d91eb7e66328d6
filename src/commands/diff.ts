import { diffImages, loadDiffInput } from "../operations/diff-images.ts";
import type { DiffInput } from "../operations/diff-images.ts";
import { differs } from "../../analyzers/diff/image-diff.ts";
import type { ImageDiff } from "../../analyzers/diff/image-diff.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { parseGlob } from "../base/glob.ts";
import type { Glob } from "../base/glob.ts";
import { parseOutputs, writeOutputs } from "../report/outputs.ts";
import { colorEnabled } from "../terminal/color.ts";
import type { ColorMode } from "../terminal/color.ts";
import type { Command, CommandIo } from "./command.ts";
import { imageOptions, openFromArguments } from "./shared/open-image.ts";
import type { OpenedImage } from "./shared/open-image.ts";

type Arguments = Readonly<Record<string, unknown>>;
type PathTest = (path: string) => boolean;

const diffFormats = ["text", "json", "markdown"] as const;
type DiffFormat = (typeof diffFormats)[number];

export const diff: Command = {
  usage: "diff <before> [after]",
  summary: "Compares two images, or two heights of one: paths, bytes, config, packages, layers shared and bytes to pull.",
  examples: [
    ["ballast diff app:1 app:2", "What the new build changed"],
    ["ballast diff app.tar --layers 3..5", "What layers 4 and 5 did to the filesystem"],
    ["ballast diff app:1 app:2 --text '/etc/**'", "With the changed lines of files below /etc"],
  ],
  options: (yargs) =>
    imageOptions(yargs)
      .option("layers", {
        type: "string",
        describe: "FROM..TO: compare the filesystem after layer FROM with that after layer TO of one image",
        requiresArg: true,
      })
      .option("text", { type: "string", describe: "Show changed lines of the files that match this glob (repeatable)", requiresArg: true })
      .option("exit-code", { type: "boolean", describe: "Exit with 1 when paths or config differ" })
      .option("format", { type: "string", describe: `FORMAT or FORMAT=FILE (repeatable): ${diffFormats.join(", ")}`, requiresArg: true })
      .option("json", { type: "boolean", describe: "Short for --format json" })
      .option("all", { type: "boolean", default: false, describe: "Every row of the text report instead of the largest" })
      .option("color", { choices: ["auto", "always", "never"], default: "auto", describe: "Colour the text report" }),
  async run(args, io) {
    const outputs = parseOutputs<DiffFormat>(args["format"], args["json"] === true, diffFormats);
    const [before, after, layers] = [args["before"], args["after"], args["layers"]];
    if (typeof before !== "string") throw new BallastError("bad-argument", "diff needs two images, or one with --layers FROM..TO");
    if (typeof layers === "string" && after !== undefined)
      throw new BallastError("bad-argument", "--layers compares two heights of one image, and two images are given");
    if (typeof layers !== "string" && typeof after !== "string")
      throw new BallastError("bad-argument", "diff needs a second image, or --layers FROM..TO");
    const text = anyOf(textGlobs(args));
    const found =
      typeof layers === "string" ? await diffHeights(before, layers, args, io, text) : await diffTwo(before, String(after), args, io, text);
    await writeOutputs<DiffFormat>(outputs, (format) => render(format, found, args, io), io);
    return args["exit-code"] === true && differs(found) ? ExitStatus.gateFailed : ExitStatus.ok;
  },
};

async function diffTwo(before: string, after: string, args: Arguments, io: CommandIo, text: PathTest | null): Promise<ImageDiff> {
  const one = await openFromArguments(before, args, io, { singlePass: false });
  try {
    const left = await load(one);
    const two = await openFromArguments(after, args, io, { singlePass: false });
    try {
      return await diffImages(left, await load(two), { text });
    } finally {
      await two.close();
    }
  } finally {
    await one.close();
  }
}

async function diffHeights(name: string, layers: string, args: Arguments, io: CommandIo, text: PathTest | null): Promise<ImageDiff> {
  const opened = await openFromArguments(name, args, io, { singlePass: false });
  try {
    const [from, to] = parseHeights(layers, opened.image.layers.length);
    const input = await load(opened);
    return await diffImages({ ...input, layer: from }, { ...input, layer: to }, { text });
  } finally {
    await opened.close();
  }
}

async function load({ image, scanner, progress }: OpenedImage): Promise<DiffInput> {
  progress.step(`scanning ${image.reference}`, null);
  const input = await loadDiffInput(image, scanner, (bytes) => progress.add(bytes));
  progress.done();
  return input;
}

/** `3..5`, `..5` (from nothing), `3..` (to the top). */
function parseHeights(text: string, count: number): readonly [from: number, to: number] {
  const match = /^(\d*)\.\.(\d*)$/.exec(text);
  if (match === null) throw new BallastError("bad-argument", `--layers takes FROM..TO like 3..5, not ${text}`);
  const from = match[1] === "" ? -1 : Number(match[1]);
  const to = match[2] === "" ? count - 1 : Number(match[2]);
  for (const layer of [from, to]) {
    if (layer >= count)
      throw new BallastError("unknown-layer", `there is no layer ${layer}: the image has ${count}, numbered from 0 at the bottom`, {
        hint: "`ballast analyze IMAGE` lists the layers",
      });
  }
  return [from, to];
}

function textGlobs(args: Arguments): readonly Glob[] {
  return [args["text"] ?? []].flat().map((text) => parseGlob(String(text)));
}

function anyOf(globs: readonly Glob[]): PathTest | null {
  return globs.length === 0 ? null : (path) => globs.some((glob) => glob.matches(path));
}

async function render(format: DiffFormat, found: ImageDiff, args: Arguments, io: CommandIo): Promise<string> {
  if (format === "json") return (await import("../report/diff/json.ts")).renderDiffJson(found);
  if (format === "markdown") return (await import("../report/diff/markdown.ts")).renderDiffMarkdown(found);
  const { renderDiffText } = await import("../report/diff/text.ts");
  return renderDiffText(found, {
    columns: io.stdout.columns || 80,
    color: colorEnabled(args["color"] as ColorMode, io.stdout, io.env),
    all: args["all"] === true,
  });
}
