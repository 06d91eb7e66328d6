/** The page as `npm run build` made it of `ui/web/`, to be filled with data. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { xmlText } from "../escape.ts";

/** What the data takes the place of. Both stand in `ui/web/page.html`. */
const titlePlace = "BALLAST_TITLE";
const dataPlace = "BALLAST_DATA";

/** Built files lie beside this one's; in a checkout that runs its sources, in dist/. */
const places = ["../../../ui/web/page.html", "../../../dist/ui/web/page.html"];

export async function fillTemplate(title: string, data: string): Promise<string> {
  const file = places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(path));
  if (file === undefined) throw new Error("the page of --format html is missing: `npm run build` makes it");
  const template = await readFile(file, "utf8");
  // Data first: it is base64, in which no place stands; a title may spell one. Functions, so that a dollar sign means nothing.
  return template.replace(dataPlace, () => data).replace(titlePlace, () => xmlText(title));
}
