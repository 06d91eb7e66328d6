/**
 * The findings that SARIF, GitHub annotations and code quality files list: the gate rules that the image breaks or, without a gate, what
 * the analysis found.
 */
import { createHash } from "node:crypto";

import { defined } from "../../base/defined.ts";
import type { Severity } from "../../base/severity.ts";
import type { Analysis } from "../../../analyzers/analysis.ts";
import { evidenceLocation, layerLocation, secretLocation } from "../../../analyzers/dockerfile/located.ts";
import type { DockerfileFacts, ReportedLocation } from "../../../analyzers/dockerfile/located.ts";
import type { PackageFinding } from "../../../analyzers/packages/model.ts";
import { filePlace } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { adviceForWaste, groupWaste } from "../../../analyzers/waste/groups.ts";
import type { Evidence, IgnoredSecret, RuleResult } from "../../gate/verdict.ts";
import { formatBytes, plural } from "../../terminal/format-bytes.ts";
import type { ReportOptions } from "../options.ts";

export type IssueLevel = "error" | "warning" | "note";

export interface Issue {
  /** Stable id: a gate rule, `secret/RULE`, `waste/CAUSE`, `leftover/RULE`, `unneeded/RULE`, `warning/CODE`. */
  readonly rule: string;
  readonly title: string;
  readonly level: IssueLevel;
  readonly message: string;
  readonly fix: string;
  readonly path?: string;
  readonly line?: number;
  readonly layer?: number;
  /** Its place in the Dockerfile, from the top of the repository, when one was named and the line is known. */
  readonly dockerfile?: ReportedLocation;
  readonly severity?: Evidence["severity"];
  /** Stable across runs and rebuilds of the same problem: figures, layer numbers and digests do not change it. */
  readonly fingerprint: string;
}

/** One rule can find fault with thousands of files; this many of them are listed. */
const mostPerRule = 200;

/** Rules that find fault with each file or package by itself, not with a sum. */
const eachAtFault: ReadonlySet<string> = new Set(["forbidden-paths", "forbidden-packages", "largest-file"]);

export function issuesOf(analysis: Analysis, { gate }: ReportOptions): readonly Issue[] {
  const issues: Issue[] = [];
  for (const result of gate?.rules ?? []) {
    if (result.status === "pass" || result.status === "ignored") continue;
    const level = result.status === "fail" || result.level === "fail" ? "error" : "warning";
    const about = { rule: result.rule, title: result.title, level, fix: result.fix } as const;
    const because = result.because === null ? "" : ` ${result.because}`;
    const reason = `${result.status === "unjudged" ? "could not be judged: " : ""}${result.reason}`;
    const items = listedEvidence(result);
    const only = items.length === 1 ? items[0] : undefined;
    issues.push({
      ...about,
      ...(only === undefined ? {} : placed(analysis, only)),
      message: `${only === undefined || reason.includes(only.message) ? reason : `${reason}: ${only.message}`}.${because}`,
      fingerprint: only?.path === undefined ? fingerprint(result.rule) : fingerprint(result.rule, only.path),
    });
    // A single item has been named with the rule itself.
    if (only !== undefined) continue;
    for (const item of items.slice(0, mostPerRule))
      issues.push({
        ...about,
        ...placed(analysis, item),
        message: item.message,
        fingerprint: fingerprint(result.rule, item.path ?? item.message),
      });
  }
  const ofLayers = [...wasteIssues(analysis), ...leftoverIssues(analysis), ...unneededIssues(analysis), ...warningIssues(analysis)];
  return [
    ...issues,
    ...secretIssues(analysis, gate?.ignoredSecrets ?? []),
    ...ofLayers.map((issue) => ({ ...issue, ...inDockerfile(analysis, (facts) => layerLocation(facts, issue.layer)) })),
  ];
}

/** Secrets and waste are listed by rules of their own; a sum of bytes is no single item's fault. */
function listedEvidence({ rule, evidence }: RuleResult): readonly Evidence[] {
  const isSum = !eachAtFault.has(rule) && evidence.some(({ bytes }) => bytes !== undefined);
  return rule === "secrets" || isSum ? [] : evidence;
}

/** Where an item that breaks a rule is. */
function placed(analysis: Analysis, item: Evidence): Pick<Issue, "path" | "line" | "layer" | "dockerfile"> {
  return { ...located(item), ...inDockerfile(analysis, (facts) => evidenceLocation(facts, analysis.secrets, item)) };
}

/** Nothing where no Dockerfile was named, or the line is not known. */
function inDockerfile(
  { dockerfile: facts }: Analysis,
  find: (facts: DockerfileFacts) => ReportedLocation | null,
): Pick<Issue, "dockerfile"> {
  const dockerfile = facts === undefined ? null : find(facts);
  return dockerfile === null ? {} : { dockerfile: { ...dockerfile, file: facts?.repositoryPath ?? dockerfile.file } };
}

/** The layer that brought the largest of the packages that a finding is about. */
export function packagesLayer({ packages }: Analysis, { packages: indices }: PackageFinding): number | undefined {
  return indices[0] === undefined ? undefined : packages.packages[indices[0]]?.layer;
}

function located({ path, line, layer }: Pick<Evidence, "path" | "line" | "layer">): Pick<Issue, "path" | "line" | "layer"> {
  return defined({ path, line, layer });
}

const levels = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" } as const satisfies Record<
  Severity,
  Issue["level"]
>;

function secretIssues(analysis: Analysis, ignored: readonly IgnoredSecret[]): Issue[] {
  const placeOf = (fingerprint: string, path: string | null | undefined): string => `${fingerprint} ${path ?? ""}`;
  const leftOut = new Set(ignored.map(({ fingerprint: of, path }) => placeOf(of, path)));
  return (analysis.secrets ?? []).flatMap((finding) => {
    const locations = finding.locations.filter(({ path }) => !leftOut.has(placeOf(finding.fingerprint, path)));
    return locations.slice(0, mostPerRule).map((location) => ({
      rule: `secret/${finding.rule}`,
      title: finding.title,
      level: levels[finding.severity],
      message: `${finding.title} in ${filePlace(location) ?? `${location.surface}${location.key === undefined ? "" : ` ${location.key}`}`}: ${finding.redacted} (${finding.state})`,
      fix: finding.advice,
      severity: finding.severity,
      ...located(location),
      ...inDockerfile(analysis, (facts) => secretLocation(facts, location)),
      fingerprint: fingerprint("secret", finding.fingerprint, filePlace(location) ?? location.surface, location.key ?? ""),
    }));
  });
}

function wasteIssues({ waste, layers }: Analysis): Issue[] {
  const createdBy = (layer: number): string => layers[layer]?.createdBy ?? "";
  return groupWaste(waste)
    .filter(({ bytes }) => bytes > 0)
    .slice(0, 50)
    .map((group) => ({
      rule: `waste/${group.cause}`,
      title: `Wasted bytes: ${group.cause}`,
      level: "note" as const,
      message: `${formatBytes(group.bytes)} in ${plural(group.files, "file")} stored by layer ${group.layer}, ${group.cause} by layer ${group.supersededBy}`,
      fix: adviceForWaste(group, createdBy),
      path: group.path,
      layer: group.layer,
      fingerprint: fingerprint("waste", group.cause, group.path),
    }));
}

function leftoverIssues({ leftovers }: Analysis): Issue[] {
  return leftovers.map(({ rule, title, bytes, paths, advice, layer }) => ({
    rule: `leftover/${rule}`,
    title,
    level: "note" as const,
    message: `${title}: ${formatBytes(bytes)}. ${advice}`,
    fix: advice,
    layer,
    ...defined({ path: paths[0] }),
    fingerprint: fingerprint("leftover", rule, paths[0] ?? ""),
  }));
}

function unneededIssues(analysis: Analysis): Issue[] {
  return analysis.packages.findings.map((finding) => {
    const { rule, title, bytes, paths, advice } = finding;
    return {
      rule: `unneeded/${rule}`,
      title,
      level: "note" as const,
      message: `${title}: ${formatBytes(bytes)}. ${advice}`,
      fix: advice,
      ...defined({ path: paths[0], layer: packagesLayer(analysis, finding) }),
      fingerprint: fingerprint("unneeded", rule),
    };
  });
}

function warningIssues({ warnings }: Analysis): Issue[] {
  return warnings.slice(0, mostPerRule).map(({ code, message, path, layer, count }) => ({
    rule: `warning/${code}`,
    title: `Warning: ${code}`,
    level: "note" as const,
    message,
    fix: "docs/warnings.md says what this code means",
    ...defined({ path, layer }),
    fingerprint: fingerprint("warning", code, path ?? (count === undefined ? message : "")),
  }));
}

function fingerprint(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}
