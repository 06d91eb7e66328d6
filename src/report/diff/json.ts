/** The JSON document of `ballast diff` (`schema/diff.schema.json`). */
import { differs } from "../../../analyzers/diff/image-diff.ts";
import type { ImageDiff } from "../../../analyzers/diff/image-diff.ts";
import type { LineDiff } from "../../../analyzers/diff/line-diff.ts";
import { dockerfileDocument } from "../dockerfile-json.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import { schemaVersion } from "../json.ts";
import { jsonText } from "../json-text.ts";

export function renderDiffJson(diff: ImageDiff): string {
  const { before, after, files, layers, config, history, packages, texts, warnings, lines } = diff;
  const document = {
    schemaVersion,
    tool: { name: toolName, version: toolVersion },
    differs: differs(diff),
    before,
    after,
    bytesBefore: files.bytesBefore,
    bytesAfter: files.bytesAfter,
    paths: files.changes,
    timeOnly: files.timeOnly,
    directories: files.directories,
    layers: layers === null || lines === undefined ? layers : withLines(layers, lines),
    ...(lines === undefined ? {} : { dockerfile: { ...dockerfileDocument(lines.match), lines: lines.changes } }),
    config,
    history,
    packages,
    texts,
    warnings,
  };
  return jsonText(document);
}

function withLines(layers: NonNullable<ImageDiff["layers"]>, { before, after }: LineDiff): object {
  const located = (rows: typeof layers.before, lines: LineDiff["before"]): object[] =>
    rows.map((row) => ({ ...row, dockerfile: lines[row.index] ?? null }));
  return { ...layers, before: located(layers.before, before), after: located(layers.after, after) };
}
