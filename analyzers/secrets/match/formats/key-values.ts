/** Configuration in lines, JSON and XML, judged pair by pair. Patterns are bounded and take time linear in the file. */
import type { RuleMatch } from "../match-rule.ts";
import { pair, present } from "./found.ts";

const line =
  /^[ \t]*(?:export[ \t]+|set[ \t]+|setenv[ \t]+|ENV[ \t]+|ARG[ \t]+|-[ \t]+|--)?["']?([A-Za-z_][\w.-]{0,100})["']?[ \t]*(?:=>|:=|=|:)[ \t]*("(?:[^"\\\n]|\\.){0,1000}"|'[^'\n]{0,1000}'|[^\s#][^\n]{0,1000})/gm;
const quotedOnly =
  /(?:^|[\s,({[])["']?([A-Za-z_][\w.-]{0,100})["']?\]?[ \t]*(?:=>|:=|=|:|,)[ \t]*([rbuf]?"(?:[^"\\\n]|\\.){1,1000}"|[rbuf]?'(?:[^'\\\n]|\\.){1,1000}'|`[^`\n]{1,1000}`)/g;
const jsonPair = /"([\w.$ -]{1,100})"\s{0,20}:\s{0,20}("(?:[^"\\]|\\.){1,2000}")/g;
const element = /<([A-Za-z_][\w.:-]{0,60})(?:\s[^<>]{0,200})?>\s{0,40}([^<>\s][^<>\n]{0,500}?)\s{0,40}<\/\1>/g;
const keyAttribute = /\b(?:key|name)="([\w.:-]{1,100})"\s{1,20}value="([^"]{1,500})"/g;
const attribute = /\s([A-Za-z_][\w.:-]{0,60})="([^"\n]{1,500})"/g;

/** `.env`, `.ini`, `.properties`, YAML: values with or without quotes to the end of the line. */
export function parseLines(text: string): RuleMatch[] {
  return [...text.matchAll(line)].map((m) => judged(m, trimTail(m[2]!))).filter(present);
}

/** Source code used as configuration: only quoted literals are values. */
export function parseCode(text: string): RuleMatch[] {
  return [...text.matchAll(quotedOnly)].map((m) => judged(m, m[2]!.replace(/^[rbuf](?=["'])/, ""))).filter(present);
}

export function parseJson(text: string): RuleMatch[] {
  return [...text.matchAll(jsonPair)].map((m) => judged(m, m[2]!)).filter(present);
}

export function parseXml(xml: string): RuleMatch[] {
  const text = withoutXmlComments(xml);
  const found: (RuleMatch | null)[] = [];
  for (const pattern of [element, keyAttribute, attribute]) for (const m of text.matchAll(pattern)) found.push(judged(m, m[2]!));
  return found.filter(present);
}

/** Examples in comments are blanked out; offsets stay. */
export function withoutXmlComments(xml: string): string {
  return xml.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, " "));
}

function judged(match: RegExpExecArray | RegExpMatchArray, raw: string): RuleMatch | null {
  const whole = match[0];
  return pair(match[1]!, raw, match.index! + whole.lastIndexOf(raw), "file");
}

/** A value without quotes ends before a comment, a comma, a semicolon. */
function trimTail(raw: string): string {
  if (/^["']/.test(raw)) return raw;
  return raw.replace(/[ \t]+(?:#|\/\/|;).*$/, "").replace(/[,;\s]+$/, "");
}
