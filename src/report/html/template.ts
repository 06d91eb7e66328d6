/** The page that `npm run build` makes from `ui/web/`, to be filled with data. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { xmlText } from "../escape.ts";

/** Placeholders in `ui/web/page.html`. */
const titlePlace = "BALLAST_TITLE";
const dataPlace = "BALLAST_DATA";

/** Built files lie beside this one's; in a checkout that runs its sources, in dist/. */
const places = ["../../../ui/web/page.html", "../../../dist/ui/web/page.html"];

export async function fillTemplate(title: string, data: string): Promise<string> {
  const file = places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(path));
  if (file === undefined) throw new Error("the page of --format html is missing: `npm run build` makes it");
  const template = await readFile(file, "utf8");
  // The data goes in first: it is base64 and cannot hold a placeholder, which a title may. Functions, because `$` is special in a string.
  return template.replace(dataPlace, () => data).replace(titlePlace, () => xmlText(title));
}
