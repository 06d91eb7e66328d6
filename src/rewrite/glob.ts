/** Globs over paths of an image: `*` and `?` stay within a component, `**` crosses them, `{a,b}` and `[…]` as in a shell. */
import { BallastError } from "../base/errors.ts";

export interface Glob {
  /** As typed. */
  readonly text: string;
  /** `path`: a byte string without leading slash. */
  matches(path: string): boolean;
}

/**
 * A glob with a leading slash is anchored at the root, one without a slash fits a name anywhere, others fit below any directory.
 * @throws {BallastError} bad-argument
 */
export function parseGlob(text: string): Glob {
  const bytes = Buffer.from(text, "utf8").toString("latin1").replace(/\/+$/, "");
  if (bytes.replace(/^\/+/, "") === "") throw new BallastError("bad-argument", `the glob "${text}" names no path`);
  const anchored = bytes.startsWith("/");
  const body = translate(anchored ? bytes.slice(1) : bytes, text);
  const pattern = new RegExp(`^${anchored ? "" : "(?:.*/)?"}${body}$`, "s");
  return { text, matches: (path) => pattern.test(path) };
}

function translate(glob: string, text: string): string {
  let pattern = "";
  let braces = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at]!;
    if (character === "*") {
      if (glob[at + 1] !== "*") pattern += "[^/]*";
      else if (glob[at + 2] === "/") {
        pattern += "(?:.*/)?";
        at += 2;
      } else {
        pattern += ".*";
        at += 1;
      }
    } else if (character === "?") pattern += "[^/]";
    else if (character === "[") {
      const end = glob.indexOf("]", at + 2);
      if (end < 0) throw new BallastError("bad-argument", `the glob "${text}" has a [ without a ]`);
      pattern += `[${glob
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\")}]`;
      at = end;
    } else if (character === "{") {
      braces += 1;
      pattern += "(?:";
    } else if (character === "}" && braces > 0) {
      braces -= 1;
      pattern += ")";
    } else if (character === "," && braces > 0) pattern += "|";
    else if (character === "\\" && at + 1 < glob.length) {
      at += 1;
      pattern += escaped(glob[at]!);
    } else pattern += escaped(character);
  }
  if (braces > 0) throw new BallastError("bad-argument", `the glob "${text}" has a { without a }`);
  return pattern;
}

function escaped(character: string): string {
  return /[\w/]/.test(character) ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
