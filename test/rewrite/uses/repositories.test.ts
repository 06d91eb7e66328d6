/** Repositories that a running container asks, although they lie elsewhere or nothing says `git` beside them. */
import { describe, expect, it } from "vitest";

import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";

const describes = "#!/bin/sh\ngit describe --tags\n";
const head = "ref: refs/heads/main\n";

const used: Record<string, UsedImage> = {
  "of a worktree, whose file .git says where it lies": {
    files: {
      "repo/.git/HEAD": head,
      "repo/.git/worktrees/app/HEAD": head,
      "app/.git": "gitdir: /repo/.git/worktrees/app\n",
      "app/run": describes,
    },
  },
  "of a submodule": {
    files: {
      "repo/.git/HEAD": head,
      "repo/.git/modules/sub/HEAD": head,
      "repo/sub/.git": "gitdir: ../.git/modules/sub\n",
      "repo/sub/run": describes,
    },
  },
  "of a folder that CMD names": {
    files: { "repo/.git/HEAD": head, "app/version.py": 'subprocess.check_output(["git", "describe"], cwd=sys.argv[1])' },
    config: { Cmd: ["python", "/app/version.py", "/repo"] },
  },
  "that a program asks": {
    files: { "app/.git/HEAD": head, "app/server": "\x7fELF\0\0gitrev-parseHEAD\0" },
  },
  "that a library of Python opens": {
    files: { "app/.git/HEAD": head, "opt/version.py": 'from git import Repo\nrepo = Repo("/app")' },
  },
  "of dependencies that mix looks for": {
    files: { "app/deps/plug/.git/HEAD": head, "app/run": "#!/bin/sh\nexec mix phx.server\n" },
  },
};

const unused: Record<string, UsedImage> = {
  "of a submodule in which nothing calls git": {
    files: {
      "repo/.git/HEAD": head,
      "repo/.git/modules/sub/HEAD": head,
      "repo/sub/.git": "gitdir: ../.git/modules/sub\n",
      "app/run": describes,
    },
  },
  "far from a program that knows git": { files: { "repo/.git/HEAD": head, "app/server": "\x7fELF\0\0gitrev-parseHEAD\0" } },
  "beside dependencies of mix": { files: { "app/.git/HEAD": head, "app/run": "#!/bin/sh\nexec mix phx.server\n" } },
};

describe("a repository", () => {
  it.each(Object.entries(used))("%s stays", async (_, image) => {
    expect((await keptAndDropped(image)).dropped).toEqual([]);
  });

  it.each(Object.entries(unused))("%s may go", async (_, image) => {
    expect((await keptAndDropped(image)).kept).toEqual({});
  });
});
