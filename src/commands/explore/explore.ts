import { analysisFlags } from "../flags/analysis-flags.ts";
import { defined } from "../../base/defined.ts";
import { BallastError } from "../../base/errors.ts";
import { isCi } from "../../config/ci.ts";
import { views } from "../../config/settings.ts";
import { defineCommand } from "../command.ts";
import type { CommandIo } from "../command.ts";
import { diveFlags, imageFromSource } from "../flags/dive-flags.ts";
import { canShow } from "./can-show.ts";
import { fromHome } from "./choice/names.ts";
import { flagValues } from "../flags/flag.ts";
import { gateFlags } from "../flags/gate-flags.ts";
import { reportFlags } from "../flags/report-flags.ts";
import type { ReportArguments } from "../flags/report-flags.ts";

const themes = ["auto", "dark", "light", "high-contrast", "color-blind", "monochrome"] as const;

export const explore = defineCommand({
  usage: "explore [image]",
  summary:
    "Looks around in an image: layers, files, waste, secrets, and what a smaller one would save. Without a terminal it prints the report.",
  examples: [
    ["ballast", "Choose one of the images on this machine"],
    ["ballast nginx:latest", "Look around in an image of the daemon or a registry"],
    ["ballast explore --theme color-blind app.tar", "In colours that every eye tells apart"],
  ],
  positionals: { image: "optional" },
  flags: {
    ...analysisFlags,
    ...reportFlags,
    ...diveFlags,
    view: { type: "choice", choices: views, describe: "Tab of the terminal UI to begin with", variable: "BALLAST_VIEW" },
    theme: { type: "choice", choices: themes, describe: "Colours of the terminal UI", variable: "BALLAST_THEME" },
  },
  async run(args, io, line) {
    const gate = flagValues(gateFlags, {}, io.env);
    if (await isDivePipeline(io)) {
      io.stderr.write("note: CI is set, and a .dive-ci or a variable of dive's sets rules: judging as `ballast check` does\n");
      const { check } = await import("../check.ts");
      return check.run({ ...gate, ...args, image: imageOf(args) }, io, line);
    }
    if (!canShow(io) || wantsReport(args)) {
      const { runAnalyze } = await import("../analyze.ts");
      return runAnalyze(imageFromSource(imageOf(args), args, io), args, io);
    }
    const { loadSettings } = await import("../../config/load.ts");
    const settings = await loadSettings({ directory: process.cwd(), env: io.env, flags: { ...gate, ...args } });
    // blessed takes longer to load than everything else; the image is opened once the first frame is shown.
    const [{ runApp }, { createKeymap }, { createSession }, { imageFinder }, { imageCompleter }, { exploreMemory }] = await Promise.all([
      import("../../../ui/app.ts"),
      import("../../../ui/keys/keymap.ts"),
      import("./session.ts"),
      import("./choice/find-images.ts"),
      import("./choice/complete.ts"),
      import("./memory.ts"),
    ]);
    const memory = exploreMemory(io.env);
    return runApp({
      streams: { input: io.stdin, output: io.stdout },
      name: args.image === null ? null : imageFromSource(args.image, args, io),
      open: (name, platform) =>
        createSession(fromHome(name, io.env), { ...args, base: settings.base, platform: platform ?? args.platform }, io),
      findImages: imageFinder(args, io, memory),
      completeImage: imageCompleter(io.env),
      memory,
      keymap: createKeymap(settings.keys),
      theme: settings.theme,
      ...defined({ tab: settings.view ?? undefined }),
      env: io.env,
      signal: io.signal,
    });
  },
});

/**
 * `CI=true dive IMAGE` next to a `.dive-ci`, or with equivalent variables, is a gate: changing only the program's name must not turn it
 * into a report that always passes.
 */
async function isDivePipeline(io: CommandIo): Promise<boolean> {
  if (!isCi(io.env)) return false;
  const [{ discoverConfig }, { speaksOfDivesRules }] = await Promise.all([
    import("../../config/discover.ts"),
    import("../../config/dive-ci.ts"),
  ]);
  return speaksOfDivesRules(io.env) || discoverConfig(process.cwd())?.kind === "dive";
}

/** @throws {BallastError} bad-argument when no image is named, because without a screen there is no picker */
function imageOf({ image }: { readonly image: string | null }): string {
  if (image === null)
    throw new BallastError("bad-argument", "explore needs IMAGE", {
      hint: "name one, or - for an archive on standard input; on a terminal it offers the images that it finds",
    });
  return image;
}

/** `ballast IMAGE --json` means the report. */
function wantsReport(args: ReportArguments): boolean {
  return args.json || args.format.length > 0 || args.files;
}
