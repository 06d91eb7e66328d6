import type { Analysis } from "../../analyzers/analysis.ts";
import { ecosystems } from "../../analyzers/packages/model.ts";
import type { Ecosystem, PackageRow } from "../../analyzers/packages/model.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { suggestion } from "../base/text/nearest.ts";
import { packageOrders, selectPackages } from "../report/packages/select.ts";
import { colorEnabled } from "../terminal/color.ts";
import { defineCommand } from "./command.ts";
import type { Arguments, CommandIo } from "./command.ts";
import { baseFlag } from "./flags/analysis-flags.ts";
import { dockerfileFlags } from "./flags/dockerfile-flags.ts";
import type { FlagTable } from "./flags/flag.ts";
import { imageFlags } from "./flags/image-flags.ts";
import { colorFlag, everyRowFlag, formatFlags } from "./flags/report-flags.ts";
import { analyzeFromArguments } from "./shared/analyze-named.ts";
import { wantedReports, writeReports } from "./shared/write-reports.ts";
import { jsonText } from "../report/json-text.ts";

const formats = ["text", "json", "csv", "markdown", "html"] as const;
type Format = (typeof formats)[number];

const flags = {
  ...imageFlags,
  ...baseFlag,
  ...dockerfileFlags,
  ecosystem: { type: "strings", value: "NAME", describe: `Only packages of one ecosystem: ${ecosystems.join(", ")}` },
  layer: { type: "number", describe: "Only packages that layer N brought, counted from 0" },
  sort: {
    type: "choice",
    choices: packageOrders,
    default: "bytes",
    describe: "Order: own bytes, bytes with what only it brings, name or layer",
  },
  why: { type: "string", value: "PACKAGE", describe: "Show why a package is there: the chain of packages that asked for it" },
  tree: { type: "boolean", describe: "Show each package below the one that brought it" },
  ...formatFlags(formats),
  ...everyRowFlag,
  ...colorFlag,
} as const satisfies FlagTable;
type PackagesArguments = Arguments<typeof flags, { readonly image: "required" }>;

export const packages = defineCommand({
  usage: "packages <image>",
  summary: "Tells what every byte of an image is for: its packages by size, who asked for each, and what would go with it.",
  examples: [
    ["ballast packages app:latest", "The largest packages, with what only they bring, and why they are there"],
    ["ballast packages --why perl app.tar", "Who asked for perl, from the command on"],
    ["ballast packages --tree --ecosystem dpkg app.tar", "Debian's packages, each below the one that brought it"],
    ["ballast packages --dockerfile Dockerfile app.tar", "With the line of the Dockerfile that brought each"],
    ["ballast packages --format csv=packages.csv app.tar", "All of them for a spreadsheet"],
  ],
  positionals: { image: "required" },
  flags,
  async run(args, io) {
    const outputs = await wantedReports<Format>(args, formats);
    const kinds = args.ecosystem.map(ecosystemNamed);
    if (args.why !== null && args.tree) throw new BallastError("bad-argument", "--why and --tree show different things: give one of them");
    const quiet = { secrets: "off", secretRules: null, secretsBaseline: null } as const;
    const { analysis, opened } = await analyzeFromArguments(args.image, { ...args, ...quiet }, io, { duplicates: false });
    try {
      const { layer, why } = args;
      if (layer !== null && !(Number.isInteger(layer) && layer >= 0 && layer < analysis.layers.length)) {
        throw new BallastError(
          "bad-argument",
          `--layer takes the number of a layer, 0${analysis.layers.length > 1 ? ` to ${analysis.layers.length - 1}` : ""}`,
        );
      }
      const selected = selectPackages(analysis.packages, { ecosystems: kinds, layer, order: args.sort });
      const rows = why === null ? selected : rowsNamed(analysis, kinds, why);
      await writeReports<Format>(outputs, (format) => render(format, analysis, rows, args, io), io, [args.image], args);
    } finally {
      await opened.close();
    }
    return ExitStatus.ok;
  },
});

function ecosystemNamed(text: string): Ecosystem {
  const found = ecosystems.find((known) => known === text.toLowerCase());
  if (found === undefined) throw new BallastError("bad-argument", `--ecosystem: there is no "${text}"${suggestion(text, ecosystems)}`);
  return found;
}

/** All packages of that name, those that are part of another too. */
function rowsNamed({ packages: { packages: all } }: Analysis, kinds: readonly Ecosystem[], name: string): PackageRow[] {
  const candidates = all.filter(({ ecosystem }) => kinds.length === 0 || kinds.includes(ecosystem));
  const rows = candidates.filter((row) => row.name === name);
  if (rows.length > 0) return rows;
  const names = [...new Set(candidates.map((row) => row.name))];
  throw new BallastError("bad-argument", `the image has no package "${name}"${suggestion(name, names)}`, {
    hint: "`ballast packages IMAGE --all` lists them",
  });
}

async function render(
  format: Format,
  analysis: Analysis,
  rows: readonly PackageRow[],
  args: PackagesArguments,
  io: CommandIo,
): Promise<string> {
  if (format === "csv") return (await import("../report/packages/csv.ts")).renderPackagesCsv(analysis, rows);
  if (format === "markdown") return (await import("../report/packages/markdown.ts")).renderPackagesMarkdown(analysis, rows);
  if (format === "html") return (await import("../report/html/image-page.ts")).renderHtml(analysis, { packages: rows });
  if (format === "json") return jsonOf(analysis, rows);
  const text = await import("../report/packages/text.ts");
  const options = { columns: io.stdout.columns || 80, color: colorEnabled(args.color, io.stdout, io.env), all: args.all };
  if (args.why !== null) return text.renderWhy(analysis, rows, options);
  return args.tree ? text.renderPackagesTree(analysis, rows, options) : text.renderPackagesText(analysis, rows, options);
}

/** The report's own keys, so that a script reads both alike; `selected` are the places in `packages` of those that were asked for. */
async function jsonOf(analysis: Analysis, rows: readonly PackageRow[]): Promise<string> {
  const { reportDocument } = await import("../report/json.ts");
  const { schemaVersion, tool, image, owners, packages: all, unneeded, dockerfile, warnings } = reportDocument(analysis, { files: false });
  const selected = rows.map(({ index }) => index);
  return jsonText({ schemaVersion, tool, image, owners, packages: all, selected, unneeded, dockerfile, warnings });
}
