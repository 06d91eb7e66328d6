/** What an image uses stays: the situations in which a folder that looks like a cache holds what runs. */
import { describe, expect, it } from "vitest";

import { keptAndDropped, usesOf } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";
import { zip } from "../../helpers/bytes/zip.ts";
import { pathFromText } from "../../../src/filesystem/paths.ts";

const sh = (body: string): string => `#!/bin/sh\n${body}\n`;

const jar = (classPath: string): string =>
  zip([["META-INF/MANIFEST.MF", `Manifest-Version: 1.0\r\nClass-Path: ${classPath}\r\n`]]).toString("latin1");

const situations: Record<string, UsedImage & { kept: readonly string[]; dropped?: readonly string[] }> = {
  "ENTRYPOINT is a script in /tmp, which sources its neighbour; a log beside it goes": {
    files: { "tmp/entry.sh": sh(". ./lib.sh"), "tmp/lib.sh": "x=1", "tmp/build.log": "noise", "tmp/cc1.s": "noise" },
    config: { Entrypoint: ["/tmp/entry.sh"] },
    kept: ["/tmp/entry.sh", "/tmp/lib.sh"],
    dropped: ["/tmp/build.log", "/tmp/cc1.s"],
  },
  "CMD is relative to a WORKDIR in /tmp": {
    files: { "tmp/app/main.py": "import util", "tmp/app/util.py": "x", "tmp/other/x": "y" },
    config: { WorkingDir: "/tmp/app", Cmd: ["python", "main.py"] },
    kept: ["/tmp/app/main.py", "/tmp/app/util.py"],
    dropped: ["/tmp/other/x"],
  },
  "packages in which .NET's host looks for assemblies": {
    files: {
      "app/a.runtimeconfig.dev.json":
        '{"runtimeOptions": {"additionalProbingPaths": [\n "/root/.dotnet/store/|arch|/|tfm|",\n "/root/.nuget/packages"\n]}}',
      "root/.nuget/packages/b/1.0.0/lib/b.dll": "1",
    },
    kept: ["/root/.nuget/packages/b/1.0.0/lib/b.dll"],
  },
  "the class path in a jar's manifest, over two lines, as a URL, from the repository to its neighbour": {
    files: {
      "app/app.jar": jar(
        "file:/root/.m2/repository/a/1/a-1.jar ../root/.m2/repos\r\n itory/b/1/b%201.jar lib/none.jar https://x.org/c.jar",
      ),
      "root/.m2/repository/a/1/a-1.jar": jar("../../c/1/c-1.jar"),
      "root/.m2/repository/b/1/b 1.jar": jar(""),
      "root/.m2/repository/c/1/c-1.jar": "no archive",
      "root/.m2/repository/d/1/d-1.jar": jar("../../e/1/e-1.jar"),
      "root/.m2/repository/e/1/e-1.jar": jar(""),
    },
    config: { Cmd: ["java", "-jar", "/app/app.jar"] },
    kept: ["/root/.m2/repository/a/1/a-1.jar", "/root/.m2/repository/b/1/b 1.jar", "/root/.m2/repository/c/1/c-1.jar"],
    dropped: ["/root/.m2/repository/d/1/d-1.jar", "/root/.m2/repository/e/1/e-1.jar"],
  },
  "WORKDIR is /tmp itself": {
    files: { "tmp/a": "1", "tmp/b/c": "2" },
    config: { WorkingDir: "/tmp", Cmd: ["./a"] },
    kept: ["/tmp/a", "/tmp/b/c"],
  },
  "the shell form of ENTRYPOINT": {
    files: { "var/tmp/x/run": sh("true"), "var/tmp/y": "1" },
    config: { Entrypoint: ["/bin/sh", "-c", "exec /var/tmp/x/run --port=1"] },
    kept: ["/var/tmp/x/run"],
    dropped: ["/var/tmp/y"],
  },
  "a variable in CMD that ENV defines": {
    files: {
      "root/.cache/uv/archive-v0/abc/bin/app": sh("x"),
      "root/.cache/uv/archive-v0/abc/lib/a": "1",
      "root/.cache/uv/wheels-v5/w": "1",
    },
    config: { Env: ["APP=/root/.cache/uv/archive-v0/abc"], Cmd: ["sh", "-c", "${APP}/bin/app"] },
    kept: ["/root/.cache/uv/archive-v0/abc/bin/app", "/root/.cache/uv/archive-v0/abc/lib/a"],
    dropped: ["/root/.cache/uv/wheels-v5/w"],
  },
  "$HOME in CMD": {
    files: {
      "root/.npm/_npx/1a2b/node_modules/.bin/serve": sh("x"),
      "root/.npm/_npx/1a2b/node_modules/serve/index.js": "1",
      "root/.npm/_cacache/x": "1",
    },
    config: { Cmd: ["sh", "-c", "$HOME/.npm/_npx/1a2b/node_modules/.bin/serve"] },
    kept: ["/root/.npm/_npx/1a2b/node_modules/.bin/serve", "/root/.npm/_npx/1a2b/node_modules/serve/index.js"],
    dropped: ["/root/.npm/_cacache/x"],
  },
  HEALTHCHECK: {
    files: { "tmp/health": sh("x") },
    config: { Healthcheck: { Test: ["CMD", "/tmp/health"] } },
    kept: ["/tmp/health"],
  },
  "SHELL and ONBUILD": {
    files: { "tmp/sh": sh("x"), "tmp/setup": sh("x") },
    config: { Shell: ["/tmp/sh", "-c"], OnBuild: ["RUN /tmp/setup"] },
    kept: ["/tmp/sh", "/tmp/setup"],
  },
  "a program that PATH finds": {
    files: { "tmp/bin/tool": "\x7fELF", "tmp/bin/libx.so": "\x7fELF", "tmp/x": "1" },
    config: { Env: ["PATH=/tmp/bin:/bin"], Cmd: ["tool"] },
    kept: ["/tmp/bin/tool", "/tmp/bin/libx.so"],
    dropped: ["/tmp/x"],
  },
  "a path in any variable, but not where variables say caches lie": {
    files: { "tmp/model/weights": "1", "root/.cache/pip/http/a": "1", "tmp/scratch": "1" },
    config: { Env: ["MODEL=/tmp/model", "PIP_CACHE_DIR=/root/.cache/pip", "TMPDIR=/tmp"] },
    kept: ["/tmp/model/weights"],
    dropped: ["/root/.cache/pip/http/a", "/tmp/scratch"],
  },
  "the home of USER": {
    files: { "etc/passwd": "root:x:0:0::/root:/bin/sh\napp:x:10:10::/tmp/home:/bin/sh\n", "tmp/home/.profile": "1", "tmp/x": "1" },
    config: { User: "10:10" },
    kept: ["/tmp/home/.profile"],
    dropped: ["/tmp/x"],
  },
  "a VOLUME in /var/tmp": {
    files: { "var/tmp/data/seed": "1", "var/tmp/x": "1" },
    config: { Volumes: { "/var/tmp/data": {} } },
    kept: ["/var/tmp/data/seed"],
    dropped: ["/var/tmp/x"],
  },
  "what COPY put into /tmp": {
    files: { "tmp/config.json": "1" },
    createdBy: "COPY config.json /tmp/ # buildkit",
    kept: ["/tmp/config.json"],
  },
  "what the classic builder copied": {
    files: { "tmp/config.json": "1" },
    createdBy: "/bin/sh -c #(nop) ADD file:1234 in /tmp/ ",
    kept: ["/tmp/config.json"],
  },
  "a script under /docker-entrypoint.d, a cron table, a unit, supervisor": {
    files: {
      "docker-entrypoint.d/10.sh": sh("/tmp/one/run"),
      "tmp/one/run": "1",
      "etc/cron.d/job": "* * * * * root /tmp/two/run\n",
      "tmp/two/run": "1",
      "var/spool/cron/crontabs/root": "@daily /var/tmp/three\n",
      "var/tmp/three": "1",
      "etc/systemd/system/app.service": "[Service]\nExecStart=/tmp/four/run %h\n",
      "tmp/four/run": "1",
      "etc/supervisor/conf.d/app.conf": "[program:app]\ncommand=/tmp/five/run\n",
      "tmp/five/run": "1",
      "etc/services.d/app/run": sh("exec /tmp/six/run"),
      "tmp/six/run": "1",
      "tmp/seven/run": "1",
    },
    kept: ["/tmp/one/run", "/tmp/two/run", "/var/tmp/three", "/tmp/four/run", "/tmp/five/run", "/tmp/six/run"],
    dropped: ["/tmp/seven/run"],
  },
  "a shebang": {
    files: { "usr/local/bin/tool": "#!/tmp/py/bin/python\nimport x\n", "tmp/py/bin/python": "\x7fELF", "tmp/py/lib/x.py": "1" },
    kept: ["/tmp/py/bin/python", "/tmp/py/lib/x.py"],
  },
  "interpreter and RPATH of a program": {
    files: {
      "app/server": "\x7fELF\0\0/tmp/ld/ld-linux.so.2\0libfoo.so\0/root/.cache/uv/archive-v0/x/lib:/usr/lib\0",
      "tmp/ld/ld-linux.so.2": "1",
      "root/.cache/uv/archive-v0/x/lib/libfoo.so": "1",
      "root/.cache/uv/archive-v0/y/lib/libfoo.so": "1",
    },
    kept: ["/tmp/ld/ld-linux.so.2", "/root/.cache/uv/archive-v0/x/lib/libfoo.so"],
    dropped: ["/root/.cache/uv/archive-v0/y/lib/libfoo.so"],
  },
  "$ORIGIN, and a NEEDED library in a folder that is the RPATH itself": {
    files: {
      "opt/a/prog": "\x7fELF\0$ORIGIN/../../tmp/libs\0",
      "tmp/libs/liba.so": "1",
      "opt/b/prog": "\x7fELF\0libb.so.1\0/var/tmp\0",
      "var/tmp/libb.so.1": "1",
      "var/tmp/libc.so.1": "1",
    },
    kept: ["/tmp/libs/liba.so", "/var/tmp/libb.so.1"],
    dropped: ["/var/tmp/libc.so.1"],
  },
  "ld.so.conf": {
    files: { "etc/ld.so.conf.d/x.conf": "/tmp/lib\n", "tmp/lib/libx.so": "1" },
    kept: ["/tmp/lib/libx.so"],
  },
  "uv's environment of symlinks": {
    files: {
      "app/.venv/lib/python3.12/site-packages/flask": "-> /root/.cache/uv/archive-v0/h1/flask",
      "root/.cache/uv/archive-v0/h1/flask/__init__.py": "1",
      "root/.cache/uv/archive-v0/h2/gone/__init__.py": "1",
    },
    kept: ["/root/.cache/uv/archive-v0/h1/flask/__init__.py"],
    dropped: ["/root/.cache/uv/archive-v0/h2/gone/__init__.py"],
  },
  "a chain of symlinks, by way of alternatives": {
    files: {
      "usr/bin/tool": "-> /etc/alternatives/tool",
      "etc/alternatives/tool": "-> ../../tmp/dist/bin/tool",
      "tmp/dist/bin/tool": "-> tool-1.2",
      "tmp/dist/bin/tool-1.2": "\x7fELF",
      "tmp/junk": "1",
    },
    kept: ["/tmp/dist/bin/tool-1.2"],
    dropped: ["/tmp/junk"],
  },
  "a symlink inside a cache alone keeps nothing": {
    files: { "root/.cache/uv/bin/x": "-> ../archive-v0/h/x", "root/.cache/uv/archive-v0/h/x": "1" },
    kept: [],
    dropped: ["/root/.cache/uv/archive-v0/h/x"],
  },
  ".pth and pyvenv.cfg": {
    files: {
      "usr/lib/python3/dist-packages/dev.pth": "/tmp/src\n",
      "tmp/src/pkg/__init__.py": "1",
      "app/.venv/pyvenv.cfg": "home = /var/tmp/python/bin\n",
      "var/tmp/python/bin/python": "\x7fELF",
      "var/tmp/python/lib/os.py": "1",
    },
    kept: ["/tmp/src/pkg/__init__.py", "/var/tmp/python/bin/python", "/var/tmp/python/lib/os.py"],
  },
  "a Python environment in a place for temporary files": {
    files: { "tmp/env/pyvenv.cfg": "home = /usr/bin\n", "tmp/env/bin/python": "1", "tmp/y": "1" },
    kept: ["/tmp/env/pyvenv.cfg", "/tmp/env/bin/python"],
    dropped: ["/tmp/y"],
  },
  "Plug'n'Play runs from yarn's global cache": {
    files: {
      "app/.pnp.cjs":
        '#!/usr/bin/env node\n["npm:1.0.0", {"packageLocation": "../root/.yarn/berry/cache/left-pad-npm-1.3.0-ab.zip/node_modules/left-pad/"}]',
      "root/.yarn/berry/cache/left-pad-npm-1.3.0-ab.zip": "1",
      "root/.yarn/berry/cache/unused-npm-1.0.0-cd.zip": "1",
    },
    kept: ["/root/.yarn/berry/cache/left-pad-npm-1.3.0-ab.zip"],
    dropped: ["/root/.yarn/berry/cache/unused-npm-1.0.0-cd.zip"],
  },
  "a class path in a launch script": {
    files: {
      "app/bin/run": sh('exec java -cp "$HOME"/.m2/repository/a/a.jar:${HOME}/.m2/repository/b/b.jar Main'),
      "root/.m2/repository/a/a.jar": "1",
      "root/.m2/repository/b/b.jar": "1",
      "root/.m2/repository/c/c.jar": "1",
    },
    kept: ["/root/.m2/repository/b/b.jar"],
    dropped: ["/root/.m2/repository/c/c.jar"],
  },
  "a tool that runs programs out of its store": {
    files: { "root/.m2/repository/c/c.jar": "1", "go/pkg/mod/x@v1/x.go": "1", "root/.nuget/packages/x/x.dll": "1" },
    config: { Entrypoint: ["mvn", "-o", "-q", "exec:java"], Cmd: ["sh", "-c", "cd /src && go run ."] },
    kept: ["/root/.m2/repository/c/c.jar", "/go/pkg/mod/x@v1/x.go"],
    dropped: ["/root/.nuget/packages/x/x.dll"],
  },
  "deps.json that probes NuGet's packages": {
    files: { "app/app.runtimeconfig.json": '{"additionalProbingPaths":["/root/.nuget/packages/x"]}', "root/.nuget/packages/x/x.dll": "1" },
    kept: ["/root/.nuget/packages/x/x.dll"],
  },
  "a source that opens a file, a glob, and a name with a blank": {
    files: {
      "app/main.py": "open('/tmp/model.bin')\n",
      "tmp/model.bin": "1",
      "app/run.sh": 'for f in /tmp/plug-*.so; do load "$f"; done; cat "/tmp/my file"\n',
      "tmp/plug-a.so": "1",
      "tmp/plug.txt": "1",
      "tmp/my file": "1",
    },
    kept: ["/tmp/model.bin", "/tmp/plug-a.so", "/tmp/my file"],
    dropped: ["/tmp/plug.txt"],
  },
  "another name for /tmp": {
    files: { "usr/tmp": "-> ../var/tmp", "app/run.sh": "exec /usr/tmp/prog/x\n", "var/tmp/prog/x": "1", "var/tmp/y": "1" },
    kept: ["/var/tmp/prog/x"],
    dropped: ["/var/tmp/y"],
  },
  "a script in /tmp that names one in /var/tmp": {
    files: {
      "tmp/a/run": sh("/var/tmp/b/run"),
      "var/tmp/b/run": sh("/tmp/c/run"),
      "tmp/c/run": sh("x"),
      "tmp/d/run": sh("/tmp/e"),
      "tmp/e": "1",
    },
    config: { Cmd: ["/tmp/a/run"] },
    kept: ["/tmp/a/run", "/var/tmp/b/run", "/tmp/c/run"],
    dropped: ["/tmp/d/run", "/tmp/e"],
  },
  "what only package managers read goes though scripts name it": {
    files: {
      "etc/cron.daily/clean": sh("rm -f /var/lib/apt/lists/x /var/cache/apt/pkgcache.bin"),
      "var/lib/apt/lists/x": "1",
      "var/cache/apt/pkgcache.bin": "1",
    },
    kept: [],
    dropped: ["/var/cache/apt/pkgcache.bin", "/var/lib/apt/lists/x"],
  },
  "a word that is a tool's name is no call of it": {
    files: {
      "etc/mime.types": "video/vnd.uvvu.mp4 uvu uvx npx\n",
      "etc/init.d/x": "#!/bin/sh\n# runs at boot, before npx does\ntrue\n",
      "root/.cache/uv/wheels-v5/a.whl": "1",
      "root/.npm/_cacache/a": "1",
    },
    kept: [],
    dropped: ["/root/.cache/uv/wheels-v5/a.whl", "/root/.npm/_cacache/a"],
  },
  "a label": {
    files: { "tmp/scripts/run": "1" },
    config: { Labels: { "io.openshift.s2i.scripts-url": "image:///tmp/scripts" } },
    kept: ["/tmp/scripts/run"],
  },
  "a config that names nothing keeps nothing": {
    files: { "tmp/a": "1", "root/.cache/pip/x/y": "1", "app/main": sh("mktemp -d /tmp/XXXX; cd /tmp") },
    config: { Entrypoint: ["/app/main"], WorkingDir: "/root", Env: ["HOME=/root", "PATH=/usr/bin:/root/.local/bin"] },
    kept: [],
    dropped: ["/root/.cache/pip/x/y", "/tmp/a"],
  },
};

describe("what an image uses", () => {
  it.each(Object.entries(situations))("%s", async (_, { kept, dropped = [], ...image }) => {
    const found = await keptAndDropped(image);
    expect(found.dropped.filter((path) => kept.includes(path))).toEqual([]);
    expect(Object.keys(found.kept).filter((path) => dropped.includes(path))).toEqual([]);
    for (const path of [...kept, ...dropped]) expect([...Object.keys(found.kept), ...found.dropped]).toContain(path);
  });

  it("says why", async () => {
    const { kept } = await keptAndDropped({
      files: {
        "tmp/a": "1",
        "tmp/b": "1",
        "tmp/c/x": "1",
        "etc/cron.d/job": "* * * * * root /tmp/b\n",
        "opt/c": "-> /tmp/c",
        "var/tmp/d": "1",
      },
      config: { Entrypoint: ["/tmp/a"], Env: ["D=/var/tmp/d"] },
    });
    expect(kept).toEqual({
      "/tmp/a": "ENTRYPOINT names it",
      "/tmp/b": "/etc/cron.d/job names it",
      "/tmp/c/x": "the symlink /opt/c leads there",
      "/var/tmp/d": "ENV D names it",
    });
  });
});

describe("what nobody may link", () => {
  it("is what lies in a volume, however it is named, and files that are named", async () => {
    const uses = await usesOf({
      files: {
        "srv/real/a": "1",
        "srv/x": "1",
        data: "-> /srv/real",
        "app/conf": "1",
        "app/other": "1",
        "etc/start.sh": "echo x >> /app/conf",
      },
      config: { Volumes: { "/data/": {} }, Cmd: ["/srv/x"] },
    });
    const reason = (path: string): string | null => uses.untouchable(uses.tree.lookup(pathFromText(path))!);
    expect(reason("/srv/real/a")).toBe("it lies in a volume");
    expect(reason("/srv/x")).toBe("CMD names it");
    expect(reason("/app/conf")).toBe("/etc/start.sh names it");
    expect(reason("/app/other")).toBe(null);
  });
});
