/** Reports to where the flags say, once it is sure that none takes the place of what was read. */
import { BallastError } from "../../base/errors.ts";
import { isSourceFile } from "../../operations/refuse-source.ts";
import { checkOutputs, parseOutputs, writeOutputs } from "../../report/outputs.ts";
import type { Output } from "../../report/outputs.ts";
import type { ReportText } from "../../report/report-text.ts";
import type { CommandIo } from "../command.ts";

/** What else a command reads; null is not given. */
interface OtherFiles {
  readonly dockerfile?: string | null;
  readonly config?: string | null;
  readonly ciConfig?: string | null;
  readonly secretRules?: string | null;
  readonly authfile?: string | null;
  readonly ca?: string | null;
  readonly base?: string | null;
  readonly secretsBaseline?: string | null;
  /** An image; a report that was compared with is one of the last run, which the next may replace. */
  readonly baselineImage?: string | null;
  readonly from?: readonly string[];
  /** Configurations that were found. */
  readonly sources?: readonly string[];
}

/**
 * What `--format` and `--json` ask for.
 * @throws {BallastError} bad-argument; destination-exists, write-failed for a place where nothing can be written
 */
export async function wantedReports<Format extends string>(
  { format, json }: { readonly format: readonly string[]; readonly json: boolean },
  formats: readonly Format[],
): Promise<readonly Output<Format>[]> {
  const outputs = parseOutputs(format, json, formats);
  await checkOutputs(outputs);
  return outputs;
}

/**
 * A report is made anew on every run and replaces the last one's file without asking; never a file that the run reads, by whatever name or
 * link.
 * @param images names of the images as typed
 * @throws {BallastError} bad-argument, write-failed, and what `render` throws
 */
export async function writeReports<Format extends string>(
  outputs: readonly Output<Format>[],
  render: (format: Format | "markdown") => Promise<ReportText>,
  io: CommandIo,
  images: readonly string[],
  others: OtherFiles,
): Promise<void> {
  const { dockerfile, config, ciConfig, secretRules, authfile, ca, base, secretsBaseline, baselineImage, from = [], sources = [] } = others;
  const read = [dockerfile, config, ciConfig, secretRules, authfile, ca, base, secretsBaseline, baselineImage, ...from, ...sources].filter(
    (name) => typeof name === "string",
  );
  for (const { file, format } of outputs) {
    if (file === null) continue;
    const refuse = (what: string): never => {
      throw new BallastError("bad-argument", `--format ${format}=${file} is ${what}`, { hint: "write the report to another file" });
    };
    if (await isSourceFile(file, images)) refuse("the image itself");
    if (await isSourceFile(file, read)) refuse("a file that this run reads");
  }
  await writeOutputs(outputs, render, io);
}
