/** GitLab's code quality report (a subset of Code Climate's format). */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { relativePath } from "../escape.ts";
import { issuesOf } from "./issues.ts";
import type { Issue } from "./issues.ts";
import type { ReportOptions } from "../options.ts";
import { jsonText } from "../json-text.ts";

const mostIssues = 1000;
const bySecretSeverity = { critical: "blocker", high: "critical", medium: "major", low: "minor", info: "info" } as const;
const byLevel = { error: "critical", warning: "minor", note: "info" } as const;

export function renderCodeQuality(analysis: Analysis, options: ReportOptions): string {
  const seen = new Set<string>();
  const rows = issuesOf(analysis, options)
    .filter(({ fingerprint }) => !seen.has(fingerprint) && seen.add(fingerprint))
    .slice(0, mostIssues)
    .map((issue) => row(issue));
  return jsonText(rows);
}

function row({ rule, message, fix, level, severity, path, line, fingerprint, dockerfile }: Issue): object {
  return {
    type: "issue",
    check_name: rule,
    description: sanitize(`${message} → ${fix}`),
    categories: [severity === undefined ? "Performance" : "Security"],
    severity: severity === undefined ? byLevel[level] : bySecretSeverity[severity],
    fingerprint,
    // GitLab expects a path in the repository. A path in the image is the nearest there is; it is written so that it cannot lead outside.
    location:
      dockerfile === undefined
        ? { path: path === undefined ? "Dockerfile" : relativePath(path), lines: { begin: Math.max(1, line ?? 1) } }
        : { path: relativePath(dockerfile.file), lines: { begin: dockerfile.line, end: dockerfile.endLine } },
  };
}
