import type { Analysis } from "../../analyzers/analysis.ts";
import { mergePlatforms } from "../../analyzers/secrets/findings/merge-platforms.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { severityRank, worstFirst } from "../base/severity.ts";
import type { Severity } from "../base/severity.ts";
import { analyzeImage } from "../operations/analyze-image.ts";
import { loadSettings } from "../config/load.ts";
import type { Settings } from "../config/settings.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { formatPlatform } from "../image/platform.ts";
import { colorEnabled } from "../terminal/color.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { defineCommand } from "./command.ts";
import type { Arguments, CommandIo } from "./command.ts";
import { analysisFlags } from "./flags/analysis-flags.ts";
import type { FlagTable } from "./flags/flag.ts";
import { colorFlag, formatFlags } from "./flags/report-flags.ts";
import { openOptionsFrom, scannerFrom } from "./shared/open-image.ts";
import { analyzeFromArguments } from "./shared/analyze-named.ts";
import { secretSettings } from "./shared/secret-settings.ts";
import { wantedReports, writeReports } from "./shared/write-reports.ts";
import { jsonText } from "../report/json-text.ts";

const formats = ["text", "json", "sarif"] as const;

const flags = {
  ...analysisFlags,
  ...formatFlags(formats),
  all: { type: "boolean", describe: "Also show findings of low severity in the text report" },
  "all-platforms": { type: "boolean", describe: "Every platform of a multi-platform image" },
  "fail-on": { type: "choice", choices: worstFirst, describe: "Exit with status 1 when a finding is this severe, or worse" },
  config: { type: "string", value: "FILE", describe: "File to read instead of the nearest .ballast.yaml", variable: "BALLAST_CONFIG" },
  reveal: { type: "boolean", describe: "Show the secrets themselves; on a terminal only" },
  ...colorFlag,
} as const satisfies FlagTable;
type SecretsArguments = Arguments<typeof flags, { readonly image: "required" }>;

export const secrets = defineCommand({
  usage: "secrets <image>",
  summary: "Finds the secrets an image leaks: in ENV, build arguments, history, labels, and in the files of every layer, deleted ones too.",
  examples: [
    ["ballast secrets app:latest", "List what whoever pulls the image can read"],
    ["ballast secrets --fail-on high app.tar", "Exit with status 1 when a secret of high severity or above is found"],
    ["ballast secrets --json app.tar > known.json", "Write a baseline; --secrets-baseline known.json leaves these out later"],
    ["ballast secrets app:latest --dockerfile Dockerfile", "Findings with the lines of the Dockerfile that they come from"],
    ["ballast secrets --secret-rules team.toml oci:build", "Add rules in gitleaks' TOML form"],
  ],
  positionals: { image: "required" },
  flags,
  async run(args, io) {
    const outputs = await wantedReports<(typeof formats)[number]>(args, formats);
    if (args.reveal) checkReveal(args, io);
    const { args: full, found } = await findAll(args, io);
    try {
      // Markdown is for the github format alone, which is not offered here.
      const render = (format: (typeof formats)[number] | "markdown"): Promise<string> =>
        renderFindings(format === "markdown" ? "text" : format, found, full, io);
      await writeReports<(typeof formats)[number]>(outputs, render, io, [args.image], args);
      for (const { message } of found.analysis.warnings.filter(({ code }) => code === "allow-expired"))
        io.stderr.write(`warning: ${sanitize(message)}\n`);
      for (const { path, reason } of found.analysis.incomplete)
        io.stderr.write(`warning: ${sanitize(`${path ?? "a file"} was not fully scanned: ${reason}`)}\n`);
      return failsOn(found.findings, args.failOn) ? ExitStatus.gateFailed : ExitStatus.ok;
    } finally {
      await found.close();
    }
  },
});

function checkReveal(args: SecretsArguments, io: CommandIo): void {
  const elsewhere = args.json || args.format.length > 0 || !io.stdout.isTTY;
  if (elsewhere) {
    throw new BallastError("bad-argument", "--reveal shows secrets on a terminal only, in the text report", {
      hint: "run it in a terminal, without a pipe and without --format or --json",
    });
  }
  if (args.allPlatforms) throw new BallastError("bad-argument", "--reveal takes one platform: name it with --platform");
}

interface Found {
  /** Of the first platform, where there are several. */
  readonly analysis: Analysis;
  readonly findings: readonly SecretFinding[];
  close(): Promise<void>;
}

async function findAll(args: SecretsArguments, io: CommandIo): Promise<{ args: SecretsArguments; found: Found }> {
  if (args.allPlatforms && args.dockerfile !== null)
    throw new BallastError("bad-argument", "--dockerfile takes one platform: name it with --platform");
  if (args.secrets === "off") throw new BallastError("bad-argument", "--secrets off leaves this command nothing to do");
  const settings = await loadSettings({ directory: process.cwd(), env: io.env, flags: args });
  for (const note of settings.notes) io.stderr.write(`note: ${sanitize(note)}\n`);
  const configured = { ...args, secrets: args.secrets ?? settings.secretsScan };
  if (args.secrets === null) tellScan(settings, io);
  const found = args.allPlatforms ? await findInPlatforms(configured, io) : await findInOne(configured, io);
  const { withoutAllowed } = await import("../gate/evaluate.ts");
  const { analysis } = withoutAllowed({ ...found.analysis, secrets: found.findings }, settings.secretsAllow, Date.now());
  return { args: configured, found: { ...found, analysis, findings: analysis.secrets ?? [] } };
}

/** @throws {BallastError} bad-argument: where nothing is looked for, nothing found would be no news */
function tellScan({ secretsScan, sources }: Settings, { stderr }: CommandIo): void {
  const file = sources.join(", ");
  if (secretsScan === "off")
    throw new BallastError("bad-argument", `secrets.scan in ${file} is off, which leaves this command nothing to do`, {
      hint: "--secrets full looks all the same",
    });
  if (secretsScan === "config")
    stderr.write(`note: ${sanitize(`the contents of files are not looked at: secrets.scan in ${file} is config`)}\n`);
}

async function findInOne(args: SecretsArguments, io: CommandIo): Promise<Found> {
  const { analysis, opened } = await analyzeFromArguments(args.image, args, io, { duplicates: false });
  return { analysis, findings: analysis.secrets ?? [], close: () => opened.close() };
}

async function findInPlatforms(args: SecretsArguments, io: CommandIo): Promise<Found> {
  const { openAllPlatforms } = await import("../transports/open.ts");
  const settings = await secretSettings(args);
  const images = await openAllPlatforms(args.image, openOptionsFrom(args, io));
  const scanner = scannerFrom(args, io, settings.spec);
  const close = async (): Promise<void> => {
    await scanner.close();
    await images.close();
  };
  try {
    const analyses: Analysis[] = [];
    for (const image of images.images) {
      const platform = images.images.length > 1 ? { platform: formatPlatform(image.platform) } : {};
      analyses.push(await analyzeImage(image, { scanner, duplicates: false, secrets: { ...settings, ...platform } }));
    }
    const findings = mergePlatforms(analyses.map((analysis) => analysis.secrets ?? []));
    const incomplete = analyses.flatMap((analysis) => analysis.incomplete);
    return { analysis: { ...analyses[0]!, incomplete }, findings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function renderFindings(
  format: (typeof formats)[number],
  { analysis, findings }: Found,
  args: SecretsArguments,
  io: CommandIo,
): Promise<string> {
  if (format === "sarif") {
    const { renderSarif } = await import("../report/ci/sarif.ts");
    return renderSarif(
      { ...analysis, secrets: findings, waste: [], duplicates: [], leftovers: [], packages: { ...analysis.packages, findings: [] } },
      {},
    );
  }
  if (format === "json") {
    const { reportDocument } = await import("../report/json.ts");
    const {
      schemaVersion,
      tool,
      image,
      dockerfile,
      secrets: rows,
      secretsScanned,
      incomplete,
      warnings,
    } = reportDocument({ ...analysis, secrets: findings }, { files: false });
    return jsonText({ schemaVersion, tool, image, dockerfile, secrets: rows, secretsScanned, incomplete, warnings });
  }
  const { renderSecretsText } = await import("../report/text/secrets-text.ts");
  const revealed = args.reveal ? { revealed: await reveal(analysis, findings, args) } : {};
  return renderSecretsText(analysis.image.reference, findings, analysis.incomplete.length, {
    columns: io.stdout.columns || 80,
    color: colorEnabled(args.color, io.stdout, io.env),
    all: args.all,
    hasBaseline: args.secretsBaseline !== null,
    dockerfile: analysis.dockerfile,
    ...revealed,
  });
}

async function reveal(
  analysis: Analysis,
  findings: readonly SecretFinding[],
  args: SecretsArguments,
): Promise<ReadonlyMap<string, string>> {
  const { revealSecrets } = await import("../operations/reveal-secrets.ts");
  return revealSecrets(findings, analysis.image, analysis.tree, await (await secretSettings(args)).rules());
}

function failsOn(findings: readonly SecretFinding[], threshold: Severity | null): boolean {
  return threshold !== null && findings.some(({ severity }) => severityRank(severity) >= severityRank(threshold));
}
