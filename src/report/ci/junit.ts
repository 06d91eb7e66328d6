/** JUnit XML (the schema of Jenkins' xunit plugin): one test case a rule of the gate. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { evidenceLocation, lineText } from "../../../analyzers/dockerfile/located.ts";
import type { RuleResult } from "../../gate/verdict.ts";
import { xmlText } from "../escape.ts";
import type { ReportOptions } from "../options.ts";

const mostEvidence = 50;

/** Without a gate there is nothing to pass or fail, and the suite is empty. */
export function renderJunit(analysis: Analysis, { gate }: ReportOptions): string {
  const rules = gate?.rules ?? [];
  const failures = rules.filter(({ status }) => status === "fail").length;
  const errors = rules.filter(({ status, level }) => status === "unjudged" && level === "fail").length;
  const skipped = rules.filter((rule) => isSkipped(rule)).length;
  const counts = `tests="${rules.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ballast" ${counts}>`,
    `  <testsuite name="${xmlText(analysis.image.reference)}" ${counts} skipped="${skipped}" time="0">`,
    ...rules.flatMap((rule) => testCase(rule, analysis)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function isSkipped({ status, level }: RuleResult): boolean {
  return status === "ignored" || (status === "unjudged" && level === "warn");
}

function testCase(rule: RuleResult, analysis: Analysis): string[] {
  const body = outcome(rule, analysis);
  const open = `    <testcase classname="ballast" name="${xmlText(`${rule.rule}: ${rule.title}`)}" time="0"`;
  return body.length === 0 ? [`${open}/>`] : [`${open}>`, ...body, "    </testcase>"];
}

function outcome(rule: RuleResult, { dockerfile, secrets }: Analysis): string[] {
  const reason = rule.because === null ? rule.reason : `${rule.reason}. ${rule.because}`;
  if (isSkipped(rule)) return [`      <skipped message="${xmlText(reason)}"/>`];
  if (rule.status === "pass") return [];
  const details = [
    ...rule.evidence.slice(0, mostEvidence).map((item) => {
      const { path, message } = item;
      const location = dockerfile === undefined ? null : evidenceLocation(dockerfile, secrets, item);
      const place = location === null ? "" : ` (${lineText(location)})`;
      return `${path === undefined ? message : `${path}: ${message}`}${place}`;
    }),
    `fix: ${rule.fix}`,
  ];
  if (rule.evidence.length > mostEvidence) details.splice(-1, 0, `and ${rule.evidence.length - mostEvidence} more`);
  const text = details.map((line) => xmlText(line)).join("\n");
  if (rule.status === "warn") return [`      <system-out>${xmlText(`warning: ${reason}`)}\n${text}</system-out>`];
  const element = rule.status === "fail" ? "failure" : "error";
  return [`      <${element} type="${xmlText(rule.rule)}" message="${xmlText(reason)}">${text}</${element}>`];
}
