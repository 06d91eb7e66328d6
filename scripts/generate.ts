/** `npm run generate`: writes the pages that are made from the program itself. Tests say when they are out of date. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { commands } from "../src/commands/all.ts";
import { apiPage } from "./api-page.ts";
import { flagsPage } from "./flags-page.ts";

const loaded = await Promise.all(commands.map(async ({ name, load }) => ({ name, command: await load() })));
writeFileSync(join(process.cwd(), "docs/flags.md"), flagsPage(loaded));
writeFileSync(join(process.cwd(), "docs/api.md"), apiPage(join(process.cwd(), "dist")));
