/** From a pair that was read to a match, as the style of its file weighs it. */
import { judgeKeyValue } from "../key-value.ts";
import type { ValueContext } from "../key-value.ts";
import type { RuleMatch } from "../match-rule.ts";
import { isDocumentationExample } from "../values/placeholder.ts";
import { structuralRules } from "../formats/found.ts";
import { looksRandom } from "../values/value-looks.ts";
import type { Pair } from "./read-pair.ts";
import type { TextStyle } from "./text-style.ts";

const contexts: Readonly<Record<TextStyle, ValueContext>> = { data: "data", settings: "data", shell: "shell", code: "code", notes: "code" };

/** Null when the pair holds no secret. */
export function judgePair({ name, value, start, isQuoted, comment }: Pair, style: TextStyle): RuleMatch | null {
  const verdict = judgeKeyValue(name, value, contexts[style], isQuoted);
  if (verdict === null) return null;
  // What is commented out is a default or an example, unless it looks like neither.
  const isExample = comment === "markup" || (comment === "line" && !(verdict.secret.length >= 12 && looksRandom(verdict.secret)));
  const isDoubtful = isExample || isDocumentationExample(verdict.secret);
  return {
    rule: structuralRules.keyValue,
    severity: isDoubtful ? "low" : comment !== null && verdict.severity === "high" ? "medium" : verdict.severity,
    confidence: isDoubtful ? "low" : verdict.confidence,
    start: start + verdict.start,
    secret: verdict.secret,
    key: name,
  };
}
