/** Turns a pair into a match, weighed by the style of its file. */
import { judgeKeyValue } from "../key-value.ts";
import type { KeyValueVerdict, ValueContext } from "../key-value.ts";
import type { RuleMatch } from "../match-rule.ts";
import { isTerminalCode, unescaped } from "../values/escapes.ts";
import { isDocumentationExample } from "../values/placeholder.ts";
import { structuralRules } from "../formats/found.ts";
import { isJoinedWords, looksRandom } from "../values/value-looks.ts";
import type { Pair } from "./read-pair.ts";
import type { TextStyle } from "./text-style.ts";

const contexts: Readonly<Record<TextStyle, ValueContext>> = { data: "data", settings: "data", shell: "shell", code: "code", notes: "code" };

/** What a text is by its own form; null if it has none. */
export type ByForm = (text: string) => RuleMatch | null;

/** Null if the pair holds no secret. A value in pieces or with escapes is judged by its meaning, but the secret is the text as written. */
export function judgePair(pair: Pair, style: TextStyle, byForm: ByForm): RuleMatch | null {
  const { pieces, value } = pair;
  if (pieces !== null) {
    const whole = pieces.isList ? { ...pair, isListed: false } : pair;
    const match = judgeWritten(whole, pieces.written, unescaped(pieces.text) ?? pieces.text, style, byForm);
    if (match !== null) return match;
  }
  const said = unescaped(value);
  if (said === null) return judgeValue(pair, value, style);
  return isTerminalCode(said) ? null : judgeWritten(pair, value, said, style, byForm);
}

/** Judges by `said`, but the secret is all of `written`. */
function judgeWritten(pair: Pair, written: string, said: string, style: TextStyle, byForm: ByForm): RuleMatch | null {
  const match = byForm(said) ?? judgeValue(pair, said, style);
  return match === null ? null : { ...match, start: pair.start, secret: written, key: pair.name };
}

function judgeValue(pair: Pair, value: string, style: TextStyle): RuleMatch | null {
  const { name, start, isQuoted, isListed, comment } = pair;
  const verdict = judgeKeyValue(name, value, contexts[style], isQuoted) ?? (pair.isConnection ? judgeWord(name, value) : null);
  if (verdict === null) return null;
  if (isListed === true && !isListedSecret(verdict.secret, style)) return null;
  // A commented-out value is a default or an example, unless it looks like neither.
  const isExample =
    comment === "markup" || comment === "example" || (comment === "line" && !(verdict.secret.length >= 12 && looksRandom(verdict.secret)));
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

/** An ordinary word that a program connects with. */
function judgeWord(name: string, value: string): KeyValueVerdict | null {
  const verdict = judgeKeyValue(name, value, "data", true);
  return verdict === null || verdict.severity === "low" ? verdict : { ...verdict, severity: "medium" };
}

/** Judges the text encoded by a list of numbers that is assigned to a name. */
export function judgeSaid(name: string, text: string): RuleMatch | null {
  const verdict = judgeKeyValue(name, text, "code", true);
  if (verdict === null || verdict.severity === "low") return null;
  return { rule: structuralRules.keyValue, severity: verdict.severity, confidence: verdict.confidence, start: 0, secret: text, key: name };
}

/** Names in the plural mostly hold lists of words: scopes, validation rules, types, classes. */
function isListedSecret(text: string, style: TextStyle): boolean {
  if (style === "code" || text.length < 8 || !looksRandom(text)) return false;
  return !isJoinedWords(text) && !/^[A-Za-z_]\w*(?:[.\\:]+[A-Za-z_]\w*)+$/.test(text);
}
