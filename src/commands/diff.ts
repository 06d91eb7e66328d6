import { existsSync } from "node:fs";

import { diffImages, loadDiffInput } from "../operations/diff-images.ts";
import type { DiffInput, DiffOptions } from "../operations/diff-images.ts";
import { differs } from "../../analyzers/diff/image-diff.ts";
import type { ImageDiff } from "../../analyzers/diff/image-diff.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { parseGlob } from "../base/text/glob.ts";
import type { Glob } from "../base/text/glob.ts";
import { colorEnabled } from "../terminal/color.ts";
import { defineCommand } from "./command.ts";
import type { CommandIo } from "./command.ts";
import { dockerfileFlags } from "./flags/dockerfile-flags.ts";
import type { FlagTable, FlagValues } from "./flags/flag.ts";
import { imageFlags } from "./flags/image-flags.ts";
import { colorFlag, everyRowFlag, formatFlags } from "./flags/report-flags.ts";
import { dockerfileFrom } from "./shared/dockerfile.ts";
import { openFromArguments, openOptionsFrom } from "./shared/open-image.ts";
import type { OpenedImage } from "./shared/open-image.ts";
import { wantedReports, writeReports } from "./shared/write-reports.ts";

type PathTest = (path: string) => boolean;

const diffFormats = ["text", "json", "markdown", "html"] as const;
type DiffFormat = (typeof diffFormats)[number];

const flags = {
  ...imageFlags,
  layers: {
    type: "string",
    value: "FROM..TO",
    describe: "Compare one image at two of its layers: after FROM and after TO",
  },
  text: { type: "strings", value: "GLOB", describe: "Show the changed lines of files that match" },
  ...dockerfileFlags,
  "exit-code": { type: "boolean", describe: "Exit with 1 when paths or config differ" },
  ...formatFlags(diffFormats),
  ...everyRowFlag,
  ...colorFlag,
} as const satisfies FlagTable;
type DiffArguments = FlagValues<typeof flags>;

export const diff = defineCommand({
  usage: "diff <before> [after]",
  summary:
    "Compares two images, one image at two of its layers, or a container with its image: paths, bytes, config, packages, layers shared and bytes to pull.",
  examples: [
    ["ballast diff app:1 app:2", "What the new build changed"],
    ["ballast diff app.tar --layers 3..5", "What layers 4 and 5 did to the filesystem"],
    ["ballast diff docker-container:web", "What a container, running or not, changed of its image"],
    ["ballast diff app:1 app:2 --text '/etc/**'", "With the changed lines of files below /etc"],
    ["ballast diff app:1 app:2 --dockerfile Dockerfile", "With the lines whose layers changed; the file is that of the second image"],
  ],
  positionals: { before: "required", after: "optional" },
  flags,
  async run(args, io) {
    const outputs = await wantedReports<DiffFormat>(args, diffFormats);
    const { before, after, layers } = args;
    if (layers !== null && after !== null)
      throw new BallastError("bad-argument", "--layers compares one image at two of its layers, and two images are given", {
        hint: /^\d+$/.test(layers) && /^\d+$/.test(after) ? `write the two layers as one word: --layers ${layers}..${after}` : heightsHint,
      });
    const options = { text: anyOf(args.text.map((glob) => parseGlob(glob))), dockerfile: await dockerfileFrom(args, io.env) };
    let found: ImageDiff;
    if (layers !== null) found = await diffHeights(before, layers, args, io, options);
    else if (after !== null) found = await diffTwo(before, after, args, io, options);
    else found = await diffContainer(before, args, io, options);
    await writeReports<DiffFormat>(
      outputs,
      (format) => render(format, found, args, io),
      io,
      [before, ...(after === null ? [] : [after])],
      args,
    );
    return args.exitCode && differs(found) ? ExitStatus.gateFailed : ExitStatus.ok;
  },
});

async function diffTwo(before: string, after: string, args: DiffArguments, io: CommandIo, options: DiffOptions): Promise<ImageDiff> {
  const one = await openFromArguments(before, args, io, { singlePass: false });
  try {
    const left = await load(one);
    const two = await openFromArguments(after, args, io, { singlePass: false });
    try {
      return await diffImages(left, await load(two), options);
    } finally {
      await two.close();
    }
  } finally {
    await one.close();
  }
}

async function diffHeights(name: string, layers: string, args: DiffArguments, io: CommandIo, options: DiffOptions): Promise<ImageDiff> {
  const opened = await openFromArguments(name, args, io, { singlePass: false });
  try {
    const [from, to] = parseHeights(layers, opened.image.layers.length);
    const input = await load(opened);
    return await diffImages({ ...input, layer: from }, { ...input, layer: to }, options);
  } finally {
    await opened.close();
  }
}

/** `docker-container:NAME`, `podman-container:NAME`, `podman:NAME`; a bare name is Docker's. */
const containerName = /^(docker|podman)(?:-container|-daemon)?:(?:\/\/)?(.+)$/s;

/** Compares a container with the image it was made from. */
async function diffContainer(name: string, args: DiffArguments, io: CommandIo, options: DiffOptions): Promise<ImageDiff> {
  const named = containerName.exec(name);
  const [, engine = "docker", container = name] = named ?? [];
  // If the name is that of a file as well, it is more likely that the second image is missing.
  if (!/^[\w][\w.-]*$/.test(container) || (named === null && existsSync(name))) {
    throw new BallastError("bad-argument", "diff needs a second image, or --layers FROM..TO, or the name of a container", {
      hint: "`ballast diff --help` shows all three",
    });
  }
  if (options.dockerfile !== null)
    throw new BallastError("bad-argument", "--dockerfile tells which lines made layers, and what a container changed was made by none");
  const { containerChanges } = await import("../transports/daemon/container.ts");
  const changes = await containerChanges(engine === "podman" ? "podman" : "docker-daemon", container, openOptionsFrom(args, io));
  try {
    const opened = await openFromArguments(changes.imageName, args, io, { singlePass: false });
    try {
      const { layers } = opened.image;
      const image = { ...opened.image, reference: name, layers: [...layers, changes.layer(layers.length)] };
      const input = await load({ ...opened, image });
      return await diffImages({ ...input, layer: layers.length - 1 }, input, options);
    } finally {
      await opened.close();
    }
  } finally {
    await changes.close();
  }
}

async function load({ image, scanner, progress }: OpenedImage): Promise<DiffInput> {
  progress.step(`scanning ${image.reference}`, null);
  const input = await loadDiffInput(image, scanner, (bytes) => progress.add(bytes));
  progress.done();
  return input;
}

const heightsHint = "--layers 3..5 of one image is what layers 4 and 5 did; `ballast diff A B` compares two images";

/** `3..5`, `..5` (from nothing), `3..` (to the top). */
function parseHeights(text: string, count: number): readonly [from: number, to: number] {
  const match = /^(\d*)\.\.(\d*)$/.exec(text);
  if (match === null) {
    const meant = /^(\d+)\D+(\d+)$/.exec(text);
    throw new BallastError("bad-argument", `--layers takes FROM..TO like 3..5, not ${text}`, {
      hint: meant === null ? heightsHint : `write --layers ${meant[1]}..${meant[2]}`,
    });
  }
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

function anyOf(globs: readonly Glob[]): PathTest | null {
  return globs.length === 0 ? null : (path) => globs.some((glob) => glob.matches(path));
}

async function render(format: DiffFormat, found: ImageDiff, args: DiffArguments, io: CommandIo): Promise<string> {
  if (format === "json") return (await import("../report/diff/json.ts")).renderDiffJson(found);
  if (format === "markdown") return (await import("../report/diff/markdown.ts")).renderDiffMarkdown(found);
  if (format === "html") return (await import("../report/html/diff-page.ts")).renderDiffHtml(found);
  const { renderDiffText } = await import("../report/diff/text.ts");
  return renderDiffText(found, {
    columns: io.stdout.columns || 80,
    color: colorEnabled(args.color, io.stdout, io.env),
    all: args.all,
  });
}
