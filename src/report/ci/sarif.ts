/** SARIF 2.1.0 (OASIS), as GitHub's code scanning reads it. */
import { defined } from "../../base/defined.ts";
import type { Analysis } from "../../../analyzers/analysis.ts";
import { toolVersion } from "../../base/version.ts";
import { relativeUri, wellFormed } from "../escape.ts";
import { issuesOf } from "./issues.ts";
import type { Issue } from "./issues.ts";
import { jsonText } from "../json-text.ts";
import type { ReportOptions } from "../options.ts";

/** GitHub accepts at most 25,000 results a run and shows 5,000. */
const mostResults = 5000;
const securitySeverity = { critical: "9.5", high: "8.0", medium: "5.5", low: "3.0", info: "1.0" } as const;

export function renderSarif(analysis: Analysis, options: ReportOptions): string {
  const issues = issuesOf(analysis, options).slice(0, mostResults);
  const rules = [...new Map(issues.map((issue) => [issue.rule, issue])).values()];
  const ruleIndex = new Map(rules.map(({ rule }, index) => [rule, index]));
  const { image } = analysis;
  const document = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Ballast",
            version: toolVersion,
            semanticVersion: toolVersion,
            rules: rules.map((issue) => reportingDescriptor(issue)),
          },
        },
        automationDetails: { id: "ballast/" },
        originalUriBaseIds: { IMAGE: { description: { text: `The root of the filesystem of ${image.reference}` } } },
        columnKind: "utf16CodeUnits",
        results: issues.map((issue) => result(issue, analysis, ruleIndex.get(issue.rule)!)),
        properties: {
          image: image.reference,
          configDigest: image.configDigest,
          ...defined({ manifestDigest: image.manifestDigest }),
          ...(options.gate === undefined ? {} : { verdict: options.gate.status, sentence: options.gate.sentence }),
        },
      },
    ],
  };
  return wellFormedJson(document);
}

function reportingDescriptor({ rule, title, fix, severity, level }: Issue): object {
  return {
    id: rule,
    name: rule.replace(/(?:^|[-/ ])(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: fix },
    defaultConfiguration: { level },
    properties:
      severity === undefined
        ? { tags: ["container-image"] }
        : { tags: ["security", "container-image"], "security-severity": securitySeverity[severity] },
  };
}

function result(issue: Issue, { image, layers }: Analysis, ruleIndex: number): object {
  const layer = issue.layer === undefined ? undefined : layers[issue.layer];
  return {
    ruleId: issue.rule,
    ruleIndex,
    level: issue.level,
    message: { text: issue.message },
    locations: [
      {
        physicalLocation: physicalLocation(issue),
        logicalLocations: [
          {
            name: layer === undefined ? image.reference : `layer ${issue.layer}`,
            fullyQualifiedName: layer === undefined ? image.reference : `${image.reference} layer ${issue.layer} ${layer.digest}`,
            kind: layer === undefined ? "module" : "namespace",
          },
        ],
      },
    ],
    partialFingerprints: { "ballastIssue/v1": issue.fingerprint },
  };
}

/** The line of the Dockerfile, which code scanning shows at the pull request; else the file inside the image. */
function physicalLocation({ dockerfile, path, line }: Issue): object {
  if (dockerfile !== undefined) {
    return {
      artifactLocation: { uri: relativeUri(dockerfile.file), uriBaseId: "%SRCROOT%" },
      region: { startLine: dockerfile.line, endLine: dockerfile.endLine },
    };
  }
  return {
    // What is in no file (a variable, a figure) is located in a name that stands for the config.
    artifactLocation: { uri: path === undefined ? "image-config.json" : relativeUri(path), uriBaseId: "IMAGE" },
    region: { startLine: Math.max(1, line ?? 1) },
  };
}

function wellFormedJson(value: unknown): string {
  return jsonText(value, (_, item: unknown) => (typeof item === "string" ? wellFormed(item) : item));
}
