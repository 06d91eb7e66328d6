/** A written file that is taken back: only what this run wrote, never what somebody else put there meanwhile. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { writeUndoable } from "../../../src/base/files/output-file.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const force = { force: true };

it("brings back what it had replaced, and leaves nothing where nothing was", async () => {
  const dir = temporaryDirectory();
  const path = join(dir, "out");
  await (await writeUndoable(path, "new", force)).undo();
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, "old");
  await (await writeUndoable(path, "new", force)).undo();
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(dir)).toEqual(["out"]);
});

it.each([[false], [true]])("leaves what another run wrote there meanwhile, and says so (a file was there before: %s)", async (wasThere) => {
  const dir = temporaryDirectory();
  const path = join(dir, "out");
  if (wasThere) writeFileSync(path, "old");
  const first = await writeUndoable(path, "first", force);
  await (await writeUndoable(path, "second", force)).keep();
  await expect(first.undo()).rejects.toThrow(`${path} was written by somebody else while it was being checked`);
  expect(readFileSync(path, "utf8")).toBe("second");
  expect(readdirSync(dir)).toEqual(["out"]);
});

it("leaves nothing beside it where what was to be written failed before the file was open", async () => {
  const dir = temporaryDirectory();
  for (let time = 0; time < 100; time += 1) {
    await expect(writeUndoable(join(dir, "out"), damaged(), force)).rejects.toThrow("the source is damaged");
  }
  expect(readdirSync(dir)).toEqual([]);
});

async function* damaged(): AsyncGenerator<Buffer> {
  for (const problem of ["the source is damaged"]) throw new Error(problem);
  yield Buffer.from("");
}
