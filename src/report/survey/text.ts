/** A survey as a person reads it: the totals, then the ten worst by each measure. */
import { compareTexts } from "../../base/text/compare-texts.ts";
import type { Share } from "../../../analyzers/ledger/model.ts";
import { holdingName } from "../../../analyzers/ledger/holding.ts";
import type { ImageFigures } from "../../../analyzers/survey/image-figures.ts";
import type { Survey, SurveyedImage } from "../../../analyzers/survey/survey.ts";
import { painter } from "../../terminal/color.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padStart, truncate } from "../../terminal/width.ts";

export interface SurveyTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Every row instead of the worst. */
  readonly all: boolean;
}

const mostRows = 10;
const figureColumns = 10;

/** Ends with a line end. */
export function renderSurveyText(survey: Survey, options: SurveyTextOptions): string {
  const writer = new Writer(painter(options.color), Math.max(60, options.columns), options.all);
  writer.totals(survey);
  writer.ledger(survey);
  if (survey.analysed) writer.analyses(survey);
  writer.unreadable(survey);
  return `${writer.lines.join("\n")}\n`;
}

type Row = readonly [figure: string, text: string];

class Writer {
  readonly lines: string[] = [];
  readonly #paint: Paint;
  readonly #columns: number;
  readonly #all: boolean;

  constructor(paint: Paint, columns: number, all: boolean) {
    this.#paint = paint;
    this.#columns = columns;
    this.#all = all;
  }

  totals({ ledger: { totals }, artifacts, leftOut, images, unreadable }: Survey): void {
    const { storedBytes, referencedBytes } = totals;
    this.lines.push(
      this.#paint(
        "bold",
        `${plural(totals.images, "image")} under ${plural(totals.tags, "tag")} in ${plural(totals.repositories, "repository", "repositories")}`,
      ),
      `  ${formatBytes(storedBytes)} stored in ${plural(totals.blobs, "blob")}, ${plural(totals.layers, "layer")} among them, each counted once`,
      `  ${formatBytes(referencedBytes)} without sharing: sharing saves ${referencedBytes === 0 ? "nothing" : formatPercent(1 - storedBytes / referencedBytes)}`,
    );
    if (artifacts > 0)
      this.lines.push(
        `  ${plural(artifacts, "artifact")} that ${artifacts === 1 ? "is not an image" : "are not images"} (charts, signatures…), counted as stored`,
      );
    if (leftOut > 0)
      this.lines.push(`  ${plural(leftOut, "tag")} left out by --include and --exclude: what they share counts here as not shared`);
    const older = images.filter(({ selected }) => !selected).length;
    if (older > 0) this.lines.push(`  ${plural(older, "image")} counted, not looked into (--latest, --newer-than)`);
    if (unreadable.length > 0)
      this.lines.push(this.#paint("red", `  ${plural(unreadable.length, "image")} could not be read: listed at the end`));
  }

  ledger({ ledger }: Survey): void {
    const freed = (share: Share, name: string): Row => [formatBytes(share.exclusiveBytes), `${name}  (of ${formatBytes(share.bytes)})`];
    const frees = <T extends Share>(rows: readonly T[], name: (row: T) => string): Row[] =>
      rows.filter(({ exclusiveBytes }) => exclusiveBytes > 0).map((row) => freed(row, name(row)));
    this.#section("Deleting a tag would free", frees(ledger.tags, holdingName));
    if (ledger.repositories.length > 1)
      this.#section(
        "Deleting a repository would free",
        frees(ledger.repositories, ({ repository }) => repository),
      );
    if (ledger.prefixes.length > 1)
      this.#section(
        "Deleting all below would free",
        frees(ledger.prefixes, ({ prefix }) => prefix),
      );
    this.#section(
      "Layers by the images that use them",
      ledger.layersByUse.map(({ images, layers, bytes }) => [
        formatBytes(bytes),
        `${plural(layers, "layer")} in ${plural(images, "image")}${layers > 1 ? " each" : ""}`,
      ]),
    );
    this.#section(
      "Images that begin with the same layers",
      ledger.families.map(({ images, layers, bytes, base, names }) => [
        formatBytes(bytes),
        `${plural(images, "image")} share ${plural(layers, "layer")}: ${base === null ? `${names[0] ?? "…"} and others` : `those of ${base}`}`,
      ]),
    );
    this.#section(
      "On an older build of their base",
      ledger.staleBases.map(({ image, base, from, built, newerBuilt, usedBy }) => [
        built.slice(0, 10),
        `${image}: ${base ?? "a base"} of ${newerBuilt.slice(0, 10)} is used by ${usedBy}${from === "history" ? " (by history: a guess)" : ""}`,
      ]),
    );
    this.#section(
      "The same image under several names",
      ledger.identical.map(({ names }) => [formatCount(names.length), names.join(", ")]),
    );
  }

  analyses({ images, secrets }: Survey): void {
    const analysed = images.filter((image): image is SurveyedImage & { readonly figures: ImageFigures } => image.figures !== null);
    const worst = (title: string, value: (figures: ImageFigures) => number, text = formatBytes): void => {
      const rows = analysed
        .filter(({ figures }) => value(figures) > 0)
        .sort((a, b) => value(b.figures) - value(a.figures) || compareTexts(a.name, b.name));
      this.#section(
        title,
        rows.map(({ name, figures }) => [text(value(figures)), `${name}  (of ${formatBytes(figures.totalBytes)})`]),
      );
    };
    worst("Most wasted bytes", ({ wastedBytes }) => wastedBytes);
    worst("Most caches and leftovers", ({ leftoverBytes }) => leftoverBytes);
    worst("Most bytes in equal files", ({ duplicateBytes }) => duplicateBytes);
    worst("Most that nothing needs", ({ unneededBytes }) => unneededBytes);
    worst("Largest when unpacked", ({ finalBytes }) => finalBytes);
    if (secrets !== null) {
      this.#section(
        "Secrets",
        secrets.map(({ severity, title, redacted, locations: [place], images: carriers }) => {
          const where = place?.path ?? place?.key ?? place?.surface ?? "";
          const more = carriers.length > 1 ? ` and ${plural(carriers.length - 1, "more image")}` : "";
          return [severity, `${title} ${redacted} in ${where}: ${carriers[0]!.name}${more}`];
        }),
      );
      if (secrets.length === 0 && analysed.length > 0) this.lines.push("", "No secrets found");
    }
    const judged = images.filter(({ verdict }) => verdict !== null);
    const failed = judged.filter(({ verdict }) => verdict!.status === "fail");
    if (judged.length === 0) return;
    const summary = `${formatCount(failed.length)} of ${plural(judged.length, "image")} ${failed.length === 1 ? "fails" : "fail"} the rules`;
    this.#section(
      summary,
      failed.map(({ name, verdict }) => [
        "fail",
        `${name}: ${verdict!.broken
          .filter(({ status }) => status !== "warn")
          .map(({ rule }) => rule)
          .join(", ")}`,
      ]),
    );
    if (failed.length === 0) this.lines.push("", summary);
  }

  unreadable({ unreadable }: Survey): void {
    // Whatever could not be read is always named.
    this.#section(
      "Could not be read",
      unreadable.map(({ name, reason }) => ["", `${name}: ${reason}`]),
      true,
    );
  }

  #section(title: string, rows: readonly Row[], all = this.#all): void {
    if (rows.length === 0) return;
    this.lines.push("", this.#paint("bold", title));
    const shown = all ? rows : rows.slice(0, mostRows);
    for (const [figure, text] of shown) this.lines.push(this.#row(figure, text));
    if (rows.length > shown.length)
      this.lines.push(this.#paint("dim", `  … and ${formatCount(rows.length - shown.length)} more; --all shows every one`));
  }

  #row(figure: string, text: string): string {
    const lead = figure === "" ? "  " : `  ${padStart(figure, figureColumns)}  `;
    const line = `${lead}${sanitize(text)}`;
    return this.#all || figure === "" ? line : truncate(line, this.#columns);
  }
}
