import { describe, expect, it } from "vitest";

import {
  markdownCode,
  markdownText,
  relativePath,
  relativeUri,
  wellFormed,
  workflowMessage,
  workflowProperty,
  xmlText,
} from "../../src/report/escape.ts";

describe("a path of an image as a reference", () => {
  it.each([
    ["/etc/passwd", "etc/passwd"],
    ["/", "%2F"],
    ["/a/../b/./c", "a/%2E%2E/b/%2E/c"],
    ["/a/.../..b", "a/.../..b"],
    ["/C:/x?y#z", "C%3A/x%3Fy%23z"],
    ["/it's(1)*!", "it%27s%281%29%2A%21"],
    ["/é", "%C3%A9"],
    ["/\ud800", "%EF%BF%BD"],
  ])("%s is %s", (path, uri) => {
    expect(relativeUri(path)).toBe(uri);
    const base = "file:///image/root/";
    expect(new URL(uri, base).href.startsWith(base)).toBe(true);
  });
});

it("a path for a format that decodes nothing keeps its characters, on one line and inside the project", () => {
  expect(relativePath("/srv/mein Wörterbuch (1)%.txt")).toBe("srv/mein Wörterbuch (1)%.txt");
  expect(relativePath("/a/../b\n\u202e//c")).toBe("a/%2E%2E/b\\n\\u{202e}/c");
  expect(relativePath("/")).toBe("%2F");
});

it("a workflow command gets no second line, and no second property", () => {
  expect(workflowMessage("100%\r\n::error::x")).toBe("100%25%0D%0A::error::x");
  expect(workflowProperty("a,line=1:b%")).toBe("a%2Cline=1%3Ab%25");
});

it("Markdown gets no markup, and hosts no domain or mention to link", () => {
  expect(markdownText("a-b")).toBe("a-b");
  expect(markdownText("[x](y) @z `c` |")).not.toMatch(/[[\]@`|]/);
  expect(markdownCode("evil.example")).toBe("<code>evil&#46;example</code>");
});

it("XML gets nothing that it may not hold", () => {
  expect(xmlText(`<a b="c">&'\uffff`)).toBe("&#60;a b=&#34;c&#34;&#62;&#38;&#39;\\u{ffff}");
});

it("half a surrogate pair becomes what stands for a character that is none", () => {
  expect(wellFormed("a\ud800b\udc00c😀")).toBe("a\ufffdb\ufffdc😀");
});
