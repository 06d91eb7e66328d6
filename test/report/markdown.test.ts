import { expect, it } from "vitest";

import { renderMarkdown } from "../../src/report/markdown.ts";
import { analysisOf } from "../helpers/analysis.ts";

/** Rows that fill a comment quickly. */
function wasteful(rows: number) {
  return analysisOf({
    waste: Array.from({ length: rows }, (_, index) => {
      const path = `/srv/${index}/${"é|`".repeat(60)}`;
      return { path, bytes: 1_000_000 - index, cause: "removed", layer: 0, supersededBy: 0 } as const;
    }),
    warnings: Array.from({ length: rows }, (_, index) => ({ code: "tar-stray-header", message: `${index} ${"é".repeat(9000)}` })),
  });
}

it.each([0, 3, 500])("fits into a comment, whole, whatever an image of %i odd rows holds", (rows) => {
  const text = renderMarkdown(wasteful(rows), {} as Parameters<typeof renderMarkdown>[1]);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  expect(text.split("<details>")).toHaveLength(text.split("</details>").length);
  expect(text.startsWith("### Ballast: ")).toBe(true);
});
