import { applyPatch } from "diff";
import { expect, it } from "vitest";

import { rowChanges, textPatch } from "../../../analyzers/diff/text-patch.ts";
import { threadTime } from "../../helpers/thread-time.ts";

const lines = (count: number, line: (at: number) => string): string => Array.from({ length: count }, (_, at) => line(at)).join("\n");

it.each([
  ["nothing in common", lines(200_000, (at) => `a${at}`), lines(190_000, (at) => `b${at}\n`)],
  [
    "the same lines in another order, without an end",
    lines(100_000, (at) => `a${at % 1000}`),
    lines(100_000, (at) => `a${(at * 7) % 1000}`),
  ],
  ["the ends in common", `1\n2\n3\n4\n${lines(9000, (at) => `a${at}`)}\n6\n7\n`, `1\n2\n3\n4\n${lines(8000, (at) => `b${at}`)}\n6\n7\n`],
  ["one line apart", lines(100_000, String), lines(100_001, String)],
])("%s is a patch that makes the one of the other, in time: it took minutes", async (_, from, to) => {
  const started = threadTime();
  const patch = await textPatch(["a/x", "b/x"], from, to);
  expect(threadTime() - started).toBeLessThan(15_000);
  expect(patch).toMatch(/^--- a\/x\n\+\+\+ b\/x\n@@ /);
  expect(applyPatch(from, patch)).toBe(to);
});

it("tells a history of ten thousand rows that has nothing in common as replaced", async () => {
  const rows = (word: string): string[] => Array.from({ length: 10_000 }, (_, at) => `${word} ${at}`);
  const changes = await rowChanges([...rows("a"), "end"], ["end"]);
  expect(changes.filter(({ change }) => change === "removed")).toHaveLength(10_000);
  expect(await rowChanges(rows("a"), rows("b"))).toHaveLength(20_000);
});
