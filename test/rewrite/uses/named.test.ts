/** What only `--drop docs,logs,man,locales,vcs` takes stays all the same when the image uses it. */
import { describe, expect, it } from "vitest";

import { findUses } from "../../../src/rewrite/uses/find-uses.ts";
import { noConfigEdits } from "../../../src/rewrite/plan/plan.ts";
import { memoryImage } from "../../helpers/image/memory-image.ts";
import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";
import { directory, file, tar } from "../../helpers/tar-fixture.ts";
import { readLayers } from "../../helpers/trees/tree-lines.ts";

const sh = (body: string): string => `#!/bin/sh\n${body}\n`;
const docs = { "usr/share/doc/fzf/examples/keys.bash": "1", "usr/share/doc/x/README": "1" };
const locales = { "usr/share/locale/de/LC_MESSAGES/a.mo": "1", "usr/share/locale/fr/LC_MESSAGES/a.mo": "1" };
const logs = { "var/log/cron.log": "1", "var/log/old.log": "1" };
const repositories = { "app/.git/HEAD": "1", "other/.git/HEAD": "1" };
const man = { "usr/share/man/man1/a.1": "1" };

/** By what is there; the first of each is used, the others are not. */
const groups: Record<
  string,
  { there: Readonly<Record<string, string>>; by: Record<string, Omit<UsedImage, "files"> & { files?: UsedImage["files"] }> }
> = {
  documentation: {
    there: docs,
    by: {
      "a shell's settings": { files: { "etc/bash.bashrc": "# see /usr/share/doc/x/README\n. /usr/share/doc/fzf/examples/keys.bash\n" } },
      "a variable": { files: { "app/a.sh": sh("D=/usr/share/doc/fzf\n. $D/examples/keys.bash") } },
      "a glob": { files: { "app/a.sh": sh("cat /usr/share/doc/fzf/examples/*.bash") } },
      "a web server": { files: { "etc/nginx/a.conf": "alias /usr/share/doc/fzf/;\n" } },
      "a program of Python": { files: { "app/a.py": 'open("/usr/share/doc/fzf/examples/keys.bash")' } },
      "words that are joined": { files: { "app/a.py": 'join("/usr/share/doc", "fzf", "examples", name)' } },
    },
  },
  translations: {
    there: locales,
    by: {
      ENV: { config: { Env: ["LANG=de_DE.UTF-8"] } },
      "ENV, a list": { config: { Env: ["LANGUAGE=de_AT@euro:en"] } },
      "the system's setting": { files: { "etc/default/locale": 'LANG="de_DE.UTF-8"\n' } },
      "a script": { files: { "entry.sh": sh("export LC_ALL=de_DE.UTF-8") } },
      "a program that asks for one": { files: { "app/a.php": '<?php setlocale(LC_ALL, "de_DE.UTF-8");' } },
      "a list of them": { files: { "app/a.py": 'translation(name, languages=["de", "it"])' } },
    },
  },
  logs: {
    there: logs,
    by: {
      tail: { files: { "entry.sh": sh("cron\ntail -f /var/log/cron.log"), "etc/nginx/a.conf": "error_log /var/log/old.log;\n" } },
      "a watcher": { files: { "etc/fail2ban/jail.conf": "logpath = /var/log/cron.log\n" } },
    },
  },
  "files of a program among the logs": {
    there: { "var/log/app/state.json": "1", "var/log/app/old.log": "1" },
    by: {
      "a program": { files: { "app/a.js": 'const s = JSON.parse(fs.readFileSync("/var/log/app/state.json")); // or old.log' } },
      "a script": { files: { "app/a.sh": sh("exec app --state /var/log/app/state.json >/var/log/app/old.log") } },
    },
  },
  repositories: {
    there: repositories,
    by: {
      "git in a script beside it": { files: { "app/run.sh": sh("V=$(git rev-parse HEAD)") } },
      "git in a script elsewhere": { files: { "entry.sh": sh("git -C /app describe --tags") } },
      "git in WORKDIR": { config: { WorkingDir: "/app", Cmd: ["sh", "-c", "git pull && run"] } },
      "a program that calls git": { files: { "app/a.py": 'check_output(["git", "rev-parse", "HEAD"])' } },
      "a command on what lies there": { config: { Cmd: ["sh", "-c", "cd /app && git gc"] }, files: { "app/a.sh": sh("git show") } },
      "a program that reads it": { files: { "app/a.js": 'fs.readFileSync(path.join(__dirname, ".git", "HEAD"))' } },
    },
  },
  "manual pages": {
    there: man,
    by: { "man in a script": { files: { "a.sh": sh("man a") } }, "man as the command": { config: { Cmd: ["man", "a"] } } },
  },
};

for (const [group, { there, by }] of Object.entries(groups)) {
  describe(`${group} that the image uses`, () => {
    const [used, ...others] = Object.keys(there).map((path) => `/${path}`);
    it.each(Object.entries(by))("%s", async (_, { files = {}, ...image }) => {
      const found = await keptAndDropped({ ...image, files: { ...there, ...files } });
      expect(Object.keys(found.kept)).toEqual([used]);
      expect(found.dropped).toEqual(others);
    });
    it("nothing", async () => {
      const files = {
        ...there,
        "app/a.sh": sh("# man a, see /usr/share/doc/fzf\necho man in the middle\nLANG=C exec a >> /var/log/old.log"),
      };
      expect((await keptAndDropped({ files })).kept).toEqual({});
    });
  });
}

describe("as a whole", () => {
  it("repositories that a server gives out", async () => {
    const files = { "entry.sh": sh("exec git daemon --base-path=/srv --export-all"), "srv/a/.git/HEAD": "1" };
    expect((await keptAndDropped({ files })).dropped).toEqual([]);
  });

  it("documentation that a web server gives out", async () => {
    const { dropped } = await keptAndDropped({ files: { "etc/nginx/a.conf": "location /doc/ { alias /usr/share/doc/; }\n", ...docs } });
    expect(dropped).toEqual([]);
  });

  it("the catalogs of a program that opens them by name, in every language", async () => {
    const { dropped } = await keptAndDropped({
      files: {
        "app/a.py": 'gettext.translation("a", "/usr/share/locale", languages=[asked])',
        ...locales,
        "usr/share/locale/de/LC_MESSAGES/b.mo": "1",
      },
    });
    expect(dropped).toEqual(["/usr/share/locale/de/LC_MESSAGES/b.mo"]);
  });

  it("translations of a program that lists their languages", async () => {
    const files = { "app/a.py": 'for language in os.listdir("/usr/share/locale"): load(language)', ...locales };
    expect((await keptAndDropped({ files })).dropped).toEqual([]);
  });
});

it("a log that only its owner may write stays: it could not be made again", async () => {
  const layers = [
    tar([
      directory("var/log"),
      file("var/log/app.log", "1", { uid: 1000 }),
      file("var/log/root.log", "1"),
      directory("var/log/own", { uid: 1000 }),
      file("var/log/own/a.log", "1", { uid: 1000 }),
    ]),
  ];
  const { tree } = readLayers(layers);
  const uses = await findUses({ image: memoryImage(layers), tree, edits: noConfigEdits });
  const kept = ["app.log", "root.log", "own/a.log"].filter((name) => uses.keptBy(tree.lookup(`var/log/${name}`)!) !== null);
  expect(kept).toEqual(["app.log"]);
});
