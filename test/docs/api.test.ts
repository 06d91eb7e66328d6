import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { apiPage } from "../../scripts/pages/api-page.ts";
import * as library from "../../src/index.ts";
import { projectRoot } from "../helpers/run-cli.ts";

const page = readFileSync(join(projectRoot, "docs/api.md"), "utf8");

it("docs/api.md is what the compiler emits: a change of the public surface is seen, and `npm run generate` writes it down", () => {
  expect(page).toBe(apiPage(join(projectRoot, "dist")));
});

it("every value that the library exports stands in docs/api.md and, with what it does, in docs/library.md", () => {
  const guide = readFileSync(join(projectRoot, "docs/library.md"), "utf8");
  for (const name of Object.keys(library).filter((each) => each !== "ExitStatus")) {
    expect(page).toMatch(new RegExp(`^export declare (?:function|class|const) ${name}\\b`, "m"));
    expect(guide).toContain(`\`${name}`);
  }
});
