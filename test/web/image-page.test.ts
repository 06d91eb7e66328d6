/** The page of one image in a real browser, on the demo image. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { layOut } from "../../ui/web/treemap/layout.ts";
import type { Cell } from "../../ui/web/treemap/layout.ts";
import { pagesDirectory, startBrowser } from "../helpers/screen/browser.ts";
import type { Browser, OpenPage, View } from "../helpers/screen/browser.ts";
import { describeComponents, programPath } from "../helpers/components/available.ts";
import { imageOf } from "../helpers/screen/page.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";

const demo = join(projectRoot, "samples/demo.tar");

interface Json {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly waste: readonly { readonly path: string; readonly bytes: number }[];
  readonly image: { readonly totalBytes: number; readonly finalBytes: number };
}

/** Bytes stored at and below a path, by the JSON report. */
function storedBelow({ files, waste }: Json, path: string): number {
  const isIn = (other: string): boolean => path === "/" || other === path || other.startsWith(`${path}/`);
  return [...files, ...waste].filter((row) => isIn(row.path)).reduce((sum, { bytes }) => sum + bytes, 0);
}

describeComponents(["chromium"], "the page of an image", () => {
  const { directory, remove } = pagesDirectory();
  const file = join(directory, "report.html");
  let browser: Browser;
  let json: Json;
  let status: number | null;

  beforeAll(async () => {
    browser = await startBrowser(programPath("chromium")!);
    const rules = ["--fail", "efficiency=0.9", "--fail", "secrets=high"];
    const run = await runCli(["check", demo, ...rules, "--format", `html=${file}`, "--format", "json", "--files"]);
    status = run.status;
    json = JSON.parse(run.stdout) as Json;
  });
  afterAll(async () => {
    await browser.close();
    remove();
  });

  async function withPage(act: (opened: OpenPage) => Promise<void>, view?: View): Promise<void> {
    const opened = await browser.open(file, view);
    try {
      await act(opened);
      expect(opened.problems).toEqual([]);
    } finally {
      await opened.close();
    }
  }

  const crumbs = (page: OpenPage["page"]): Promise<string> =>
    page
      .locator(".crumbs")
      .innerText()
      .then((text) => text.replaceAll(/\s+/g, " "));

  it("is written also when the gate fails, and opens from disk without an error or a request", async () => {
    expect(status).toBe(1);
    await withPage(async ({ page }) => {
      expect(await page.title()).toBe(`Ballast: ${demo}`);
      expect(await page.locator(".verdict").innerText()).toMatch(/^Failed\s+2 of 4 rules failed/);
      expect(await page.locator("h1").innerText()).toContain("demo.tar");
    });
  });

  it("has every section that the image gives cause for, each behind an anchor", () =>
    withPage(async ({ page }) => {
      const sections = await page.locator("section").evaluateAll((all) => all.map(({ id }) => id));
      expect(sections).toEqual(["files", "gate", "layers", "waste", "packages", "unneeded", "secrets", "duplicates", "config", "history"]);
      const anchors = await page.locator("nav[aria-label=Sections] a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
      expect(anchors).toEqual(sections.map((id) => `#${id}`));
      await page.locator("nav[aria-label=Sections] a", { hasText: "Secrets" }).click();
      await expect
        .poll(() => page.locator("#secrets").evaluate((element) => Math.round(element.getBoundingClientRect().top)))
        .toBeLessThan(200);
    }));

  it("areas of the map are the stored bytes, as the JSON report has them", async () => {
    const { tree } = await imageOf(readFileSync(file, "utf8"));
    const { shape } = tree;
    expect([tree.totalBytes, tree.live[0]]).toEqual([json.image.totalBytes, json.image.finalBytes]);
    const [width, height] = [900, 500];
    const map = {
      childrenOf: (at: number) => shape.childrenOf(at),
      hasChildren: (at: number) => shape.hasChildren(at),
      size: (at: number) => tree.stored(at),
    };
    const cells = layOut(map, 0, width, height);
    expect(cells.length).toBeGreaterThan(30);
    for (const cell of cells) {
      const expected = (storedBelow(json, shape.path(cell.at)) / json.image.totalBytes) * width * height;
      expect(Math.abs(cell.width * cell.height - expected)).toBeLessThan(0.01);
    }
  });

  /** The cells as the page lays them out. */
  async function cellsOf(page: OpenPage["page"], root: string): Promise<{ cells: Cell[]; pathOf: (cell: Cell) => string }> {
    const { tree } = await imageOf(readFileSync(file, "utf8"));
    const { shape } = tree;
    const map = {
      childrenOf: (at: number) => shape.childrenOf(at),
      hasChildren: (at: number) => shape.hasChildren(at),
      size: (at: number) => tree.stored(at),
    };
    const box = (await page.locator(".map canvas").boundingBox())!;
    return { cells: layOut(map, shape.reach(root), box.width, box.height), pathOf: ({ at }) => shape.path(at) };
  }

  it("a click looks into what lies under it, down to a file; breadcrumb and way back lead out", () =>
    withPage(async ({ page }) => {
      const seen: string[] = [];
      for (let path = "/"; ;) {
        const { cells, pathOf } = await cellsOf(page, path);
        const largest = cells.filter(({ depth }) => depth === 1).sort((a, b) => b.width * b.height - a.width * a.height)[0];
        if (largest === undefined) break;
        path = pathOf(largest);
        await page.locator(".map canvas").click({ position: { x: largest.x + largest.width / 2, y: largest.y + largest.height / 2 } });
        await expect.poll(() => crumbs(page)).toMatch(new RegExp(`${path.split("/").at(-1)!}$`));
        seen.push(path);
      }
      expect(seen.length).toBeGreaterThan(1);
      expect(json.files.map((row) => row.path)).toContain(seen.at(-1));
      expect(await page.locator(".right .details h3").innerText()).toBe(seen.at(-1));
      await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(`#${seen.at(-1)}`);
      await page.goBack();
      await expect.poll(() => crumbs(page)).toMatch(new RegExp(`${seen.at(-2)!.split("/").at(-1)!}$`));
      await page.locator(".crumbs button").first().click();
      await expect.poll(() => crumbs(page)).toBe("/");
    }));

  it("keys do all of that too, and say what they choose", () =>
    withPage(async ({ page }) => {
      await page.locator(".map canvas").focus();
      await page.keyboard.press("ArrowRight");
      const choice = /^(\/\S+), (\S+ \S+) stored/;
      await expect.poll(() => page.locator(".map [role=status]").innerText()).toMatch(choice);
      const said = await page.locator(".map [role=status]").innerText();
      const [, name, size] = choice.exec(said)!;
      const { bytes } = { bytes: storedBelow(json, name!) };
      expect(size).toBe(bytes >= 99_950 ? `${Math.round(bytes / 1000)} kB` : expect.stringMatching(/ k?B$/));
      await page.keyboard.press("ArrowDown");
      await expect.poll(() => page.locator(".map [role=status]").innerText()).not.toBe(said);
      const chosen = (await page.locator(".map [role=status]").innerText()).split(",")[0]!;
      await page.keyboard.press("Enter");
      await expect.poll(() => crumbs(page)).toBe(`/ ${chosen.slice(1)}`);
      await page.keyboard.press("Backspace");
      await expect.poll(() => crumbs(page)).toBe("/");
      await page.keyboard.press("/");
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
    }));

  it("a search finds paths, counts them and lists them; the map keeps its shape", () =>
    withPage(async ({ page }) => {
      await page.locator(".search input").fill("bundle");
      const paths = [...new Set([...json.files, ...json.waste].map(({ path }) => path))].filter((path) => /bundle[^/]*$/.test(path));
      expect(paths.length).toBeGreaterThan(0);
      await expect.poll(() => page.locator(".right .state").innerText()).toBe(`${paths.length} of ${paths.length} paths found are in /`);
      const listed = await page.locator(".right tbody td:first-child").allInnerTexts();
      expect(listed.sort()).toEqual(paths.sort());
    }));

  it("the table beside the map says in words what colours say", () =>
    withPage(async ({ page }) => {
      const titles = await page.locator(".right thead th button").allInnerTexts();
      expect(titles.map((title) => title.replace(/ [↓↑]/, ""))).toEqual(["Name", "Stored", "Wasted", "Layer", "Owner", "Changed"]);
      for (const mode of ["Layer", "Age", "Waste", "Owner"]) {
        await page.locator(".modes label", { hasText: mode }).click();
        expect(await page.locator(".modes input:checked").getAttribute("value")).toBe(mode.toLowerCase());
        expect((await page.locator(".legend li").allInnerTexts()).length).toBeGreaterThan(1);
      }
    }));

  it("tables sort by a press on their heads, and filter", () =>
    withPage(async ({ page }) => {
      const column = (at: number) => page.locator(`#layers tbody td:nth-child(${at})`).allInnerTexts();
      expect(await column(1)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
      await page.locator("#layers thead button", { hasText: "Command" }).click();
      await expect.poll(() => page.locator("#layers th[aria-sort=ascending]", { hasText: "Command" }).count()).toBe(1);
      const commands = (await column(5)).map((text) => text.replace(/^base\s+/, ""));
      expect(commands).toEqual(commands.toSorted());
      await page.locator("#layers .filter input").fill("copy");
      await expect.poll(() => page.locator("#layers .filter span").innerText()).toMatch(/^[1-9] of 10 rows$/);
      for (const text of await column(5)) expect(text).toMatch(/copy/i);
    }));

  it("a row is copied as Markdown, with its head, in which nothing has a meaning", () =>
    withPage(async ({ page }) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.locator("#waste tbody .copy").first().click();
      await expect.poll(() => page.locator("#waste tbody .copy").first().getAttribute("aria-label")).toBe("Copied");
      const text = await page.evaluate(() => navigator.clipboard.readText());
      expect(text).toMatch(
        /^\| Wasted \| Where \| Files \| Cause \| Layers \| Advice \|\n\| --- \| .*\n\| 120 kB \| \/app \| 2 \| removed \|/,
      );
      expect(text).not.toContain("`");
    }));

  it("holds no secret", async () => {
    const { data } = await imageOf(readFileSync(file, "utf8"));
    const whole = JSON.stringify(data);
    expect(data.secrets!.length).toBeGreaterThan(0);
    expect(whole).toContain("********");
    expect(whole).not.toMatch(/NPM_TOKEN=npm_\w|postgres:\/\/\w+:[^*]\w+@/);
  });

  it.each([
    ["light", 1280, 800],
    ["dark", 1280, 800],
    ["light", 390, 844],
    ["dark", 390, 844],
  ] as const)("%s, %i × %i: nothing that axe finds serious or critical, and nothing wider than the window", (colorScheme, width, height) =>
    withPage(
      async ({ page }) => {
        await page.evaluate(axe.source);
        const found = await page.evaluate(async () => {
          const axe = (
            globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
            }
          ).axe;
          const { violations } = await axe.run();
          return violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes.map(({ html }) => html.slice(0, 160)) }));
        });
        expect(found.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        const [red = 0] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number));
        expect(red < 128).toBe(colorScheme === "dark");
      },
      { width, height, colorScheme },
    ),
  );

  it("prints light, whole and without what only works on a screen", () =>
    withPage(
      async ({ page }) => {
        await page.emulateMedia({ media: "print", colorScheme: "dark" });
        expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
        expect(await page.locator("nav[aria-label=Sections]").isVisible()).toBe(false);
        const isCut = await page
          .locator(".scroller")
          .evaluateAll((all) => all.some((element) => element.scrollHeight > element.clientHeight + 1));
        expect(isCut).toBe(false);
        expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
      },
      { width: 1280, height: 800, colorScheme: "dark" },
    ));
});

describe("--format html", () => {
  it("cannot share standard output with another report", async () => {
    const { stderr, status } = await runCli(["analyze", demo, "--format", "html", "--format", "text"]);
    expect(status).toBe(2);
    expect(stderr).toContain("write one to a file: --format html=FILE");
  });
});
