/** `--format NAME[=FILE]`, given any number of times: which reports are wanted and where each goes. */
import { appendFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";

import { BallastError } from "../base/errors.ts";
import { nearest } from "../base/text/nearest.ts";
import { inertLines } from "../terminal/sanitize.ts";
import { textOf } from "./report-text.ts";
import type { ReportText } from "./report-text.ts";
import { checkWritable, outputTarget, writeOutputFile } from "../base/files/output-file.ts";

export interface Output<Format extends string> {
  readonly format: Format;
  /** Null for standard output. */
  readonly file: string | null;
}

/** Formats for programs, which cannot share standard output with another. */
const parsed: ReadonlySet<string> = new Set(["json", "html", "sarif", "junit", "codequality", "dive", "csv"]);

/** The most that GitHub accepts as the summary of one step, in bytes. */
const mostSummaryBytes = 1024 * 1024;

/**
 * Reads the values of `--format`; `json` is the flag that is short for `--format json`.
 * @throws {BallastError} bad-argument for an unknown format, or two parsed ones on standard output, or two in one file
 */
export function parseOutputs<Format extends string>(
  values: readonly string[],
  json: boolean,
  formats: readonly Format[],
  standard: Format = "text" as Format,
): readonly Output<Format>[] {
  const texts = json ? [...values, "json"] : values;
  const outputs = (texts.length === 0 ? [standard] : texts).map((text) => parseOutput(text, formats));
  const onStdout = outputs.filter(({ file }) => file === null);
  const first = onStdout.find(({ format }) => parsed.has(format));
  if (first !== undefined && onStdout.length > 1) {
    throw new BallastError("bad-argument", `${onStdout.map(({ format }) => format).join(" and ")} cannot both go to standard output`, {
      hint: `write one to a file: --format ${first.format}=FILE`,
    });
  }
  for (const { file } of outputs) {
    const isSame = (other: Output<Format>): boolean => other.file !== null && file !== null && resolve(other.file) === resolve(file);
    if (outputs.filter(isSame).length > 1) {
      throw new BallastError("bad-argument", `two reports are to be written to ${file}`);
    }
  }
  return outputs;
}

function parseOutput<Format extends string>(text: string, formats: readonly Format[]): Output<Format> {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  const file = equals < 0 ? "-" : text.slice(equals + 1);
  const format = formats.find((known) => known === name);
  if (format === undefined)
    throw new BallastError("bad-argument", `--format: there is no format "${name}"; choose one of ${formats.join(", ")}`, {
      hint: meantFormat(text, formats),
    });
  if (file === "") throw new BallastError("bad-argument", `--format ${name}= names no file`);
  return { format, file: /^(?:-|\/dev\/stdout|\/(?:dev|proc\/self)\/fd\/1)$/.test(file) ? null : file };
}

function meantFormat(text: string, formats: readonly string[]): string | undefined {
  const [, word = "", file] = /^(\w+)(?:[:,](.+)|=.*)?$/s.exec(text) ?? [];
  const near = formats.includes(word) ? word : nearest(word, formats);
  if (word === "" || near === null) return undefined;
  return file === undefined ? `did you mean ${near}?` : `a report goes into a file by --format ${near}=${file}`;
}

/**
 * Called before any work is done, so that nobody waits for a large image only to learn that a directory is missing.
 * @throws {BallastError} destination-exists, write-failed
 */
export async function checkOutputs(outputs: readonly Output<string>[]): Promise<void> {
  for (const { file } of outputs) if (file !== null) await checkWritable(await outputTarget(file, true), file);
}

/** Formats in which a line may begin with text from the image. */
const free: ReadonlySet<string> = new Set(["text", "csv", "junit"]);

interface TextSink {
  write(text: string | Buffer): unknown;
}

/**
 * Renders every report before the first is written, so that a failing one leaves nothing behind.
 * On GitHub, the `github` format also appends a Markdown report to the step's summary.
 * @throws {BallastError} write-failed
 */
export async function writeOutputs<Format extends string>(
  outputs: readonly Output<Format>[],
  render: (format: Format | "markdown") => Promise<ReportText>,
  io: { readonly stdout: TextSink; readonly stderr: TextSink; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const rendered: { readonly file: string | null; readonly text: ReportText }[] = [];
  for (const { format, file } of outputs) {
    const text = await render(format);
    rendered.push({ file, text: file === null && free.has(format) ? inertLines(textOf(text)) : text });
  }
  const summaryFile = outputs.some(({ format }) => format === "github") ? io.env["GITHUB_STEP_SUMMARY"] : undefined;
  const summary = summaryFile ? textOf(await render("markdown")) : null;
  for (const { file, text } of rendered) {
    // A report is made anew on every run, so the file of the last one is replaced without asking.
    if (file !== null) await writeOutputFile(file, typeof text === "string" ? text : Readable.from(text), { force: true });
  }
  if (summaryFile && summary !== null) await appendSummary(summaryFile, summary);
  for (const { file, text } of rendered) {
    if (file === null) for (const piece of typeof text === "string" ? [text] : text) io.stdout.write(piece);
  }
}

/** Adds nothing when this report would make the summary larger than GitHub accepts, because it would then show none of it. */
async function appendSummary(file: string, markdown: string): Promise<void> {
  const before = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const text = `${markdown}\n`;
  if (before + Buffer.byteLength(text) > mostSummaryBytes) return;
  try {
    await appendFile(file, text);
  } catch (error) {
    throw new BallastError(
      "write-failed",
      `cannot append to GITHUB_STEP_SUMMARY: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
