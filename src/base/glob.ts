/**
 * A glob as a test of absolute paths: `*` and `?` stay within a component, `**` crosses them, `{a,b}` and `[a-z]` as in shells. A glob
 * without such characters matches the path itself.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const pattern = new RegExp(`^${translate(glob)}$`, "su");
  return (path) => pattern.test(path);
}

function translate(glob: string): string {
  let out = "";
  let braces = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at]!;
    if (character === "*") {
      const crossing = glob[at + 1] === "*";
      if (crossing) at += 1;
      // `**/` also stands for no directory at all.
      if (crossing && glob[at + 1] === "/") {
        out += "(?:[^/]*/)*";
        at += 1;
      } else out += crossing ? ".*" : "[^/]*";
    } else if (character === "?") out += "[^/]";
    else if (character === "[" && glob.indexOf("]", at + 2) > 0) {
      const end = glob.indexOf("]", at + 2);
      const set = glob.slice(at + 1, end);
      const negated = set.startsWith("!") || set.startsWith("^");
      out += `(?!/)[${negated ? "^" : ""}${(negated ? set.slice(1) : set).replace(/[\\[\]&|~^]/g, "\\$&")}]`;
      at = end;
    } else if (character === "{" && glob.indexOf("}", at) > 0) {
      out += "(?:";
      braces += 1;
    } else if (character === "}" && braces > 0) {
      out += ")";
      braces -= 1;
    } else if (character === "," && braces > 0) out += "|";
    else if (character === "\\" && at + 1 < glob.length) out += escaped(glob[(at += 1)]!);
    else out += escaped(character);
  }
  return out + ")".repeat(braces);
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
