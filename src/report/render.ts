/** Every report format by name, loaded only when asked for. */
import type { Analysis } from "../../analyzers/analysis.ts";
import type { ReportFormat, ReportOptions } from "./options.ts";
import { jsonPieces } from "./json-text.ts";
import { encodePieces, textOf } from "./report-text.ts";
import type { ReportText } from "./report-text.ts";

type Renderer = (analysis: Analysis, options: ReportOptions) => ReportText | Promise<ReportText>;

const renderers: Readonly<Record<ReportFormat, () => Promise<Renderer>>> = {
  text: textRenderer,
  json: jsonRenderer,
  markdown: async () => (await import("./markdown.ts")).renderMarkdown,
  html: async () => (await import("./html/image-page.ts")).renderHtml,
  sarif: async () => (await import("./ci/sarif.ts")).renderSarif,
  junit: async () => (await import("./ci/junit.ts")).renderJunit,
  github: async () => (await import("./ci/github.ts")).renderGithub,
  codequality: async () => (await import("./ci/codequality.ts")).renderCodeQuality,
  dive: async () => (await import("./ci/dive.ts")).renderDive,
};

/** The whole report; ends with a line end. */
export async function renderReport(format: ReportFormat, analysis: Analysis, options: ReportOptions): Promise<string> {
  return textOf(await renderPieces(format, analysis, options));
}

/** As `renderReport`, piece by piece, for callers that write it out as it comes. */
export async function renderPieces(format: ReportFormat, analysis: Analysis, options: ReportOptions): Promise<ReportText> {
  const render = await renderers[format]();
  return render(analysis, options);
}

async function textRenderer(): Promise<Renderer> {
  const [{ renderText }, { renderGateText }] = await Promise.all([import("./text/text.ts"), import("./gate/text.ts")]);
  return (analysis, options) => {
    const report = renderText(analysis, { columns: options.columns ?? 80, color: options.color ?? false, all: options.all ?? false });
    return options.gate === undefined ? report : `${report}\n${renderGateText(options.gate, options)}`;
  };
}

async function jsonRenderer(): Promise<Renderer> {
  const [{ reportDocument }, { baselineDocument, gateDocument }] = await Promise.all([import("./json.ts"), import("./gate/json.ts")]);
  return (analysis, { files = false, baseline, gate }) => {
    const document = {
      ...reportDocument(analysis, { files }),
      ...(baseline === undefined ? {} : { baseline: baselineDocument(baseline) }),
      ...(gate === undefined ? {} : { gate: gateDocument(gate, analysis) }),
    };
    return encodePieces(jsonPieces(document, 2));
  };
}
