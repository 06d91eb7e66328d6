import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";

import { evaluateGate } from "../../src/gate/evaluate.ts";
import { parseBallastYaml } from "../../src/config/ballast-yaml.ts";
import { MergedTree } from "../../src/filesystem/merged-tree.ts";
import { writeOutputs } from "../../src/report/outputs.ts";
import type { ReportFormat, ReportOptions } from "../../src/report/options.ts";
import { reportFormats } from "../../src/report/options.ts";
import { renderReport } from "../../src/report/render.ts";
import { analysisOf, secretOf } from "../helpers/analysis.ts";
import { catalogOf } from "../helpers/trees/catalog.ts";
import { projectRoot } from "../helpers/run-cli.ts";

/** Everything that some format gives a meaning, in every place that an image can write to. */
const nasty = [
  "::error::pwned",
  "\n::set-output name=a::b\n",
  "a\r\n::stop-commands::x",
  "##[error]x",
  "##vso[task.setvariable variable=PATH]/evil",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "![x](http://evil/x.png)",
  "[click](javascript:alert(1))",
  "`code` ``` ~~~",
  "| cell | cell |",
  "@everyone #1 owner/repo#2",
  "https://evil.example/?q=1",
  "</details></summary>",
  "]]><!-- & ' \" -->",
  "\u0000\u0008\u000b\uffff\ud800",
  "\u001b[31mred\u001b]8;;http://evil\u0007",
  "\u202egnp.exe",
  "# heading",
  "- [ ] task",
  "%0A::error::x",
  "a b/../..",
].join(" ");

const path = `/${nasty}`;
const bytePath = Buffer.from(nasty.replaceAll("\0", ""), "utf8")
  .toString("latin1")
  .split("/")
  .filter((part) => part !== "" && !part.startsWith("."))
  .join("/");

async function hostile(): Promise<{ analysis: ReturnType<typeof analysisOf>; options: ReportOptions }> {
  const tree = new MergedTree();
  tree.addLayer(catalogOf([{ path: bytePath, size: 5, mode: 0o4777 }]));
  const plain = analysisOf();
  const analysis = analysisOf({
    reference: nasty,
    container: { user: "root:" + nasty, labels: {} },
    tree,
    layers: [{ ...plain.layers[0]!, createdBy: nasty }],
    waste: [{ path, bytes: 500, cause: "removed", layer: 0, supersededBy: 0 }],
    duplicates: [{ bytes: 5, digest: plain.layers[0]!.digest, paths: [path, `${path}2`] }],
    leftovers: [
      {
        rule: "apt-lists",
        title: "apt lists",
        category: "caches",
        layer: 0,
        createdBy: nasty,
        bytes: 9,
        files: 1,
        paths: [path],
        advice: `remove ${path}`,
      },
    ],
    secrets: [
      secretOf({
        locations: [
          { surface: "file", path, line: 1, layer: 0 },
          { surface: "env", key: nasty },
        ],
        redacted: nasty,
        state: "present",
      }),
    ],
    incomplete: [{ what: "secrets", reason: nasty, path }],
    warnings: [{ code: "duplicate-path", message: `${path} stands twice`, path, layer: 0 }],
    efficiency: { ...plain.efficiency, dive: { ...plain.efficiency.dive, inefficiencies: [{ path, count: 2, bytes: 5 }] } },
  });
  const settings = await parseBallastYaml(
    ".ballast.yaml",
    "rules: { secrets: low, setuid-files: 0, world-writable: 0, root-user: true, wasted-bytes: 1, forbidden-paths: ['/**'], required-labels: [x], engine-divergence: 0, duplicate-bytes: 0, leftover-bytes: 0, largest-file: 1 }",
  );
  const gate = evaluateGate({
    analysis,
    baseline: null,
    now: 0,
    settings: { rules: settings.rules!, ignore: [], secretsAllow: [], sources: [".ballast.yaml"] },
  });
  expect(gate.rules.filter(({ status }) => status !== "fail")).toEqual([]);
  return {
    analysis,
    options: {
      gate,
      baseline: {
        name: nasty,
        totalBytes: 1,
        finalBytes: 1,
        wastedBytes: 0,
        score: 1,
        compressedBytes: 1,
        layerCount: 1,
        layers: [],
        claimedLayers: 0,
      },
    },
  };
}

async function render(format: ReportFormat): Promise<string> {
  const { analysis, options } = await hostile();
  return renderReport(format, analysis, options);
}

const schema = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(projectRoot, file), "utf8")) as Record<string, unknown>;

function sarifValidator(): (document: unknown) => string {
  // Draft 4 calls it `id`; nothing else of that draft is used in it.
  const { $schema: _, id: $id, ...rest } = schema("test/fixtures/schemas/sarif-2.1.0.json") as { id: string; $schema: string };
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile({ ...rest, $id });
  return (document) => (validate(document) ? "" : ajv.errorsText(validate.errors));
}

describe("the report of a hostile image", () => {
  it("is valid SARIF 2.1.0 with relative, percent-encoded URIs and stable fingerprints", async () => {
    const document = JSON.parse(await render("sarif")) as {
      runs: {
        results: {
          locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
          partialFingerprints: Record<string, string>;
        }[];
      }[];
    };
    expect(sarifValidator()(document)).toBe("");
    const { results } = document.runs[0]!;
    expect(results.length).toBeGreaterThan(8);
    for (const { locations, partialFingerprints } of results) {
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$/);
      expect(new URL(locations[0]!.physicalLocation.artifactLocation.uri, "file:///image/").pathname).toMatch(/^\/image\//);
      expect(partialFingerprints["ballastIssue/v1"]).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it("is valid JUnit without a character that XML forbids", async () => {
    const xml = await render("junit");
    const result = await validateXML({
      xml: [{ fileName: "junit.xml", contents: xml }],
      schema: [{ fileName: "junit-10.xsd", contents: readFileSync(join(projectRoot, "test/fixtures/schemas/junit-10.xsd"), "utf8") }],
    });
    expect(result.errors).toEqual([]);
    expect(xml).not.toMatch(/[^\P{Cc}\n]|[\ufffe\uffff]|<script|<img|<!--|\]\]>/u);
  });

  it("writes only Ballast's own workflow commands", async () => {
    const lines = (await render("github")).trimEnd().split("\n");
    for (const line of lines.slice(0, -1)) {
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^:,\r\n]*::[^\r\n]*$/);
    }
    expect(lines.at(-1)).toMatch(/^ballast: Failed: /);
  });

  it.each(reportFormats.filter((format) => format !== "html"))("holds no command of another pipeline in %s", async (format) => {
    const printed: string[] = [];
    const sink = { write: (text: string | Buffer) => printed.push(text.toString()) };
    const text = await render(format);
    await writeOutputs([{ format, file: null }], async () => text, { stdout: sink, stderr: sink, env: {} });
    expect(printed.join("")).not.toMatch(/##\w*\[/);
    if (format !== "github") expect(printed.join("")).not.toMatch(/^\s*::/m);
  });

  it("has no markup, mention, link or HTML of the image in its Markdown", async () => {
    const markdown = await render("markdown");
    const allowed = /<\/?(?:details|summary|code)>/g;
    const rest = markdown.replace(allowed, "").replace(/&#\d+;/g, "·");
    expect(rest).not.toMatch(/[<>@`[\]]|https?:|javascript:|!\[/);
    for (const line of markdown.split("\n")) {
      if (line.startsWith("|"))
        expect([line, line.match(/\|/g)?.length]).toEqual([line, expect.toSatisfy((count: number) => [3, 5, 7].includes(count))]);
    }
    // Every fold that is opened is closed, in order, and none more.
    let depth = 0;
    for (const [tag] of markdown.matchAll(/<\/?details>/g)) {
      depth += tag === "<details>" ? 1 : -1;
      expect(depth === 0 || depth === 1).toBe(true);
    }
    expect(depth).toBe(0);
    expect(markdown.match(/^#{1,6} /gm)).toEqual(["### "]);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(60_000);
  });

  it("keeps control characters out of the terminal", async () => {
    for (const format of ["text", "github", "markdown", "junit"] as const) {
      expect((await render(format)).replaceAll("\n", "")).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
    }
  });

  it("is JSON in every format that is, and the gate's object follows its schema", async () => {
    for (const format of ["sarif", "codequality", "dive", "json"] as const) expect(JSON.parse(await render(format))).toBeTypeOf("object");
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile(schema("schema/check.schema.json"));
    expect(validate(JSON.parse(await render("json"))) ? "" : ajv.errorsText(validate.errors)).toBe("");
  });

  it("has unique fingerprints and paths inside the project in its code quality file", async () => {
    const rows = JSON.parse(await render("codequality")) as {
      fingerprint: string;
      severity: string;
      location: { path: string; lines: { begin: number } };
    }[];
    expect(new Set(rows.map(({ fingerprint }) => fingerprint)).size).toBe(rows.length);
    for (const { severity, location } of rows) {
      expect(["info", "minor", "major", "critical", "blocker"]).toContain(severity);
      expect(location.path).toMatch(/^[^/\\\p{Cc}]/u);
      expect(location.path).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
      expect(new URL(location.path.replaceAll("?", "%3F").replaceAll("#", "%23"), "file:///project/").pathname).toMatch(/^\/project\//);
      expect(location.lines.begin).toBeGreaterThan(0);
    }
  });

  it.each(reportFormats)("ends with a line end in %s", async (format) => {
    expect((await render(format)).endsWith("\n")).toBe(true);
  });
});

describe("size", () => {
  it("keeps Markdown below 60 kB with every fold closed, whatever the image holds", async () => {
    const long = `/${"<".repeat(4000)}`;
    const waste = Array.from({ length: 3000 }, (_, i) => ({
      path: `/${i}/${i}/${i}${long}`,
      bytes: 10 + i,
      cause: "removed" as const,
      layer: 0,
      supersededBy: 0,
    }));
    const secrets = Array.from({ length: 3000 }, (_, i) =>
      secretOf({ fingerprint: String(i), locations: [{ surface: "file", path: `${long}${i}` }] }),
    );
    const markdown = await renderReport("markdown", analysisOf({ waste, secrets, reference: long }), {});
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(60_000);
    expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length);
  });
});

describe("fingerprints", () => {
  it("stay when figures, layers and names of the image change", async () => {
    const one = analysisOf({ secrets: [secretOf({ locations: [{ surface: "file", path: "/a", layer: 1, line: 3 }] })] });
    const two = analysisOf({
      reference: "other:2",
      secrets: [secretOf({ locations: [{ surface: "file", path: "/a", layer: 5, line: 9 }] })],
    });
    const prints = async (analysis: typeof one) =>
      [...(await renderReport("sarif", analysis, {})).matchAll(/ballastIssue\/v1": "(\w+)"/g)].map(([, print]) => print);
    expect(await prints(one)).toEqual(await prints(two));
    expect((await prints(one)).length).toBe(1);
  });
});

it.each(reportFormats)("csi-in-json: %s holds no character that a terminal obeys, C1 controls and bidi marks included", async (format) => {
  const hostile = "a\u009b31mb\u007f\u0085\u202egnp\u2028";
  const tree = new MergedTree();
  tree.addLayer(catalogOf([{ path: Buffer.from(`etc/${hostile}`).toString("latin1") }]));
  const text = await renderReport(format, analysisOf({ tree }), { files: true });
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  expect(text).not.toMatch(/[\0-\b\v-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
  if (format === "json") expect(JSON.stringify(JSON.parse(text))).toContain(hostile);
});
