/** GitHub Actions workflow commands: one annotation for each finding worth a person's attention. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { workflowMessage, workflowProperty } from "../escape.ts";
import { issuesOf } from "./issues.ts";
import type { Issue } from "./issues.ts";
import type { ReportOptions } from "../options.ts";

/** GitHub shows at most 10 errors, 10 warnings and 10 notices for a step. */
const mostPerLevel = 10;
const commands = { error: "error", warning: "warning", note: "notice" } as const;

export function renderGithub(analysis: Analysis, options: ReportOptions): string {
  const issues = issuesOf(analysis, options);
  const lines: string[] = [];
  for (const level of ["error", "warning", "note"] as const) {
    const some = issues.filter((issue) => issue.level === level);
    // The gate's rules come first; single secrets, which a rule already covers, get the room that is left.
    for (const issue of some.slice(0, mostPerLevel)) lines.push(annotation(issue));
  }
  if (options.gate !== undefined) lines.push(`ballast: ${sanitize(options.gate.sentence)}`);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function annotation({ level, rule, title, message, path, fix, dockerfile }: Issue): string {
  // A path inside the image is not a file of the repository; the Dockerfile is.
  const place =
    dockerfile === undefined
      ? ""
      : `file=${workflowProperty(sanitize(dockerfile.file))},line=${dockerfile.line},endLine=${dockerfile.endLine},`;
  const text = `${message}${path === undefined || message.includes(path) ? "" : ` (${path})`} → ${fix}`;
  return `::${commands[level]} ${place}title=${workflowProperty(sanitize(`${title} [${rule}]`))}::${workflowMessage(sanitize(text))}`;
}
