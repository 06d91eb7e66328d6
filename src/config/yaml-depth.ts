/** How deep a YAML text nests, found out before it is parsed. */

/**
 * Levels of maps and lists. The parser recurses for each, and if the stack overflows in the middle of a regular expression, V8 ends the
 * process.
 */
const deepestNesting = 100;

/** Tokens of the lexer that are no text of the file. */
const marks: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f", "\ufeff"]);

/** The line at which more collections are open than there may be; null when there is none. @param tokens as the lexer of `yaml` gives them */
export function lineTooDeep(tokens: Iterable<string>): number | null {
  /** The columns at which the open block collections begin. */
  const columns: number[] = [];
  let [flow, line, column, begun] = [0, 1, 0, false];
  for (const token of tokens) {
    if (marks.has(token)) continue;
    if (token === "[" || token === "{") flow += 1;
    else if (token === "]" || token === "}") flow = Math.max(0, flow - 1);
    else if (flow === 0 && token.trim() !== "" && !token.startsWith("#") && (!begun || token === "-" || token === "?")) {
      while (columns.length > 0 && columns.at(-1)! >= column) columns.pop();
      columns.push(column);
      begun = true;
    }
    if (flow + columns.length > deepestNesting) return line;
    const last = token.lastIndexOf("\n");
    column = last === -1 ? column + token.length : token.length - last - 1;
    if (last === -1) continue;
    line += token.split("\n").length - 1;
    begun = false;
  }
  return null;
}
