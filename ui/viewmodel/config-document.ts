/** The sixth tab: what the image runs, and the history that made it. */
import { formatPlatform } from "../../src/image/platform.ts";
import type { ShownAnalysis, ShownImage } from "../session.ts";
import { blank, field, paragraph, safe } from "./document.ts";
import type { Line } from "./document.ts";

export function configDocument(image: ShownImage, analysis: ShownAnalysis | null, width: number): Line[] {
  const { config } = image;
  const { container } = config;
  const row = (name: string, value: string | null | undefined): Line[] =>
    value === null || value === undefined || value === "" ? [] : field(name, safe(value), width, undefined, 16);
  const heading = (text: string): Line[] => [blank, [[text, "titleFocused"]]];
  return [
    [["Image", "titleFocused"]],
    ...row("reference", image.reference),
    ...row("transport", image.transport),
    ...row("platform", formatPlatform(image.platform)),
    ...row("created", config.created),
    ...row("author", config.author),
    ...row("manifest", image.manifestDigest),
    ...row("config", image.configDigest),
    ...image.tags.flatMap((tag, i) => row(i === 0 ? "tags" : "", tag)),
    ...Object.entries(image.annotations).flatMap(([key, value], i) => row(i === 0 ? "annotations" : "", `${key}=${value}`)),
    ...heading("What a container runs"),
    ...row("user", container.user ?? "root (none set)"),
    ...row("working dir", container.workingDir),
    ...row("entrypoint", commandLine(container.entrypoint)),
    ...row("command", commandLine(container.cmd)),
    ...row("shell", commandLine(container.shell)),
    ...row("ports", container.exposedPorts.join(", ")),
    ...row("volumes", container.volumes.join(", ")),
    ...row("stop signal", container.stopSignal),
    ...row("healthcheck", commandLine(container.healthcheck?.test ?? null)),
    ...container.onBuild.flatMap((line, i) => row(i === 0 ? "on build" : "", line)),
    ...list("Environment", container.env, width),
    ...list(
      "Labels",
      Object.entries(container.labels).map(([key, value]) => `${key}=${value}`),
      width,
    ),
    ...heading("History"),
    ...historyLines(image, width),
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

function commandLine(words: readonly string[] | null): string | null {
  return words === null || words.length === 0
    ? null
    : words.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

function historyLines(image: ShownImage, width: number): Line[] {
  const lines: Line[] = [];
  let layer = 0;
  for (const entry of image.config.history) {
    const isEmpty = entry.emptyLayer === true;
    const label = isEmpty ? "   -" : String(layer).padStart(4);
    if (!isEmpty) layer += 1;
    const text = safe(entry.createdBy ?? entry.comment ?? "(nothing said)");
    const [first = blank, ...rest] = paragraph(text, width - 6);
    lines.push([[`${label}  `, isEmpty ? "dim" : "number"], ...first], ...rest.map((line): Line => [["      "], ...line]));
  }
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
