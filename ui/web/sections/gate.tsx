import type { ImagePage } from "../../../src/report/html/page-data.ts";
import type { RuleResult, RuleStatus } from "../../../src/gate/verdict.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import { CopyButton } from "../parts/copy.tsx";
import { markdownRow } from "../parts/markdown.ts";
import { PathLink, Section } from "../parts/section.tsx";

const words: Readonly<Record<RuleStatus, string>> = {
  pass: "pass",
  warn: "warn",
  fail: "fail",
  unjudged: "not judged",
  ignored: "ignored",
};
const order: readonly RuleStatus[] = ["fail", "unjudged", "warn", "pass", "ignored"];
const mostEvidence = 200;

export function GateSection({ data: { gate } }: { readonly data: ImagePage }) {
  if (gate === null) return null;
  const rules = gate.rules.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const from = gate.sources.length === 0 ? "" : `, from ${gate.sources.join(", ")}`;
  return (
    <Section id="gate" title="Gate" note={`${plural(gate.rules.length, "rule")}${from}`}>
      <ul class="rules">
        {rules.map((rule) => (
          <Rule key={rule.rule} rule={rule} />
        ))}
      </ul>
      {gate.ignored > 0 && <p>{plural(gate.ignored, "finding")} ignored by configuration.</p>}
    </Section>
  );
}

function Rule({ rule }: { readonly rule: RuleResult }) {
  const { status, title, measured, fail, warn, reason, because, note, fix, evidence, from } = rule;
  const isKept = status === "pass" || status === "ignored";
  const markdown = (): string =>
    markdownRow(
      ["Rule", "Status", "Measured", "Fails at", "Warns at", "Why"],
      [rule.rule, words[status], measured, fail ?? "", warn ?? "", reason],
    );
  return (
    <li class={`rule ${status}`} id={`rule-${rule.rule}`}>
      <h3>
        <span class={`tag ${status}`}>{words[status]}</span> {rule.rule}
        <small>{title}</small>
        <CopyButton label="Copy rule as Markdown" text={markdown} />
      </h3>
      <p>{reason}</p>
      <p class="facts">
        {measured !== "" && <span>measured {measured}</span>}
        {fail !== null && <span>fails at {fail}</span>}
        {warn !== null && <span>warns at {warn}</span>}
        <span>set by {from}</span>
      </p>
      {because !== null && <p>{because}</p>}
      {note !== null && <p class="note">{note}</p>}
      {!isKept && <p class="advice">{fix}</p>}
      {evidence.length > 0 && (
        <details open={!isKept && evidence.length <= 10}>
          <summary>{plural(evidence.length, "finding")}</summary>
          <ul class="evidence">
            {evidence.slice(0, mostEvidence).map((item, at) => (
              <li key={at}>
                {item.path !== undefined && !item.message.includes(item.path) && <PathLink path={item.path} />} {item.message}
                {item.bytes !== undefined && ` (${formatBytes(item.bytes)})`}
                {item.fingerprint !== undefined && <code>{item.fingerprint}</code>}
              </li>
            ))}
            {evidence.length > mostEvidence && <li>and {evidence.length - mostEvidence} more</li>}
          </ul>
        </details>
      )}
    </li>
  );
}
