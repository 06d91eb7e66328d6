import { analysisFlags } from "../flags/analysis-flags.ts";
import { isCi } from "../../config/ci.ts";
import { defineCommand } from "../command.ts";
import type { CommandIo } from "../command.ts";
import { diveFlags, imageFromSource } from "../flags/dive-flags.ts";
import { flagValues } from "../flags/flag.ts";
import { gateFlags } from "../flags/gate-flags.ts";
import { reportFlags } from "../flags/report-flags.ts";
import type { ReportArguments } from "../flags/report-flags.ts";

const themes = ["default", "high-contrast", "color-blind", "monochrome"] as const;

export const explore = defineCommand({
  usage: "explore <image>",
  summary:
    "Looks around in an image: layers, files, waste, secrets, and what a smaller one would save. Without a terminal it prints the report.",
  examples: [
    ["ballast nginx:latest", "Look around in an image of the daemon or a registry"],
    ["ballast explore --theme color-blind app.tar", "In colours that every eye tells apart"],
  ],
  positionals: { image: "required" },
  flags: {
    ...analysisFlags,
    ...reportFlags,
    ...diveFlags,
    theme: { type: "choice", choices: themes, describe: "Colours of the terminal UI", variable: "BALLAST_THEME" },
  },
  async run(args, io, line) {
    const gate = flagValues(gateFlags, {}, io.env);
    if (await isDivePipeline(io)) {
      io.stderr.write("note: CI is set and there is a .dive-ci: judging as `ballast check` does\n");
      const { check } = await import("../check.ts");
      return check.run({ ...gate, ...args }, io, line);
    }
    if (!canShow(io) || wantsReport(args)) {
      const { runAnalyze } = await import("../analyze.ts");
      return runAnalyze(imageFromSource(args.image, args, io), args, io);
    }
    const { loadSettings } = await import("../../config/load.ts");
    const settings = await loadSettings({ directory: process.cwd(), env: io.env, flags: { ...gate, ...args } });
    // blessed takes longer to load than everything else; the image is opened once the first frame is up.
    const [{ runApp }, { createKeymap }, { createSession }] = await Promise.all([
      import("../../../ui/app.ts"),
      import("../../../ui/keys/keymap.ts"),
      import("./session.ts"),
    ]);
    return runApp({
      streams: { input: io.stdin, output: io.stdout },
      name: imageFromSource(args.image, args, io),
      open: (name) => createSession(name, { ...args, base: settings.base }, io),
      keymap: createKeymap(settings.keys),
      theme: settings.theme,
      env: io.env,
      signal: io.signal,
    });
  },
});

/**
 * `CI=true dive IMAGE` beside a `.dive-ci` is a gate: whoever only changes the program's name must not get a report that always passes.
 */
async function isDivePipeline(io: CommandIo): Promise<boolean> {
  if (!isCi(io.env)) return false;
  const { discoverConfig } = await import("../../config/discover.ts");
  return discoverConfig(process.cwd())?.kind === "dive";
}

/** A UI needs a terminal on both sides that can do more than print lines, and nobody's pipeline. */
export function canShow(io: CommandIo): boolean {
  return io.stdin.isTTY === true && io.stdout.isTTY === true && io.env["TERM"] !== "dumb" && !isCi(io.env);
}

/** `ballast IMAGE --json` means the report. */
function wantsReport(args: ReportArguments): boolean {
  return args.json || args.format.length > 0 || args.files;
}
