/** The HTML report as a file: its policy, its size, and what can be read back of it. */
import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { MergedTree } from "../../../src/filesystem/merged-tree.ts";
import { renderReport } from "../../../src/report/render.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { analysisOf } from "../../helpers/analysis.ts";
import { catalogOf } from "../../helpers/trees/catalog.ts";
import { dataOf, imageOf } from "../../helpers/screen/page.ts";
import { manyFiles } from "../../helpers/trees/many-files.ts";

const sha256 = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

function element(html: string, open: string, close: string): string {
  const [, rest = ""] = html.split(open);
  return rest.split(close)[0]!;
}

describe("the page's policy", async () => {
  const html = await renderReport("html", analysisOf(), {});
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];

  it("forbids everything but this script, this style and images that stand in the page", () => {
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(policy).toContain(`script-src '${sha256(element(html, '<script type="module">', "</script>"))}'`);
    expect(policy).toContain(`style-src '${sha256(element(html, "<style>", "</style>"))}'`);
  });

  it("comes before anything that it is about", () => {
    expect(html.indexOf("Content-Security-Policy")).toBeLessThan(html.search(/<(?:title|link|style|script)/));
  });

  it("no attribute of the page runs or loads anything", () => {
    const markup = html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<style[\s\S]*?<\/style>/g, "");
    expect(markup).not.toMatch(/\son\w+=|\sstyle=|\ssrc=|javascript:/i);
    expect([...markup.matchAll(/href="([^"]*)"/g)].map((match) => match[1]!.slice(0, 5))).toEqual(["data:"]);
  });
});

describe("what the page is made of", () => {
  it("own code and style take at most 150 kB", async () => {
    const html = await renderReport("html", analysisOf(), {});
    const own = element(html, '<script type="module">', "</script>").length + element(html, "<style>", "</style>").length;
    expect(own).toBeGreaterThan(20_000);
    expect(own).toBeLessThanOrEqual(150_000);
  });

  it("an image of 60,000 files takes at most 1.5 MB in all", async () => {
    const html = await renderReport("html", manyFiles(60_000), {});
    const { tree } = await imageOf(html);
    expect(tree.files[0]).toBe(60_000);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(1_500_000);
  });
});

describe("the tree that is read back", () => {
  it("has the bytes, types, metadata, layers and links of every path", async () => {
    const merged = new MergedTree();
    merged.addLayer(
      catalogOf([
        { path: "usr/" },
        { path: "usr/a", size: 300, mode: 0o4755, uid: 12, gid: 34, mtimeSeconds: 1_700_000_000 },
        { path: "usr/b", type: EntryType.hardlink, link: "usr/a" },
        { path: "link", type: EntryType.symlink, link: "usr/a" },
        { path: "old", size: 2 ** 33 },
      ]),
    );
    merged.addLayer(catalogOf([{ path: ".wh.old" }, { path: "usr/deep/down/c", size: 5, mtimeSeconds: -5 }]));
    const waste = [
      { path: "/old", bytes: 2 ** 33, cause: "removed", layer: 0, supersededBy: 1 },
      { path: "/gone/for/good", bytes: 7, cause: "overwritten", layer: 0, supersededBy: 1 },
    ] as const;
    const { tree } = await imageOf(await renderReport("html", analysisOf({ tree: merged, waste }), {}));
    const at = (path: string): number => {
      const place = tree.shape.reach(path);
      expect(tree.shape.path(place)).toBe(path);
      return place;
    };
    expect([tree.live[0], tree.wasted[0], tree.files[0]]).toEqual([305, 2 ** 33 + 7, 3]);
    expect(tree.stated(at("/usr/a"))).toEqual({ mode: 0o4755, uid: 12, gid: 34 });
    expect([tree.times[at("/usr/a")], tree.times[at("/usr/deep/down/c")]]).toEqual([1_700_000_000, -5]);
    expect([tree.live[at("/usr/b")], tree.firstName(at("/usr/b"))]).toEqual([0, at("/usr/a")]);
    expect(tree.target(at("/link"))).toBe("usr/a");
    expect(tree.layers[at("/usr/deep/down/c")]).toBe(1);
    expect([tree.isGone(at("/old")), tree.wasted[at("/old")], tree.live[at("/old")]]).toEqual([true, 2 ** 33, 0]);
    expect(tree.wasteAt(at("/gone/for/good"))).toMatchObject([{ bytes: 7, layer: 0, by: 1 }]);
    expect(tree.wasted[at("/gone")]).toBe(7);
  });

  it("names of other bytes than UTF-8, with line ends and control characters come out as reports print them", async () => {
    const merged = new MergedTree();
    merged.addLayer(
      catalogOf([
        { path: "caf\xe9\n\x1b[31m", size: 1 },
        { path: "\xe2\x82\xac", size: 1 },
      ]),
    );
    const { tree } = await imageOf(await renderReport("html", analysisOf({ tree: merged }), {}));
    expect(tree.shape.names.slice(1)).toEqual(["caf\\xe9\\n\\x1b[31m", "€"]);
  });

  it("an image without any file has a page too", async () => {
    const { tree } = await imageOf(await renderReport("html", analysisOf({ tree: new MergedTree() }), {}));
    expect([tree.shape.count, tree.totalBytes]).toEqual([1, 0]);
  });
});

it("a title that holds the page's own marks and markup stays a title", async () => {
  const reference = "$& BALLAST_DATA </title><script>alert(1)</script>";
  const html = await renderReport("html", analysisOf({ reference }), {});
  expect(html.match(/<script/g)).toHaveLength(2);
  expect((await dataOf(html)).data).toMatchObject({ image: { reference } });
});
