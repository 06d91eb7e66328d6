/** What start scripts copy onto another name, or compress in place: once hard-linked, cp says "are the same file" and gzip "has 1 other link". */
import { describe, expect, it } from "vitest";

import { hardLinkStep, linkable } from "../../../src/rewrite/plan/steps/hard-link.ts";
import type { OptimizeOptions } from "../../../src/rewrite/plan/plan.ts";
import type { Analysis } from "../../../analyzers/analysis.ts";
import { Uses } from "../../../src/rewrite/uses/uses.ts";
import { usesOf } from "../../helpers/image/uses.ts";
import { threadTime } from "../../helpers/thread-time.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { readLayers } from "../../helpers/trees/tree-lines.ts";

interface Situation extends Omit<UsedImage, "files"> {
  readonly files?: Readonly<Record<string, string>>;
  /** An executable /entry.sh behind `set -e`. */
  readonly script?: string;
  /** Paths that may be linked all the same. */
  readonly free?: readonly string[];
  readonly never: readonly string[];
}

const app = "opt/app";
const two = [`${app}/defaults/a.php`, `${app}/data/a.php`, `${app}/default.xml`, `${app}/conf.xml`];
const files = Object.fromEntries([...two, "opt/other/a.php"].map((path) => [path, "content"]));
const folders = [`${app}/defaults/a.php`, `${app}/data/a.php`];
const settings = [`${app}/default.xml`, `${app}/conf.xml`];
const free = ["opt/other/a.php"];

const situations: Record<string, Situation> = {
  "a relative copy behind cd": { script: "cd /opt/app\ncp default.xml conf.xml", never: settings, free },
  "a relative copy in WORKDIR": { script: "cp default.xml conf.xml", config: { WorkingDir: "/opt/app" }, never: settings, free },
  "behind variables": { script: 'D=${D:-/opt/app}\ncp "$D/default.xml" "$D/conf.xml"', never: settings, free },
  "behind variables of ENV": { script: 'cd "$D" && cp default.xml conf.xml', config: { Env: ["D=/opt/app"] }, never: settings, free },
  "braces, over two lines": { script: "cp -f \\\n  /opt/app/{default,conf}.xml", never: settings, free },
  "the folder of the script": {
    files: {
      "opt/app/run": '#!/bin/bash\nDIR="$( cd "$( dirname "${BASH_SOURCE[0]}" )" && pwd )"\ncp $DIR/default.xml "${0%/*}/conf.xml"\n',
    },
    never: settings,
    free,
  },
  "a folder's content": { script: "cp -r /opt/app/defaults/. /opt/app/data", never: folders, free },
  "a glob": { script: "cd /opt/app/data && cp -r ../defaults/* .", never: folders, free },
  "an option that takes the folder": { script: "install --target-directory=/opt/app/data /opt/app/defaults/*", never: folders, free },
  "the command itself": {
    config: { Cmd: ["sh", "-c", "cp -r defaults/* data/ && app"], WorkingDir: "/opt/app" },
    never: folders,
    free,
  },
  "supervisord's directory": {
    files: { "etc/supervisor/conf.d/a.conf": '[program:a]\ncommand=sh -c "cp -r defaults/* data/ && run"\ndirectory=/opt/app\n' },
    never: folders,
    free,
  },
  Python: {
    files: { [`${app}/run.py`]: 'shutil.copytree(os.path.join(HERE, "defaults"), os.path.join(HERE, "data"), dirs_exist_ok=True)' },
    never: folders,
    free,
  },
  Node: { files: { "opt/run": '#!/usr/bin/env node\nfs.cpSync("/opt/app/defaults", "/opt/app/data")' }, never: folders, free },
  PHP: { files: { "opt/a.php": '<?php copy("/opt/app/default.xml", "/opt/app/conf.xml");' }, never: settings, free },
  "gzip of a glob": { script: "gzip -9 /opt/app/data/*.php", never: [`${app}/data/a.php`], free: [...free, `${app}/defaults/a.php`] },
  "gzip by way of find": { script: "find /opt/app -name '*.php' | xargs gzip", never: two, free },
  "a redirection": { script: "cd /opt/app; envsubst < default.xml > conf.xml", never: settings, free },
  "a copy that takes links along, to a volume where one of them is edited": { script: "cp -a /opt/app/. /data/", never: two, free },
  "an archive that takes links along": { script: "D=/opt/app\n(cd $D && tar cf - .) | (cd /data && tar xf -)", never: two, free },
  "an archive that is unpacked": { script: "tar -xzf /opt/x.tgz -C /opt/app", never: [], free: two },
  "a rename in Python": { files: { [`${app}/run.py`]: 'os.replace("default.xml", "conf.xml")' }, never: settings, free },
  "a copy to somewhere else, and a comment": {
    script: "cp -r /opt/app /backup\n# cp /opt/app/defaults/* /opt/app/data",
    never: [],
    free: two,
  },
};

describe("what a start script copies or compresses is not linked", () => {
  for (const [name, { script, never, free: linkable = [], ...image }] of Object.entries(situations)) {
    it(name, async () => {
      const entry = script === undefined ? {} : { "entry.sh": `#!/bin/sh\nset -e\n${script}\nexec app\n` };
      const uses = await usesOf({ ...image, files: { ...files, ...image.files, ...entry } });
      const why = (path: string): string | null => uses.untouchable(uses.tree.lookup(path)!);
      expect(never.filter((path) => why(path) === null)).toEqual([]);
      expect(linkable.filter((path) => why(path) !== null)).toEqual([]);
    });
  }
});

/** Groups of equal files that the plan links. */
function groupsOf(paths: readonly string[], mode = 0o644): string[][] {
  const { tree } = readLayers([tar(paths.map((path) => file(path, "1", { mode })))]);
  const analysis = { tree, duplicates: [{ bytes: 1, digest: "sha256:1", paths: paths.map((path) => `/${path}`) }] };
  const options = { keep: [], keepLayers: 0, uses: new Uses(tree) };
  const { groups } = hardLinkStep(analysis as unknown as Analysis, options as unknown as OptimizeOptions, true);
  return groups.map((group) => [...group.paths]);
}

describe("libraries", () => {
  it("that one process could load as two stay two: the dynamic linker takes one file for one library", () => {
    expect(groupsOf(["opt/p/a/lib.so", "opt/p/b/lib.so", "app/node_modules/a/x.node", "app/node_modules/b/x.node"])).toEqual([]);
    expect(groupsOf(["v/site-packages/a/_x.abi3.so", "v/site-packages/b/_x.abi3.so"])).toEqual([]);
    expect(groupsOf(["opt/p/red.so", "opt/p/blue.so"])).toEqual([]);
  });

  it("are linked beside each other, as a symlink would, and among environments", () => {
    const names = ["/opt/lib/libx.so", "/opt/lib/libx.so.1", "/opt/lib/libx.so.1.2"];
    expect(groupsOf(names.map((name) => name.slice(1)))).toEqual([names]);
    const environments = ["/one/site-packages/a/x.so", "/two/site-packages/a/x.so"];
    expect(groupsOf(environments.map((name) => name.slice(1)))).toEqual([environments]);
  });
});

describe("what a program may write in place is not linked, for the write would change the other too", () => {
  it.each([
    "app/state/a.json",
    "opt/app/tenants/a.yml",
    "data/a.seed",
    "workspace/a.ipynb",
    "app/store/a.dat",
    "app/dist/a.html",
    "app/data/a",
    "a",
  ])("%s", (path) => {
    expect(groupsOf([path, path.replace(/a(?=\.|$)/, "b")])).toEqual([]);
  });
  it("pages that a server of the distribution's serves", () => {
    expect(groupsOf(["usr/share/nginx/html/index.html", "usr/share/nginx/html/50x.html"])).toEqual([]);
  });
  it("but code, media, programs, and what packages brought", () => {
    for (const path of ["app/a.js", "app/a.png", "app/node_modules/a.json", "usr/share/a/a.txt", "usr/local/lib/a/a.dat"])
      expect(groupsOf([path, path.replace(/a(?=\.)/, "b")])).toHaveLength(1);
    expect(groupsOf(["app/bin/a", "app/bin/b"], 0o755)).toHaveLength(1);
  });
});

it("no file gets more names than file systems allow", () => {
  expect(linkable(["a", "b", "c", "d", "e"], 2)).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(linkable(Array.from({ length: 65_001 }, (_, index) => `${index}`)).map(({ length }) => length)).toEqual([30_000, 30_000, 5001]);
});

it("a script of nothing but braces is looked through in a time that grows with its length alone", async () => {
  const started = threadTime();
  await usesOf({ files: { "entry.sh": `#!/bin/sh\ncp ${"{".repeat(300_000)}`, "opt/a": "1" } });
  // Searching on from each brace took half a minute.
  expect(threadTime() - started).toBeLessThan(5000);
});
