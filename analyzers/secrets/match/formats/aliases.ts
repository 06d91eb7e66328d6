/** YAML aliases: `password: *pw`, with `&pw v` elsewhere in the document. */
import { judgeKeyValue } from "../key-value.ts";
import type { RuleMatch } from "../match-rule.ts";
import { classifyName } from "../values/name-words.ts";
import { structuralRules } from "./found.ts";

/** The most anchors and aliases read in one document. */
const most = 1000;
const anchor = /(?<=\s)&([\w-]{1,40})[ \t]{1,8}(["']?)([^\s"'#{[|>&*][^"'\n]{0,400}?)\2[ \t]{0,20}(?:#[^\n]*)?\r?$/gm;
/** `name: *alias`; `- name: X` with `value: *alias` on the next line. */
const use =
  /(?:^|[\s{,])["']?([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,4}:[ \t]{1,8}(?:["']?([A-Z_][\w.-]{1,80})["']?[ \t]{0,8}\r?\n[ \t]{1,40}value:[ \t]{1,8})?\*([\w-]{1,40})/gm;

/** The anchored values that are referred to under a secret's name. */
export function parseAliases(text: string): RuleMatch[] {
  if (!text.includes(": *")) return [];
  const anchors = new Map([...text.matchAll(anchor)].slice(0, most).map((found) => [found[1]!, found]));
  return [...text.matchAll(use)].slice(0, most).flatMap((found) => {
    const name = found[2] ?? found[1]!;
    const anchored = anchors.get(found[3]!);
    if (anchored === undefined || classifyName(name) === null) return [];
    const [whole, , quote, value] = anchored;
    const verdict = judgeKeyValue(name, value!, "data", quote !== "");
    if (verdict === null) return [];
    const { severity, confidence, secret, start } = verdict;
    const at = anchored.index + whole.indexOf(value!, anchored[1]!.length + 1) + start;
    return [{ rule: structuralRules.keyValue, severity, confidence, start: at, secret, key: name }];
  });
}
