/** `WWW-Authenticate` (RFC 9110 § 11.6.1): several challenges in one field, quoted strings with commas and escapes, token68 forms. */

export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** A parameter's value that should have been quoted but is not: a URL, a scope. */
const unquoted = /[^\s,"]+/y;
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y;

/** All challenges of the given fields. Parsing a field stops at what cannot be understood; it never throws. */
export function parseChallenges(fields: string | readonly string[] | undefined): readonly Challenge[] {
  if (fields === undefined) return [];
  return (typeof fields === "string" ? [fields] : fields).flatMap(parseField);
}

function parseField(text: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const skip = (characters: RegExp): void => {
    while (at < text.length && characters.test(text[at]!)) at += 1;
  };
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at += found[0].length;
    return found[0];
  };
  while (at < text.length) {
    skip(/[\s,]/);
    const start = at;
    const word = match(token);
    if (word === null) break;
    skip(/[ \t]/);
    if (text[at] === "=" && challenges.length > 0) {
      at += 1;
      skip(/[ \t]/);
      const value = text[at] === '"' ? quoted() : match(unquoted);
      if (value === null) break;
      challenges.at(-1)!.parameters.set(word.toLowerCase(), value);
    } else if (at > start + word.length || at === text.length || text[at] === ",") {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      // `Negotiate abc==` carries one bare value instead of parameters; it is skipped.
      if (at > start + word.length) match(token68);
    } else break;
  }
  return challenges;

  function quoted(): string | null {
    let value = "";
    for (at += 1; at < text.length; at += 1) {
      if (text[at] === '"') {
        at += 1;
        return value;
      }
      if (text[at] === "\\") at += 1;
      value += text[at] ?? "";
    }
    return null;
  }
}
