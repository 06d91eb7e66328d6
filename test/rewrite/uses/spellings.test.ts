/** Paths that are put together over two files, looked for in a folder, or written with escapes: what they lead to stays. */
import { describe, expect, it } from "vitest";

import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";

const app = { "tmp/app/run": "#!/bin/sh\n", "tmp/junk.o": "1" };
const twoBytes = (text: string): string => `\xff\xfe${[...text].map((character) => `${character}\0`).join("")}`;

const situations: Record<string, UsedImage & { kept?: readonly string[]; dropped?: readonly string[] }> = {
  "a variable of another file": {
    files: { ...app, "opt/env": "export BASE=/tmp\n", "opt/entry.sh": '#!/bin/sh\n. /opt/env\nexec "$BASE"/app/run\n' },
  },
  "a variable of an environment file": {
    files: {
      ...app,
      "etc/default/app": "BASE=/tmp\n",
      "etc/systemd/system/a.service": "[Service]\nEnvironmentFile=/etc/default/app\nExecStart=${BASE}/app/run\n",
    },
  },
  "a constant of another module": {
    files: { ...app, "app/conf.py": "BASE = '/tmp'\n", "app/a.py": "from conf import BASE\nrun(os.path.join(BASE, 'app', 'run'))" },
  },
  "another file's variable that nothing sets to a folder of temporary files": {
    files: { "opt/env": "BASE=/opt\n", "entry.sh": '#!/bin/sh\nexec "$BASE"/app/run\n', "tmp/app/run": "1" },
    kept: [],
    dropped: ["/tmp/app/run"],
  },
  "a default for the variable itself": { files: { ...app, "entry.sh": "#!/bin/sh\nBASE=${BASE:-/tmp}\nexec $BASE/app/run\n" } },
  "the instance of a unit": { files: { ...app, "etc/systemd/system/a@.service": "[Service]\nExecStart=/tmp/%i/run\n" } },
  "any folder that has what follows": { files: { ...app, "tmp/other/x": "1", "entry.sh": "#!/bin/sh\nexec /tmp/$NAME/run\n" } },
  "a name that a program fills in": {
    files: {
      "app/a.py": 'open(f"/tmp/{mode}.conf"); open("/tmp/%s.ini" % mode); open("/tmp/{}.toml".format(mode))',
      "app/a.js": 'read(`/tmp/${mode}.json`); read("/var/tmp/" + mode + ".xml"); read("/tmp/" + file)',
      "tmp/prod.conf": "1",
      "tmp/prod.ini": "1",
      "tmp/prod.toml": "1",
      "tmp/prod.json": "1",
      "var/tmp/prod.xml": "1",
      "tmp/junk.o": "1",
    },
    kept: ["/tmp/prod.conf", "/tmp/prod.ini", "/tmp/prod.json", "/tmp/prod.toml", "/var/tmp/prod.xml"],
  },
  "a name that the command gives": {
    files: { "entry.sh": '#!/bin/sh\nexec "/tmp/$1"', "tmp/job": "1", "tmp/junk.o": "1" },
    config: { Entrypoint: ["/entry.sh"], Cmd: ["job"] },
    kept: ["/tmp/job"],
  },
  "Lua's templates": {
    files: { "tmp/mod.lua": "1", "tmp/cmod.so": "1", "tmp/pkg/init.lua": "1", "tmp/junk.o": "1" },
    config: { Env: ["LUA_PATH=/tmp/?.lua;/tmp/?/init.lua;;", "LUA_CPATH=/tmp/?.so;;"] },
    kept: ["/tmp/cmod.so", "/tmp/mod.lua", "/tmp/pkg/init.lua"],
  },
  "folders of the dynamic linker": {
    files: {
      "etc/ld.so.conf.d/x.conf": "/tmp\n",
      "etc/ld-musl-x86_64.path": "/lib\n/var/tmp\n",
      "tmp/libx.so": "1",
      "var/tmp/liby.so": "1",
    },
    kept: ["/tmp/libx.so", "/var/tmp/liby.so"],
    dropped: [],
  },
  "a setting for where modules lie": {
    files: { "usr/local/etc/php/php.ini": 'include_path = ".:/tmp"\n', "tmp/x.php": "<?php" },
    kept: ["/tmp/x.php"],
    dropped: [],
  },
  "a module of Perl": {
    files: { "app/a.pl": "use lib '/tmp';\nuse Foo;\n", "tmp/Foo.pm": "1;", "tmp/junk.o": "1" },
    kept: ["/tmp/Foo.pm"],
  },
  "an escaped blank": {
    files: { "entry.sh": "#!/bin/sh\nexec /tmp/my\\ app/run\n", "tmp/my app/run": "1", "tmp/junk.o": "1" },
    kept: ["/tmp/my app/run"],
  },
  "escapes of JSON": { files: { ...app, "app/a.json": '{"run":"\\u002ftmp\\u002Fapp\\u002frun"}' } },
  "a script of PowerShell in two bytes a character": { files: { ...app, "app/a.ps1": twoBytes("& /tmp/app/run\n") } },
  "variables of PowerShell": { files: { ...app, "app/a.ps1": "$base = '/tmp'\n& \"$base/app/run\"\n" } },
};

describe("what a path leads to stays", () => {
  for (const [name, { kept = ["/tmp/app/run"], dropped, ...image }] of Object.entries(situations)) {
    it(name, async () => {
      const found = await keptAndDropped(image);
      expect(
        Object.keys(found.kept)
          .filter((path) => kept.includes(path))
          .sort(),
      ).toEqual(kept);
      expect(found.dropped.sort()).toEqual(dropped ?? expect.arrayContaining(["/tmp/junk.o"]));
    });
  }
});
