/** What only `--drop docs,logs,man,locales,vcs` takes stays all the same when the image uses it. */
import { describe, expect, it } from "vitest";

import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";

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
    },
  },
  translations: {
    there: locales,
    by: {
      ENV: { config: { Env: ["LANG=de_DE.UTF-8"] } },
      "ENV, a list": { config: { Env: ["LANGUAGE=de_AT@euro:en"] } },
      "the system's setting": { files: { "etc/default/locale": 'LANG="de_DE.UTF-8"\n' } },
      "a script": { files: { "entry.sh": sh("export LC_ALL=de_DE.UTF-8") } },
    },
  },
  logs: {
    there: logs,
    by: {
      tail: { files: { "entry.sh": sh("cron\ntail -f /var/log/cron.log"), "etc/nginx/a.conf": "error_log /var/log/old.log;\n" } },
      "a watcher": { files: { "etc/fail2ban/jail.conf": "logpath = /var/log/cron.log\n" } },
    },
  },
  repositories: {
    there: repositories,
    by: {
      "git in a script beside it": { files: { "app/run.sh": sh("V=$(git rev-parse HEAD)") } },
      "git in a script elsewhere": { files: { "entry.sh": sh("git -C /app describe --tags") } },
      "git in WORKDIR": { config: { WorkingDir: "/app", Cmd: ["sh", "-c", "git pull && run"] } },
      "a program that calls git": { files: { "app/a.py": 'check_output(["git", "rev-parse", "HEAD"])' } },
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
