import { describe, expect, it } from "vitest";

import { parseGlob } from "../../src/rewrite/glob.ts";

describe("globs over paths of an image", () => {
  it.each([
    ["/usr/share/doc/*", ["usr/share/doc/x"], ["usr/share/doc", "usr/share/doc/x/y", "a/usr/share/doc/x"]],
    ["*.pyc", ["a.pyc", "d/e/a.pyc"], ["a.py", "a.pyc/x"]],
    ["/a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "b"]],
    ["/a/**", ["a/b", "a/b/c"], ["a", "ab"]],
    ["/lib{32,x32}/", ["lib32", "libx32"], ["lib", "lib32/x"]],
    ["/[a-c]?", ["ax", "cx"], ["dx", "a/", "a"]],
    ["/[!a]", ["b"], ["a"]],
    ["/a.b+c(d)", ["a.b+c(d)"], ["axb+c(d)"]],
    ["/caf\u00e9", ["caf\xc3\xa9"], ["caf\xe9"]],
    ["/a\\*", ["a*"], ["ab"]],
  ])("%s", (glob, fitting, others) => {
    const { matches } = parseGlob(glob);
    expect(fitting.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter((path) => matches(path))).toEqual([]);
  });

  it.each(["/", "", "/a[b", "/{a"])("refuses %j", (glob) => {
    expect(() => parseGlob(glob)).toThrow(/glob/);
  });
});
