/** The JSON document of `ballast diff` (`schema/diff.schema.json`). */
import { differs } from "../../../analyzers/diff/image-diff.ts";
import type { ImageDiff } from "../../../analyzers/diff/image-diff.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import { schemaVersion } from "../json.ts";
import { jsonText } from "../json-text.ts";

export function renderDiffJson(diff: ImageDiff): string {
  const { before, after, files, layers, config, history, packages, texts, warnings } = diff;
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
    layers,
    config,
    history,
    packages,
    texts,
    warnings,
  };
  return jsonText(document);
}
