/** The gate's part of the text report: the table of rules, and the verdict as the last line. */
import type { GateResult, RuleResult, RuleStatus } from "../../gate/verdict.ts";
import { painter } from "../../terminal/color.ts";
import type { Paint, Style } from "../../terminal/color.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, truncate, wrap } from "../../terminal/width.ts";
import type { ReportOptions } from "../options.ts";

const words: Readonly<Record<RuleStatus, string>> = { pass: "pass", warn: "WARN", fail: "FAIL", unjudged: "????", ignored: "skip" };
const styles: Readonly<Record<RuleStatus, Style>> = {
  pass: "green",
  warn: "yellow",
  fail: ["bold", "red"],
  unjudged: ["bold", "yellow"],
  ignored: "dim",
};
const mostEvidence = 5;

export function renderGateText(gate: GateResult, options: ReportOptions): string {
  const paint = painter(options.color ?? false);
  const columns = Math.max(60, options.columns ?? 80);
  const width = Math.max(...gate.rules.map(({ rule }) => rule.length), 4);
  const lines = [paint("bold", gate.sources.length === 0 ? "Gate" : `Gate (${gate.sources.map((source) => sanitize(source)).join(", ")})`)];
  lines.push(...judgedBy(gate, columns).map((line) => paint("dim", `  ${line}`)));
  for (const rule of gate.rules) lines.push(...ruleLines(rule, { paint, columns, width, all: options.all ?? false }));
  if (gate.ignored > 0) lines.push(paint("dim", `${plural(gate.ignored, "finding")} ignored by configuration`));
  lines.push("", paint(styles[gate.status], sanitize(gate.sentence)), "");
  return lines.join("\n");
}

/** Which rules are judged and where they were set: `efficiency, secrets (default); image-size (--fail)`. */
function judgedBy({ rules }: GateResult, columns: number): string[] {
  const origins = new Map<string, string[]>();
  for (const { rule, from } of rules) {
    // A file is identified by its name, without the line.
    const origin = from.replace(/:\d+$/, "");
    const of = origins.get(origin);
    if (of === undefined) origins.set(origin, [rule]);
    else of.push(rule);
  }
  if (origins.size === 0) return [];
  const text = [...origins].map(([origin, names]) => `${names.join(", ")} (${origin})`).join("; ");
  return wrap(`judged: ${sanitize(text)}`, columns - 2);
}

interface Layout {
  readonly paint: Paint;
  readonly columns: number;
  readonly width: number;
  readonly all: boolean;
}

function ruleLines(result: RuleResult, { paint, columns, width, all }: Layout): string[] {
  const { status, rule, reason, because, note, evidence, fix } = result;
  const indent = " ".repeat(width + 8);
  const room = columns - indent.length;
  const [first, ...rest] = wrap(sanitize(reason), room);
  const lines = [
    `  ${paint(styles[status], words[status])}  ${padEnd(rule, width)}${first === "" ? "" : `  ${first}`}`.replace(/ {2}$/, ""),
  ];
  const say = (text: string, style: Style): void =>
    void lines.push(...wrap(sanitize(text), room - 2).map((line) => paint(style, `${indent}  ${line}`)));
  lines.push(...rest.map((line) => `${indent}  ${line}`));
  if (status !== "pass" && because !== null) say(because, "bold");
  if (note !== null) say(`note: ${note}`, "yellow");
  if (status === "pass" || status === "ignored") return lines;
  const shown = all ? evidence : evidence.slice(0, mostEvidence);
  for (const item of shown) {
    const text = item.path === undefined || item.message.includes(item.path) ? item.message : `${item.path} ${item.message}`;
    // The fingerprint is what an exception would name.
    const print = item.fingerprint === undefined ? "" : `[${item.fingerprint}] `;
    lines.push(paint("dim", `${indent}  ${truncate(sanitize(`${print}${text}`), room - 2)}`));
  }
  if (shown.length < evidence.length)
    lines.push(paint("dim", `${indent}  and ${evidence.length - shown.length} more; --all shows every one`));
  say(`→ ${fix}`, "green");
  return lines;
}
