/** Files that are named by less than their path, in archives, or by a variable that makes a tool work offline. The plain defaults keep them. */
import { describe, expect, it } from "vitest";

import { zip } from "../../helpers/bytes/zip.ts";
import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";

const sh = (body: string): string => `#!/bin/sh\n${body}\n`;
const archive = (members: Readonly<Record<string, string>>): string => zip(Object.entries(members)).toString("latin1");
const junk = { "tmp/junk.o": "1" };

const situations: Record<string, UsedImage & { kept: readonly string[] }> = {
  "an H2 database, whose URL leaves its ending out": {
    files: { "tmp/shop.mv.db": "1", "tmp/shopping.db": "1", ...junk },
    config: { Env: ["URL=jdbc:h2:/tmp/shop;AUTO_SERVER=TRUE"] },
    kept: ["/tmp/shop.mv.db"],
  },
  "the files of an HSQLDB database": {
    files: { "app/db.properties": "url=jdbc:hsqldb:file:/tmp/x\n", "tmp/x.script": "1", "tmp/x.properties": "1", ...junk },
    kept: ["/tmp/x.script", "/tmp/x.properties"],
  },
  "a shelf of Python": { files: { "app/a.py": "db = shelve.open('/tmp/state')", "tmp/state.db": "1", ...junk }, kept: ["/tmp/state.db"] },
  "a library that Ruby is told to load": {
    files: { "tmp/early.rb": "1", ...junk },
    config: { Env: ["RUBYOPT=-r/tmp/early"] },
    kept: ["/tmp/early.rb"],
  },
  "what a shell expands from braces": {
    files: {
      "app/run": sh("cat /tmp/{a,b}.conf; load /tmp/part{1..3}.bin"),
      "tmp/a.conf": "1",
      "tmp/b.conf": "1",
      "tmp/part2.bin": "1",
      "tmp/c.conf": "1",
    },
    kept: ["/tmp/a.conf", "/tmp/b.conf", "/tmp/part2.bin"],
  },
  "a path that is joined from words": {
    files: { "app/a.py": "open(os.path.join('/', 'tmp', 'seed.sql'))", "tmp/seed.sql": "1", ...junk },
    kept: ["/tmp/seed.sql"],
  },
  "settings in a jar": {
    files: { "app/app.jar": archive({ "BOOT-INF/classes/application.yml": "model: /tmp/model/a.bin\n" }), "tmp/model/a.bin": "1", ...junk },
    kept: ["/tmp/model/a.bin"],
  },
  "a class in a war": {
    files: {
      "app/app.war": archive({ "WEB-INF/classes/Main.class": "\xca\xfe\xba\xbe\0\x0d/tmp/rules.drl\x01\0" }),
      "tmp/rules.drl": "1",
      ...junk,
    },
    kept: ["/tmp/rules.drl"],
  },
  "a zipapp that is started by its name": {
    files: {
      "usr/local/bin/tool": `#!/usr/bin/env python3\n${archive({ "__main__.py": "run('/tmp/plug/x.py')" })}`,
      "tmp/plug/x.py": "1",
      ...junk,
    },
    kept: ["/tmp/plug/x.py"],
  },
  "an archive that lies among the temporary files and is not used": {
    files: { "tmp/old/app.jar": archive({ "a.properties": "x=/tmp/data/x\n" }), "tmp/data/x": "1", ...junk },
    kept: [],
  },
  "npm and uv that are offline by a variable": {
    files: { "app/run": sh("npm ci; uv sync"), "root/.npm/_cacache/index": "1", "root/.cache/uv/wheels-v1/a": "1", ...junk },
    config: { Env: ["npm_config_offline=true", "UV_OFFLINE=1"] },
    kept: ["/root/.npm/_cacache/index", "/root/.cache/uv/wheels-v1/a"],
  },
  "Composer that may not use the network": {
    files: { "app/run": sh("COMPOSER_DISABLE_NETWORK=1 composer install"), "root/.composer/cache/files/a.zip": "1", ...junk },
    kept: ["/root/.composer/cache/files/a.zip"],
  },
  "tools that are not offline": {
    files: { "app/run": sh("npm ci; uv sync"), "root/.npm/_cacache/index": "1", "root/.cache/uv/wheels-v1/a": "1", ...junk },
    config: { Env: ["npm_config_offline=false", "UV_OFFLINE=0"] },
    kept: [],
  },
};

describe("what is named by less than its path", () => {
  it.each(Object.entries(situations))("%s", async (_, { kept, ...image }) => {
    const found = await keptAndDropped(image);
    expect(Object.keys(found.kept).toSorted()).toEqual([...kept].toSorted());
    if ("tmp/junk.o" in image.files) expect(found.dropped).toContain("/tmp/junk.o");
  });
});
