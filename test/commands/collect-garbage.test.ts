import { Script } from "node:vm";

import { expect, it } from "vitest";

import { collectGarbage } from "../../src/commands/explore/collect-garbage.ts";

/** In a function of its own, whose frame alone has held it. */
function weakly(): WeakRef<object> {
  return new WeakRef({ text: "dropped" });
}

it("explore-code-never-kept: code that V8 compiled before garbage was collected is taken after it, and what was dropped is freed", async () => {
  const source = "(function () { return 'compiled'; })";
  const cachedData = new Script(source).createCachedData();
  const dropped = weakly();
  await collectGarbage();
  expect(dropped.deref()).toBeUndefined();
  expect(new Script(source, { filename: "again", cachedData }).cachedDataRejected).toBe(false);
});
