/**
 * SLSA provenance (in-toto statements): in `mode=max` BuildKit records every build argument and embeds the Dockerfile, so a secret passed
 * as an argument stays readable here even if no layer or history row shows it.
 */
import { isObject } from "../../../src/image/json.ts";
import type { LegacyText } from "./legacy-config.ts";

/** Deeper than any real statement; a bound for hostile ones. */
const maxDepth = 40;

/** Build arguments by name, the lines of embedded Dockerfiles, and every other text as it is. */
export function provenanceTexts(statement: unknown): LegacyText[] {
  const texts: LegacyText[] = [];
  walk(statement, "", 0, texts);
  return texts;
}

function walk(value: unknown, key: string, depth: number, texts: LegacyText[]): void {
  if (depth > maxDepth) return;
  if (typeof value === "string") {
    if (key.startsWith("build-arg:")) texts.push({ name: key.slice("build-arg:".length), text: value });
    else if (key === "data") texts.push(...sourceLines(value));
    else if (value.length >= 8 && !/^(?:sha256:)?[0-9a-f]{64}$/.test(value)) texts.push({ name: null, text: value });
  } else if (Array.isArray(value)) {
    for (const item of value) walk(item, key, depth + 1, texts);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) walk(item, name, depth + 1, texts);
  }
}

/** The Dockerfile in `metadata…source.infos[].data`, base64. Its ENV, ARG and RUN lines are judged like history rows. */
function sourceLines(base64: string): LegacyText[] {
  const source = Buffer.from(base64, "base64").toString("utf8");
  if (source.includes("\ufffd")) return [];
  return source
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"))
    .flatMap((line): LegacyText[] => {
      const pair = /^\s*(?:ENV|ARG)\s+([A-Za-z_]\w*)(?:=|\s+)(.*)$/i.exec(line);
      return pair === null
        ? [{ name: null, text: line }]
        : [
            { name: pair[1]!, text: pair[2]! },
            { name: null, text: line },
          ];
    });
}
