import { describe, expect, it } from "vitest";

import * as fc from "../../helpers/draws.ts";
import { globProblem, parseGlob, parseNameGlob } from "../../../src/base/text/glob.ts";
import { splitGlobs } from "../../../src/base/text/glob-syntax.ts";
import { threadTime } from "../../helpers/thread-time.ts";

const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe("globs over paths of an image", () => {
  it.each([
    ["/usr/share/doc/*", ["usr/share/doc/x", "usr/share/doc/.x"], ["usr/share/doc", "usr/share/doc/x/y", "a/usr/share/doc/x"]],
    ["*.pyc", ["a.pyc", "d/e/a.pyc"], ["a.py", "a.pyc/x"]],
    ["etc/*", ["etc/passwd", "srv/etc/passwd"], ["xetc/passwd", "etc/a/b"]],
    ["/a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "b"]],
    ["/a/**", ["a/b", "a/b/c"], ["a", "ab"]],
    ["/a**/b", ["a/b", "ax/b", "a/x/b"], ["ab"]],
    ["**/.git", [".git", "a/b/.git"], ["x.git", ".git/a"]],
    ["/{a/,}**/b", ["a/b", "b", "x/y/b"], ["ab"]],
    ["/lib{32,x32}/", ["lib32", "libx32"], ["lib", "lib32/x"]],
    ["/a{b,c{d,e}}{,f}", ["ab", "acd", "acef"], ["a", "abcd"]],
    ["//a//b", ["a/b"], ["ab"]],
    ["/var/**/", ["var/x", "var/x/y"], ["var", "vari/x"]],
    ["/{lib/,usr/**/}", ["lib", "usr/x"], ["usr", "lib/x"]],
    ["{/a,/b/*}", ["a", "b/c"], ["x/a", "x/b/c", "b"]],
    ["{/a,{/b,c}}d", ["ad", "bd", "cd", "x/cd"], ["x/ad", "x/bd"]],
    ["/{/a,b}", ["a", "b"], ["x/b"]],
    ["{,x}/a", ["a", "x/a", "y/x/a"], ["y/a", "xa"]],
    ["{,/x,y/}a", ["a", "b/a", "xa", "y/a", "b/y/a"], ["b/xa"]],
    ["/a/{,b}", ["a", "a/b"], ["a/", "a/bc", "b/a"]],
    ["/a/{,b/,/c}/d", ["a/d", "a/b/d", "a/c/d"], ["d", "a/b/c/d"]],
    ["/a{/,/b/}", ["a", "a/b"], ["ab"]],
    ["/{a,b/}**/c", ["a/c", "ax/c", "b/c", "b/x/c"], ["ac", "bc"]],
    ["/{**,a}/b", ["b", "a/b", "x/y/b"], ["ab", "xb"]],
    ["/a/{,**}", ["a", "a/b/c"], ["ab"]],
    ["/a/*/b", ["a/x/b"], ["a/b", "a/x/y/b"]],
    ["/[a-c]?", ["ax", "cx"], ["dx", "a/", "a"]],
    ["/[!a]", ["b", bytes("é"), "\xff"], ["a"]],
    ["/[]-]", ["]", "-"], ["a"]],
    ["/[a\\]]", ["]", "a"], ["\\"]],
    ["/[[:digit:]x]", ["7", "x"], ["a", ":", "["]],
    ["/[~]", ["~"], ["a"]],
    ["/[&]", ["&"], ["a"]],
    ["/[a-z&&b]", ["a", "&"], ["-"]],
    ["/[à-é]", [bytes("è")], ["\xc3"]],
    ["/a.b+c(d)|^$}]", ["a.b+c(d)|^$}]"], ["axb+c(d)"]],
    ["/café", ["caf\xc3\xa9"], ["caf\xe9"]],
    ["/caf?", [bytes("café"), bytes("caf€"), bytes("caf😀"), "caf\xe9"], ["caf", "caf\xe9\xe9", "caf\xc3\xa9x"]],
    ["/a\\*", ["a*"], ["ab"]],
    ["/a\\xff", ["a\xff"], ["axff", bytes("aÿ")]],
    ["/ETC", ["ETC"], ["etc"]],
  ])("%s", (glob, fitting, others) => {
    const { matches } = parseGlob(glob);
    expect(fitting.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter((path) => matches(path))).toEqual([]);
  });

  it.each(["a[!b]c", "/a[!b]c", "/a[^b]c", "/a[+-9]c", "/a[/]c", "/a?c", "/a*c"])("%s keeps off a slash", (glob) => {
    expect(parseGlob(glob).matches("a/c")).toBe(false);
  });

  it.each([
    ["/", "names no path"],
    ["", "names no path"],
    ["{,/}/{}", "names no path"],
    ["./a", "has the part ., which no path in an image has (character 1)"],
    ["/é/../b", "has the part .., which no path in an image has (character 4)"],
    ["/a/.", "has the part ., which no path in an image has (character 4)"],
    ["/a[b", "has a [ without a ] (character 3)"],
    ["/é[]", "has a [ without a ] (character 3)"],
    ["/{a", "has a { without a } (character 2)"],
    ["/x{a,{b}", "has a { without a } (character 3)"],
    ["/[z-a]*", "has the range z-a, which runs backwards (character 3)"],
    ["/[[:digits:]]", expect.stringContaining("has an unknown class") as string],
    ["/a\\", "has a \\ with nothing after it (character 3)"],
    ["/a{1..3}", "has the range {1..3}: list what it stands for, as in {1,2,3} (character 3)"],
    ["/".padEnd(20_000, "a"), "is longer than 16384 characters"],
    ["{".repeat(40), "has braces more than 32 deep (character 33)"],
  ])("refuses %j and says where", (glob, problem) => {
    expect(globProblem(glob)).toEqual(problem);
    expect(() => parseGlob(glob)).toThrow(/glob/);
  });

  it("takes names as wholes", () => {
    expect(parseNameGlob("DB_*").matches("DB_PASSWORD")).toBe(true);
    expect(parseNameGlob("DB_*").matches("a/DB_PASSWORD")).toBe(false);
  });

  it("parts a list at the commas that stand for themselves", () => {
    expect(splitGlobs("/a,/b{c,d}x,/[,],/[!],]y,/e\\,f")).toEqual(["/a", "/b{c,d}x", "/[,]", "/[!],]y", "/e\\,f"]);
  });
});

describe("time", () => {
  it.each([
    ["twenty stars", `/${"a*".repeat(20)}*b`],
    ["twenty double stars", `/${"a**".repeat(20)}b`],
    ["twenty directories", `/${"**/".repeat(20)}b`],
    ["nested choices", `/${"{a,{a,".repeat(8)}b${"}}".repeat(8)}`],
    ["choices one after the other", `/${"{a,aa,*}".repeat(200)}b`],
    ["a window of many states", `/*a${"?".repeat(60)}b`],
  ])("%s take no longer than a plain name, as far as a person can tell", (_, glob) => {
    const started = threadTime();
    const { matches } = parseGlob(glob);
    for (let run = 0; run < 20; run += 1) {
      expect(matches("a".repeat(90 + run))).toBe(false);
      expect(matches("a/".repeat(60) + "a".repeat(run))).toBe(false);
    }
    expect(threadTime() - started).toBeLessThan(2000);
  });

  it("grows with the length of the name and no faster", () => {
    const { matches } = parseGlob(`/${"*a".repeat(10)}*b`);
    matches("a".repeat(1000));
    const started = threadTime();
    expect(matches("a".repeat(2_000_000))).toBe(false);
    expect(threadTime() - started).toBeLessThan(2000);
  });
});

/** A pattern as data, its text, and what it matches by trying everything. */
type Naive =
  | { kind: "literal"; text: string }
  | { kind: "one" | "star" | "stars" | "directories" }
  | { kind: "set"; members: string; negated: boolean }
  | { kind: "choice"; alternatives: readonly (readonly Naive[])[] };

/** `{}` keeps two stars side by side from being one of another kind. */
const text = (items: readonly Naive[]): string =>
  items.map(textOf).reduce((before, after) => `${before}${before.endsWith("*") && after.startsWith("*") ? "{}" : ""}${after}`, "");

function textOf(item: Naive): string {
  switch (item.kind) {
    case "literal":
      return item.text.replace(/[\\*?[\]{},]/, "\\$&");
    case "one":
      return "?";
    case "star":
      return "*";
    case "stars":
      return "{}**{}";
    case "directories":
      return "/**/";
    case "set":
      return `[${item.negated ? "!" : ""}${[...item.members].map((member) => `\\${member}`).join("")}]`;
    case "choice":
      return `{${item.alternatives.map(text).join(",")}}`;
  }
}

function naive(items: readonly Naive[], path: readonly string[]): boolean {
  const [item, ...rest] = items;
  if (item === undefined) return path.length === 0;
  const [first, ...others] = path;
  const single = first !== undefined && first !== "/";
  switch (item.kind) {
    case "literal":
      return first === item.text && naive(rest, others);
    case "one":
      return single && naive(rest, others);
    case "set":
      return single && item.members.includes(first) !== item.negated && naive(rest, others);
    case "star":
      return naive(rest, path) || (single && naive(items, others));
    case "stars":
      return path.some((_, at) => naive(rest, path.slice(at))) || naive(rest, []);
    case "directories":
      return first === "/" && others.some((_, at) => (at === 0 || others[at - 1] === "/") && naive(rest, others.slice(at)));
    case "choice":
      return item.alternatives.some((alternative) => naive([...alternative, ...rest], path));
  }
}

const letters = fc.constantFrom("a", "b", "é", "*", "{");
const { items } = fc.letrec<{ items: readonly Naive[]; item: Naive }>((tie) => ({
  item: fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("literal" as const), text: letters }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("one" as const, "star" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("set" as const),
        members: fc.string({ unit: letters, minLength: 1, maxLength: 3 }),
        negated: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("choice" as const),
        alternatives: fc.array(tie("items"), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
  items: fc.array(tie("item"), { maxLength: 5, depthIdentifier: "glob" }),
}));
const crossing = fc.constantFrom<readonly Naive[]>([{ kind: "stars" }], [{ kind: "directories" }], [{ kind: "literal", text: "/" }]);
/** Without what no path can be: two slashes together, or one at the end. */
const pattern = fc
  .tuple(items, fc.array(fc.tuple(crossing, items), { maxLength: 2 }))
  .map(([head, tail]): Naive[] => [{ kind: "literal", text: "x" }, ...head, ...tail.flat(2)])
  .filter((made) => choices(made) < 1000 && chosen(made).every((items) => !/\/\/|\/$/.test(text(items))));

/** In how many ways one alternative of each choice can be taken: told before they are, for choices in choices make more than a memory holds. */
function choices(items: readonly Naive[]): number {
  return items.reduce(
    (all, item) => all * (item.kind === "choice" ? item.alternatives.reduce((sum, each) => sum + choices(each), 0) : 1),
    1,
  );
}

/** Every way to take one alternative of each choice. */
function chosen(items: readonly Naive[]): readonly (readonly Naive[])[] {
  return items.reduce<readonly (readonly Naive[])[]>(
    (heads, item) => {
      const tails = item.kind === "choice" ? item.alternatives.flatMap(chosen) : [[item]];
      return heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
    },
    [[]],
  );
}

const path = fc
  .array(fc.string({ unit: letters, minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .map((names) => `x${names.join("/")}`);

it("matches what trying everything matches", () => {
  fc.assert(
    fc.property(pattern, path, (made, name) => {
      expect(parseGlob(`/${text(made)}`).matches(bytes(name))).toBe(naive(made, [...name]));
    }),
    { numRuns: 2000 },
  );
});

/** Texts as a shell makes them of braces, before anything else is looked at. */
type Braced = string | readonly (readonly Braced[])[];

/** How many texts a pattern stands for: told before they are made, for braces beside and in braces stand for more than a memory holds. */
function ways(items: readonly Braced[]): number {
  return items.reduce((all, item) => all * (typeof item === "string" ? 1 : item.reduce((sum, each) => sum + ways(each), 0)), 1);
}

function unbraced(items: readonly Braced[]): readonly string[] {
  return items.reduce<readonly string[]>(
    (heads, item) => {
      const tails = typeof item === "string" ? [item] : item.flatMap(unbraced);
      return heads.flatMap((head) => tails.map((tail) => head + tail));
    },
    [""],
  );
}

const braced = (items: readonly Braced[]): string =>
  items.map((item) => (typeof item === "string" ? item : `{${item.map(braced).join(",")}}`)).join("");

it("is what its alternatives are one by one, wherever they put slashes", () => {
  const { items: made } = fc.letrec<{ items: readonly Braced[]; item: Braced }>((tie) => ({
    item: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<Braced>("/", "a", "b", "?", "x*y") },
      { weight: 1, arbitrary: fc.constant<Braced>("/**/") },
      { weight: 2, arbitrary: fc.array(tie("items"), { minLength: 2, maxLength: 3 }) },
    ),
    items: fc.array(tie("item"), { maxLength: 4, depthIdentifier: "braces" }),
  }));
  const place = fc.array(fc.constantFrom("a", "b", "ab", "xy"), { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
  const few = made.filter((items) => ways(items) < 100);
  fc.assert(
    fc.property(few, fc.array(place, { minLength: 5, maxLength: 5 }), (pattern, paths) => {
      const alternatives = unbraced(pattern).filter((glob) => globProblem(glob) === null);
      fc.pre(alternatives.length > 0);
      const whole = parseGlob(braced(pattern));
      const singles = alternatives.map(parseGlob);
      for (const name of paths) expect([name, whole.matches(name)]).toEqual([name, singles.some(({ matches }) => matches(name))]);
    }),
    { numRuns: 1000 },
  );
});
