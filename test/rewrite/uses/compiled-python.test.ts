/** Compiled Python goes only where its source does the same, and what it names is used as what a source names. */
import { describe, expect, it } from "vitest";

import { keptAndDropped, usesOf } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";

const header = `\xa7\x0d\x0d\x0a${"\0".repeat(12)}`;
const large = "\0".repeat(70_000);

const situations: Record<string, UsedImage & { kept: readonly string[]; dropped?: readonly string[] }> = {
  "an application of nothing but compiled files, one of them large, and what it opens": {
    files: { "app/main.pyc": `${header}/tmp/model/data${large}`, "tmp/model/data": "1", "tmp/junk": "1" },
    kept: ["/tmp/model/data"],
    dropped: ["/tmp/junk"],
  },
  "data beside a compiled file with its source": {
    files: { "app/main.py": "1", "app/main.pyc": header, "app/x.bin": `\0/tmp/model/data${large}`, "tmp/model/data": "1" },
    kept: ["/tmp/model/data"],
    dropped: ["/app/main.pyc"],
  },
  "a compiled file that a script runs by its name": {
    files: {
      "app/main.py": "1",
      "app/__pycache__/main.cpython-311.pyc": header,
      "app/__pycache__/other.cpython-311.pyc": header,
      "app/other.py": "1",
      "app/run": "#!/bin/sh\ncd /app && exec python3 __pycache__/main.cpython-311.pyc\n",
    },
    kept: ["/app/__pycache__/main.cpython-311.pyc"],
    dropped: ["/app/__pycache__/other.cpython-311.pyc"],
  },
  "a compiled file that CMD runs": {
    files: { "app/main.py": "raise SystemExit", "app/main.pyc": header },
    config: { Cmd: ["python", "main.pyc"], WorkingDir: "/app" },
    kept: ["/app/main.pyc"],
  },
  "compiled files that an installer lists": {
    files: { "opt/conda/a.py": "1", "opt/conda/a.pyc": header, "opt/conda/conda-meta/a.json": '{"files":["a.pyc"]}' },
    kept: [],
    dropped: ["/opt/conda/a.pyc"],
  },
};

describe("compiled Python", () => {
  it.each(Object.entries(situations))("%s", async (_, { kept, dropped = [], ...image }) => {
    const found = await keptAndDropped(image);
    expect(Object.keys(found.kept)).toEqual(kept);
    expect(found.dropped).toEqual(dropped);
  });

  it("whose source is a symlink that leads nowhere stays", async () => {
    const found = await keptAndDropped({ files: { "app/a.py": "-> /nowhere/a.py", "app/a.pyc": header } });
    expect(found).toEqual({ kept: {}, dropped: [] });
  });

  it("says what runs it", async () => {
    const uses = await usesOf(situations["a compiled file that CMD runs"]!);
    expect(uses.keptBy(uses.tree.lookup("app/main.pyc")!)?.why).toBe("CMD names it");
  });
});
