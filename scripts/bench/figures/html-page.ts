/** How soon the HTML report of very many files can be used, in a real browser. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { renderReport } from "../../../src/report/render.ts";
import { debianChromium, pagesDirectory, startBrowser } from "../../../test/helpers/screen/browser.ts";
import type { Browser } from "../../../test/helpers/screen/browser.ts";
import { manyFiles } from "../../../test/helpers/trees/many-files.ts";
import type { Figure } from "../table.ts";

/** Files, and seconds until the page stands. */
const sizes = [
  { files: 60_000, target: 1 },
  { files: 400_000, target: 4 },
] as const;
/** Milliseconds until a directory that was chosen is drawn. */
const drillTarget = 100;
const ownTarget = 150_000;
const pageTarget = 1_500_000;

/** Runs in the page. What is drawn in a frame stands when the next one begins. */
const drill = `(async () => {
  const start = performance.now();
  document.querySelector(".right tbody a").click();
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return performance.now() - start;
})()`;

export async function htmlPage(runs: number): Promise<Figure[]> {
  if (!existsSync(debianChromium)) return [{ name: "HTML report", text: "skipped, chromium is not installed", isMissed: false }];
  const { directory, remove } = pagesDirectory();
  const browser = await startBrowser(debianChromium);
  try {
    const figures: Figure[] = [];
    for (const { files, target } of sizes) {
      const file = join(directory, `${files}.html`);
      const analysis = manyFiles(files);
      const start = performance.now();
      writeFileSync(file, await renderReport("html", analysis, {}));
      const seconds = (performance.now() - start) / 1000;
      figures.push(...(await figuresOf(browser, file, files, target, runs)), ...(files === sizes[0].files ? [sizeOf(file)] : []));
      figures.push({
        name: `HTML report of ${files.toLocaleString("en")} files, written`,
        text: `${seconds.toFixed(2)} s`,
        isMissed: false,
      });
    }
    return figures;
  } finally {
    await browser.close();
    remove();
  }
}

function sizeOf(file: string): Figure {
  const { size } = statSync(file);
  const html = readFileSync(file, "utf8");
  const own = html.length - /id="data">([^<]*)</.exec(html)![1]!.length;
  return {
    name: "HTML report, bytes",
    text: `${(size / 1e6).toFixed(2)} MB for 60,000 files (target ${pageTarget / 1e6} MB), ${Math.round(own / 1000)} kB of it the page itself (target ${ownTarget / 1000} kB)`,
    isMissed: size > pageTarget || own > ownTarget,
  };
}

async function figuresOf(browser: Browser, file: string, files: number, target: number, runs: number): Promise<Figure[]> {
  const ready: number[] = [];
  const drills: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { page, close } = await browser.open(file);
    ready.push(Number(await page.locator("html").getAttribute("data-ready")) / 1000);
    drills.push(await page.evaluate<number>(drill));
    await close();
  }
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const name = `HTML report of ${files.toLocaleString("en")} files`;
  return [
    { name: `${name}, usable`, text: `${middle(ready).toFixed(2)} s (target ${target} s)`, isMissed: middle(ready) > target },
    {
      name: `${name}, into a directory`,
      text: `${Math.round(middle(drills))} ms, two frames included (target ${drillTarget} ms)`,
      isMissed: middle(drills) > drillTarget,
    },
  ];
}
