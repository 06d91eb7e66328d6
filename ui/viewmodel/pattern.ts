/** What a person types to find paths: a substring, a glob or a regular expression. */
export const patternModes = ["substring", "glob", "regex"] as const;
export type PatternMode = (typeof patternModes)[number];

export type PathTest = (path: string) => boolean;

export type Pattern = { readonly test: PathTest; readonly error: null } | { readonly test: null; readonly error: string };

/** Compiles a pattern for absolute paths. A substring or glob in small letters matches capitals too; a regular expression is taken as it is. */
export function compilePattern(text: string, mode: PatternMode): Pattern {
  switch (mode) {
    case "substring":
      return { test: substringTest(text), error: null };
    case "glob":
      return fromRegExp(() => globToRegExp(text));
    case "regex":
      return fromRegExp(() => new RegExp(text, "u"));
  }
}

function substringTest(text: string): PathTest {
  if (text !== text.toLowerCase()) return (path) => path.includes(text);
  return (path) => path.toLowerCase().includes(text);
}

function fromRegExp(make: () => RegExp): Pattern {
  try {
    const expression = make();
    return { test: (path) => expression.test(path), error: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // "Invalid regular expression: /(/u: Unterminated group" says the pattern again, which stands right beside it.
    return { test: null, error: reason.replace(/^Invalid regular expression: .*: /s, "") };
  }
}

/** `*` and `?` stay within a name, `**` crosses directories, `{a,b}` and `[a-z]` as in shells. Without a slash it is matched against names. */
function globToRegExp(glob: string): RegExp {
  let source = "";
  let depth = 0;
  for (let i = 0; i < glob.length; i += 1) {
    const char = glob[i]!;
    if (char === "*") {
      if (glob[i + 1] !== "*") source += "[^/]*";
      else {
        i += 1;
        if (glob[i + 1] === "/") {
          i += 1;
          source += "(?:.*/)?";
        } else source += ".*";
      }
    } else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const end = glob.indexOf("]", i + 2);
      if (end < 0) throw new SyntaxError("Unterminated character class");
      const inside = glob
        .slice(i + 1, end)
        .replace(/\\/g, "\\\\")
        .replace(/^!/, "^");
      source += `[${inside}]`;
      i = end;
    } else if (char === "{") {
      depth += 1;
      source += "(?:";
    } else if (char === "}" && depth > 0) {
      depth -= 1;
      source += ")";
    } else if (char === "," && depth > 0) source += "|";
    else if (char === "\\" && i + 1 < glob.length) {
      i += 1;
      source += escapeRegExp(glob[i]!);
    } else source += escapeRegExp(char);
  }
  if (depth > 0) throw new SyntaxError("Unterminated {");
  const anchored = glob.startsWith("/") ? `^${source}$` : `(?:^|/)${source}$`;
  return new RegExp(anchored, glob === glob.toLowerCase() ? "iu" : "u");
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
