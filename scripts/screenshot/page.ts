/** A picture of the HTML report in a real browser. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { debianChromium, pagesDirectory, startBrowser } from "../../test/helpers/screen/browser.ts";

const size = { width: 1280, height: 960 };

/** @throws {Error} when Debian's Chromium is not installed */
export async function pageToPng(root: string, image: string, output: string): Promise<void> {
  const { directory, remove } = pagesDirectory();
  try {
    const file = join(directory, "report.html");
    const rules = ["--fail", "efficiency=0.9", "--fail", "secrets=high"];
    // The gate fails the demo image, which is what it is for.
    spawnSync(process.execPath, [join(root, "dist/src/cli.cjs"), "check", image, ...rules, "--format", `html=${file}`], { cwd: root });
    const browser = await startBrowser(debianChromium);
    const { page, close } = await browser.open(file, size);
    await page.screenshot({ path: output });
    await close();
    await browser.close();
  } finally {
    remove();
  }
}
