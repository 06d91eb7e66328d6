/** What an HTML report holds, read as the page itself reads it. */
import { ImageTree } from "../../../ui/web/read/image-tree.ts";
import { readPage } from "../../../ui/web/read/page.ts";
import type { ReadPage } from "../../../ui/web/read/page.ts";
import type { ImagePage } from "../../../src/report/html/page-data.ts";

export function dataOf(html: string): Promise<ReadPage> {
  const [, data] = /<script type="application\/octet-stream" id="data">([^<]*)<\/script>/.exec(html) ?? [];
  if (data === undefined) throw new Error("the page holds no data");
  return readPage(data);
}

export async function imageOf(html: string): Promise<{ readonly data: ImagePage; readonly tree: ImageTree }> {
  const page = await dataOf(html);
  if (page.data.kind !== "image") throw new Error("the page is about no image");
  return { data: page.data, tree: new ImageTree(page, page.data) };
}
