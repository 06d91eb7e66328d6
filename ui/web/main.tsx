/** The page of `--format html`: reads its own data and shows it. It asks nothing of any network. */
import { render } from "preact";

import { DiffView } from "./diff/diff-view.tsx";
import { ImageView } from "./image-view.tsx";
import { DiffTree } from "./read/diff-tree.ts";
import { ImageTree } from "./read/image-tree.ts";
import { readPage } from "./read/page.ts";

const place = document.getElementById("page")!;
try {
  const element = document.getElementById("data")!;
  const page = await readPage(element.textContent);
  element.remove();
  place.textContent = "";
  const { data } = page;
  render(
    data.kind === "image" ? <ImageView data={data} tree={new ImageTree(page, data)} /> : <DiffView data={data} tree={new DiffTree(page)} />,
    place,
  );
  document.documentElement.dataset["ready"] = String(Math.round(performance.now()));
} catch (error) {
  const problem = document.createElement("p");
  problem.className = "plain";
  problem.textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}. It needs a browser of 2023 or newer and the whole file.`;
  place.replaceChildren(problem);
}
