/** Pages of diffs, of packages, of very many files, and of an image that means harm. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { renderReport } from "../../src/report/render.ts";
import { pagesDirectory, startBrowser } from "../helpers/screen/browser.ts";
import type { Browser } from "../helpers/screen/browser.ts";
import { describeComponents, programPath } from "../helpers/components/available.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { manyFiles } from "../helpers/trees/many-files.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { file as entry, whiteout } from "../helpers/tar-fixture.ts";

const sample = (name: string): string => join(projectRoot, "samples", name);

describeComponents(["chromium"], "other pages", () => {
  const { directory, remove } = pagesDirectory();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(programPath("chromium")!);
  });
  afterAll(async () => {
    await browser.close();
    remove();
  });

  it("a diff shows what grew, sorted by bytes, with packages, config and lines", async () => {
    const file = join(directory, "diff.html");
    const run = await runCli(["diff", sample("release-1.tar"), sample("release-2.tar"), "--text", "/app/*", "--format", `html=${file}`]);
    expect(run).toMatchObject({ status: 0, stdout: "" });
    const { page, problems, close } = await browser.open(file);
    expect(await page.locator("h1").innerText()).toContain("release-1.tar → ");
    expect(await page.locator("#paths tbody td:nth-child(2)").allInnerTexts()).toEqual(["/app/server", "/app/config.yaml"]);
    expect(await page.locator(".right tbody td:nth-child(2)").first().innerText()).toBe("+25.0 kB");
    expect(await page.locator("#config tbody").innerText()).toContain("www-data");
    expect(await page.locator(".patch .plus").first().innerText()).toContain("+listen: 8443");
    await page.locator(".map canvas").click({ position: { x: 200, y: 200 } });
    await expect.poll(() => page.locator(".crumbs").innerText()).toContain("app");
    expect(problems).toEqual([]);
    await close();
  });

  it("`packages` begins with the packages that were asked for", async () => {
    const file = join(directory, "packages.html");
    expect(await runCli(["packages", sample("demo.tar"), "--layer", "1", "--format", `html=${file}`])).toMatchObject({ status: 0 });
    const { page, problems, close } = await browser.open(file);
    expect(await page.locator("section").first().getAttribute("id")).toBe("packages");
    const { stdout } = await runCli(["packages", sample("demo.tar"), "--layer", "1", "--json"]);
    const { selected } = JSON.parse(stdout) as { selected: number[] };
    expect(await page.locator("#packages [aria-label=Packages] tbody tr").count()).toBe(selected.length);
    expect(await page.locator("#secrets").count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it("names lines of the Dockerfile in columns of their own, where one was named", async () => {
    const file = join(directory, "lines.html");
    const dockerfile = join(projectRoot, "samples/demo.Dockerfile");
    expect(await runCli(["analyze", sample("demo.tar"), "--dockerfile", dockerfile, "--format", `html=${file}`])).toMatchObject({
      status: 0,
    });
    const { page, problems, close } = await browser.open(file);
    for (const section of ["layers", "waste", "packages"]) {
      const headings = await page.locator(`#${section} table`).last().locator("thead th").allInnerTexts();
      const column = headings.findIndex((heading) => /Dockerfile/i.test(heading));
      expect([section, column >= 0]).toEqual([section, true]);
      const cells = await page
        .locator(`#${section} table`)
        .last()
        .locator(`tbody td:nth-child(${column + 1})`)
        .allInnerTexts();
      expect(cells.join(" ")).toMatch(/demo\.Dockerfile:\d+/);
    }
    expect(await page.locator("#secrets").innerText()).toMatch(/, demo\.Dockerfile:\d+/);
    expect(problems).toEqual([]);
    await close();
  });

  it("a survey shows what each image stores alone and shares, by repository, and its tables", async () => {
    const [archives, file] = [join(directory, "archives"), join(directory, "survey.html")];
    mkdirSync(archives);
    const base = [entry("base", Buffer.alloc(40_000, "b"))];
    for (const [tag, bytes] of [
      ["team/app:1", 10_000],
      ["team/app:2", 20_000],
      ["other/tool:1", 30_000],
    ] as const) {
      const layers = [base, [entry("own", Buffer.alloc(bytes, tag)), entry("twice", "x")], [whiteout("twice")]];
      writeFileSync(join(archives, `${bytes}.tar`), dockerArchive({ layers, tags: [tag] }));
    }
    expect(await runCli(["survey", archives, "--format", `html=${file}`])).toMatchObject({ status: 0, stdout: "" });
    const { page, problems, close } = await browser.open(file);
    expect(await page.locator("h1").innerText()).toContain("3 images in 2 repositories");
    // Each image's part of the shared layer is a third of it: what the map shows adds up to what is stored.
    await page.locator(".right a", { hasText: "team/" }).click();
    await page.locator(".right a", { hasText: "app/" }).click();
    await page.locator(".right a", { hasText: "2/" }).click();
    const cells = async (): Promise<string[][]> =>
      (await page.locator(".right tbody tr").allInnerTexts()).map((row) => row.split("\t").slice(0, 2));
    await expect.poll(cells).toEqual([
      ["own layers", expect.stringMatching(/^2\d\.\d kB$/)],
      ["shared layers", expect.stringMatching(/^1\d\.\d kB$/)],
    ]);
    expect(await page.locator("#images tbody td:first-child").allInnerTexts()).toEqual(
      expect.arrayContaining(["other/tool:1", "team/app:1", "team/app:2"]),
    );
    expect(await page.locator("#repositories tbody tr").count()).toBe(2);
    expect(await page.locator("#bases tbody tr").count()).toBe(1);
    expect(problems).toEqual([]);
    await close();
  });

  it("names, commands, labels and variables of a hostile image stay text: nothing of them runs", async () => {
    const marks = [
      "<script>window.pwned=1</script>",
      "<img src=x onerror=window.pwned=2>",
      "</script><script>window.pwned=3</script>",
      "</template></style><svg onload=window.pwned=4>",
      "javascript:window.pwned=5",
      "{{constructor.constructor('window.pwned=6')()}}",
      "\u202egnp.exe",
      "--><script>window.pwned=7</script>",
    ];
    const text = marks.join(" ");
    const names = marks.map((mark) => mark.replaceAll("/", "\\"));
    const archive = join(directory, "hostile.tar");
    writeFileSync(
      archive,
      dockerArchive({
        layers: [
          { content: names.map((name) => entry(name, "content")), createdBy: `RUN ${text}` },
          { content: names.slice(0, 4).map((name) => whiteout(name)), createdBy: `COPY ${text}` },
        ],
        tags: [],
        config: { User: text, Env: [`X=${text}`], Labels: { [text]: text }, Cmd: [text], Entrypoint: [text] },
        configOverrides: { author: text },
      }),
    );
    const file = join(directory, "hostile.html");
    const run = await runCli(["analyze", archive, "--format", `html=${file}`]);
    expect(run).toMatchObject({ status: 0 });
    expect(readFileSync(file, "utf8")).not.toContain("pwned");
    const { page, problems, close } = await browser.open(file);
    expect(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned)).toBeUndefined();
    expect(await page.locator("img, iframe, main script, header script, svg[onload]").count()).toBe(0);
    const shown = await page.locator("body").innerText();
    for (const mark of marks.filter((each) => !each.startsWith("\u202e"))) expect(shown).toContain(mark);
    expect(shown).not.toContain("\u202e");
    for (const link of await page.locator("a").evaluateAll((all) => all.map((each) => each.getAttribute("href")!)))
      expect(link).toMatch(/^#/);
    expect(problems).toEqual([]);
    await close();
  });

  it("a directory of 5,000 files is listed whole with only some rows in the page, by scrolling and by sorting", async () => {
    const archive = join(directory, "wide.tar");
    writeFileSync(
      archive,
      dockerArchive({
        layers: [Array.from({ length: 5000 }, (_, at) => entry(`d/${String(at).padStart(4, "0")}`, "x".repeat(1 + (at % 7))))],
      }),
    );
    const file = join(directory, "wide.html");
    expect(await runCli(["analyze", archive, "--no-duplicates", "--format", `html=${file}`])).toMatchObject({ status: 0 });
    const { page, close } = await browser.open(file);
    await page.locator(".right a", { hasText: "d/" }).click();
    await page.locator(".right thead button", { hasText: "Name" }).click();
    const table = page.locator(".right table");
    await expect.poll(() => table.getAttribute("aria-rowcount")).toBe("5001");
    await expect.poll(() => table.locator("tbody td").first().innerText()).toBe("0000");
    expect(await table.locator("tbody tr").count()).toBeLessThan(120);
    await page.locator(".right .scroller").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect.poll(() => table.locator("tbody tr:not(.gap) td:first-child").last().innerText()).toBe("4999");
    await close();
  });

  it("60,000 files: the page stands, looks into a directory and finds names without losing any", async () => {
    const file = join(directory, "many.html");
    writeFileSync(file, await renderReport("html", manyFiles(60_000), {}));
    const { page, problems, close } = await browser.open(file);
    expect(await page.locator("#files h2 small").innerText()).toMatch(/^60,000 files/);
    await page.locator(".right a").first().click();
    await expect.poll(() => page.locator(".crumbs li").count()).toBe(2);
    await page.locator(".search input").fill(".py");
    await expect.poll(() => page.locator(".right .state").innerText()).toMatch(/^[\d,]+ of [\d,]+ paths found/);
    expect(problems).toEqual([]);
    await close();
  });
});
