/** One row for each image, for a spreadsheet. */
import type { Survey } from "../../../analyzers/survey/survey.ts";
import { csvOf } from "../csv.ts";

const columns = [
  "name",
  "digest",
  "platform",
  "created",
  "layers",
  "storedBytes",
  "exclusiveBytes",
  "sharedBytes",
  "totalBytes",
  "finalBytes",
  "wastedBytes",
  "efficiency",
  "leftoverBytes",
  "duplicateBytes",
  "unneededBytes",
  "packages",
  "criticalSecrets",
  "highSecrets",
  "otherSecrets",
  "verdict",
  "brokenRules",
  "unreadable",
];

export function renderSurveyCsv({ images, ledger }: Survey): string {
  const shares = new Map(ledger.images.map((row) => [row.image, row]));
  const rows = images.map(({ name, held, figures, verdict, unreadable }) => {
    const { bytes, exclusiveBytes, sharedBytes } = shares.get(held)!;
    const secrets = figures?.secrets ?? null;
    return [
      ...[name, held.id, held.platform, held.created, held.layers.length, bytes, exclusiveBytes, sharedBytes],
      ...[figures?.totalBytes ?? null, figures?.finalBytes ?? null, figures?.wastedBytes ?? null, figures?.efficiency ?? null],
      ...[figures?.leftoverBytes ?? null, figures?.duplicateBytes ?? null, figures?.unneededBytes ?? null, figures?.packages ?? null],
      ...(secrets === null ? [null, null, null] : [secrets.critical, secrets.high, secrets.medium + secrets.low + secrets.info]),
      verdict?.status ?? null,
      verdict === null ? null : verdict.broken.map(({ rule }) => rule).join(" "),
      unreadable,
    ];
  });
  return csvOf(columns, rows);
}
