/** The page of `--format html`: reads the data in the page and shows it. It makes no network requests. */
import { render } from "preact";

import { DiffView } from "./diff/diff-view.tsx";
import { ImageView } from "./image-view.tsx";
import { DiffTree } from "./read/diff-tree.ts";
import { ImageTree } from "./read/image-tree.ts";
import { readPage } from "./read/page.ts";
import type { ReadPage } from "./read/page.ts";
import { SurveyTree } from "./read/survey-tree.ts";
import { SurveyView } from "./survey/survey-view.tsx";

const place = document.getElementById("page")!;
try {
  const element = document.getElementById("data")!;
  const page = await readPage(element.textContent);
  element.remove();
  place.textContent = "";
  render(viewOf(page), place);
  document.documentElement.dataset["ready"] = String(Math.round(performance.now()));
} catch (error) {
  const problem = document.createElement("p");
  problem.className = "plain";
  problem.textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}. It needs a browser of 2023 or newer and the whole file.`;
  place.replaceChildren(problem);
}

function viewOf(page: ReadPage) {
  const { data } = page;
  if (data.kind === "image") return <ImageView data={data} tree={new ImageTree(page, data)} />;
  if (data.kind === "diff") return <DiffView data={data} tree={new DiffTree(page)} />;
  return <SurveyView data={data} tree={new SurveyTree(page)} />;
}
