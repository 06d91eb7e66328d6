/** The sixth tab: what the image runs, and the history that made it. */
import { formatPlatform } from "../../../src/image/platform.ts";
import type { ShownAnalysis, ShownImage } from "../../session.ts";
import { containerFacts, historyLines, imageFacts, labelLines } from "./config-facts.ts";
import type { Fact } from "./config-facts.ts";
import { blank, field, paragraph, safe } from "./document.ts";
import type { Line } from "./document.ts";

export function configDocument(image: ShownImage, analysis: ShownAnalysis | null, width: number): Line[] {
  const input = { ...image, platform: formatPlatform(image.platform) };
  const rows = (facts: readonly Fact[]): Line[] => facts.flatMap(([name, value]) => field(name, safe(value), width, undefined, 16));
  const heading = (text: string): Line[] => [blank, [[text, "titleFocused"]]];
  return [
    [["Image", "titleFocused"]],
    ...rows(imageFacts(input)),
    ...heading("What a container runs"),
    ...rows(containerFacts(input)),
    ...list("Environment", image.config.container.env, width),
    ...list("Labels", labelLines(input), width),
    ...heading("History"),
    ...historyOf(image, width),
    ...warningLines(image, analysis, width),
  ];
}

function list(title: string, values: readonly string[], width: number): Line[] {
  if (values.length === 0) return [];
  return [blank, [[title, "titleFocused"]], ...values.flatMap((value) => keyValue(safe(value), width))];
}

function keyValue(text: string, width: number): Line[] {
  const equals = text.indexOf("=");
  if (equals < 0) return paragraph(text, width);
  const [first = blank, ...rest] = paragraph(text, width);
  const head = first[0]?.[0] ?? "";
  return [[[head.slice(0, equals), "number"], [head.slice(equals)]], ...rest];
}

function historyOf(image: ShownImage, width: number): Line[] {
  const lines = historyLines(image).flatMap(({ layer, text }): Line[] => {
    const label = layer === null ? "   -" : String(layer).padStart(4);
    const [first = blank, ...rest] = paragraph(safe(text), width - 6);
    return [[[`${label}  `, layer === null ? "dim" : "number"], ...first], ...rest.map((line): Line => [["      "], ...line])];
  });
  return lines.length === 0 ? [[["This image has no history.", "dim"]]] : lines;
}

function warningLines(image: ShownImage, analysis: ShownAnalysis | null, width: number): Line[] {
  const warnings = analysis?.warnings ?? image.warnings;
  if (warnings.length === 0) return [];
  return [
    blank,
    [["Warnings", "titleFocused"]],
    ...warnings.slice(0, 500).flatMap((warning) => {
      const where = warning.layer === undefined ? "" : `layer ${warning.layer}: `;
      return paragraph(`${where}${safe(warning.message)}${warning.path === undefined ? "" : ` (${safe(warning.path)})`}`, width, "warning");
    }),
  ];
}
