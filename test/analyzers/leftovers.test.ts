import { describe, expect, it } from "vitest";

import { findLeftovers } from "../../analyzers/leftovers/leftovers.ts";
import { liveFiles } from "../../src/filesystem/live-files.ts";
import { leftoverRules } from "../../analyzers/leftovers/rules.ts";
import { leftoverRuleOf, mayBeLeftoverName, mayHoldLeftovers } from "../../analyzers/leftovers/match.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { readLayers } from "../helpers/trees/tree-lines.ts";

const found = (files: Record<string, string>, command: string) => {
  const layer = caseTar(Object.entries(files).map(([path, content]) => ({ path, typeflag: "0", content })));
  return findLeftovers(liveFiles(readLayers([layer]).tree), () => command);
};

it.each([
  ["var/lib/apt/lists/deb_dists_Release", "apt-lists"],
  ["var/cache/apt/archives/a.deb", "apt-archives"],
  ["var/cache/apk/APKINDEX.1.tar.gz", "apk-cache"],
  ["var/cache/dnf/x/repodata/repomd.xml", "dnf-cache"],
  ["root/.cache/pip/http/a", "pip-cache"],
  ["home/node/.npm/_cacache/index", "npm-cache"],
  ["usr/local/share/.cache/yarn/v6/x", "yarn-cache"],
  ["root/.cache/pypoetry/cache/repositories/a", "poetry-cache"],
  ["root/.cache/pypoetry/artifacts/ab/x.whl", "poetry-cache"],
  ["root/.cache/uv/wheels-v5/a", "uv-cache"],
  ["root/.cache/uv/environments-v2/a/bin/x", "uv-environments"],
  ["root/.npm/_npx/12/node_modules/.bin/x", "npx-programs"],
  ["root/.yarn/berry/cache/a.zip", "yarn-store"],
  ["root/.nuget/packages/a/a.dll", "nuget-packages"],
  ["root/.cache/go-build/00/a", "go-build-cache"],
  ["go/pkg/mod/cache/x", "go-module-cache"],
  ["root/.m2/repository/a/b.jar", "maven-repository"],
  ["tmp/build.log", "temporary-files"],
  ["var/log/dpkg.log", "logs"],
  ["app/.git/objects/aa/bb", "version-control"],
  ["usr/share/man/man1/ls.1.gz", "man-pages"],
  ["usr/share/doc/bash/README", "documentation"],
  ["usr/share/locale/de/LC_MESSAGES/x.mo", "locales"],
])("%s falls under %s", (path, rule) => {
  expect(leftoverRuleOf(path)?.id).toBe(rule);
});

it.each([
  "usr/share/doc/bash/copyright",
  "usr/share/doc/x/LICENSE.txt",
  "app/main.go",
  "usr/share/locale/locale.alias",
  "srv/tmp/data",
  "app/gitlab.yml",
  // Installations, wherever their tools put them.
  "root/.cache/pypoetry/virtualenvs/app-abc-py3.11/bin/python",
  "root/.local/share/uv/tools/ruff/bin/ruff",
  "root/.local/share/pipx/venvs/x/bin/x",
  "root/.local/share/virtualenvs/app/bin/python",
  "root/.gradle/wrapper/dists/gradle-8/bin/gradle",
  "root/.cache/ms-playwright/chromium-1/chrome",
  "root/.cache/puppeteer/chrome/linux/chrome",
  "root/.cache/huggingface/hub/models/x",
  "root/.cache/node/corepack/v1/pnpm/bin/pnpm.cjs",
  "root/.cache/pre-commit/x",
  "root/.cache/Cypress/12/Cypress",
  "root/nltk_data/x",
  "root/.cargo/bin/x",
  "opt/conda/pkgs/numpy-1.0/lib/x.so",
  "app/ruby/vendor/cache/rack.gem",
])("%s is none", (path) => {
  expect(leftoverRuleOf(path)).toBe(null);
});

it("no file that falls under a rule is passed over for its directory and its name", () => {
  const directories = [
    ["", "app/", "tmp/", "var/tmp/x/", "var/log/", "var/lib/apt/lists/", "var/lib/dpkg/", "var/cache/debconf/", "root/.npm/_cacache/"],
    ["srv/.git/", "srv/.git/objects/ab/", "opt/conda/pkgs/", "opt/conda/pkgs/a/b/", "usr/lib/ruby/gems/3.1/cache/", "usr/share/doc/bash/"],
    ["usr/share/man/", "usr/local/share/man/man1/", "usr/share/locale/", "usr/share/locale/de/", "home/me/.cache/pip/", "go/pkg/mod/"],
    ["usr/lib/python3/", "usr/lib/python3/__pycache__/", "usr/local/cargo/registry/cache/", "root/.m2/repository/a/"],
    [
      "root/.cache/uv/",
      "root/.cache/uv/archive-v0/a/",
      "root/.cache/uv/environments-v2/a/",
      "root/.cache/pypoetry/cache/",
      "root/.npm/_npx/1/",
    ],
  ].flat();
  const names = ["x", "status-old", "a.pyc", "a.pyo", "a.py", "numpy.conda", "numpy.tar.bz2", "rack.gem", "copyright", "HEAD", "log"];
  let under = 0;
  for (const directory of directories) {
    for (const name of names) {
      if (leftoverRuleOf(directory + name) === null) continue;
      under += 1;
      expect([directory, name, mayHoldLeftovers(directory) || mayBeLeftoverName(name)]).toEqual([directory, name, true]);
    }
  }
  expect(under).toBeGreaterThan(100);
  expect(["", "app/", "usr/share/locale/", "usr/lib/python3/"].some(mayHoldLeftovers)).toBe(false);
});

it("every rule has a remedy that fits any command", () => {
  for (const { remedies } of leftoverRules) expect(remedies.at(-1)!.command).toBe(undefined);
});

it("counts a cache once whose files have several names", () => {
  const content = "x".repeat(500);
  const layer = caseTar([
    { path: "root/.cache/pip/http/a", typeflag: "0", content },
    { path: "root/.cache/pip/http/b", typeflag: "1", link: "root/.cache/pip/http/a" },
  ]);
  expect(findLeftovers(liveFiles(readLayers([layer]).tree), () => "RUN pip install x")).toMatchObject([{ bytes: 500, files: 2 }]);
});

describe("advice", () => {
  it("fits the command and states the bytes", () => {
    const files = { "root/.cache/pip/a": "x".repeat(2000) };
    expect(found(files, "RUN pip install flask")[0]!.advice).toBe(
      "call `pip install --no-cache-dir`, or mount it: `RUN --mount=type=cache,target=/root/.cache/pip`: saves 2.00 kB",
    );
    expect(found(files, "COPY . /root")[0]!.advice).toBe("list it in .dockerignore so that it is not copied into the image: saves 2.00 kB");
  });

  it("compiled Python counts only beside its source", () => {
    const compiled = { "app/__pycache__/a.cpython-311.pyc": "123" };
    expect(found(compiled, "RUN x")).toEqual([]);
    expect(found({ ...compiled, "app/a.py": "1" }, "RUN x")).toMatchObject([{ rule: "python-bytecode", bytes: 3, files: 1 }]);
  });
});
