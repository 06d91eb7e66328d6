/** `npm run generate`: writes the pages that are made from the program itself. Tests say when they are out of date. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { commands } from "../src/commands/all.ts";
import { apiPage } from "./pages/api-page.ts";
import { toolVersion } from "../src/base/version.ts";
import { completionFiles } from "./pages/completion-files.ts";
import { flagsPage } from "./pages/flags-page.ts";
import { manPage } from "./pages/man-page.ts";

const described = await Promise.all(commands.map(async (entry) => ({ entry, command: await entry.load() })));
const loaded = described.map(({ entry, command }) => ({ name: entry.name, command }));
writeFileSync(join(process.cwd(), "man/ballast.1"), manPage(toolVersion, described));
for (const [shell, file] of completionFiles) {
  const run = spawnSync(process.execPath, [join(process.cwd(), "dist/src/cli.cjs"), "completion", shell], { encoding: "utf8" });
  writeFileSync(join(process.cwd(), "completions", file), run.stdout);
}
writeFileSync(join(process.cwd(), "docs/flags.md"), flagsPage(loaded));
writeFileSync(join(process.cwd(), "docs/api.md"), apiPage(join(process.cwd(), "dist")));
