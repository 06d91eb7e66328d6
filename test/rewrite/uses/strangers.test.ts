/** Programs that strangers run out of folders for caches and temporary files, by ways that no config names. The plain defaults keep them. */
import { describe, expect, it } from "vitest";

import { safeCategories } from "../../../src/rewrite/plan/steps/drop.ts";
import { dropRulesOf } from "../../../analyzers/leftovers/match.ts";
import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";
import { pathFromText } from "../../../src/filesystem/paths.ts";

const sh = (body: string): string => `#!/bin/sh\n${body}\n`;
const wide = (text: string): string => Buffer.from(text, "utf16le").toString("latin1");
const pip = "root/.cache/pip/wheels/ab/x.whl";
const junk = { "tmp/junk.o": "1", [pip]: "1" };
const dropped = ["/tmp/junk.o", `/${pip}`];

const situations: Record<string, UsedImage & { kept: readonly string[]; dropped?: readonly string[] }> = {
  // Where shell scripts say it.
  "a folder that a variable of the script names": {
    files: {
      "app/run.sh": sh('CACHE="$HOME"/.cache/uv\nexec "$CACHE"/archive-v0/abc/bin/app'),
      "root/.cache/uv/archive-v0/abc/bin/app": "1",
      ...junk,
    },
    kept: ["/root/.cache/uv/archive-v0/abc/bin/app"],
  },
  "one of the folders that a variable names": {
    files: {
      "app/run.sh": sh('case $1 in a) B=/opt;; *) B=/tmp/one;; esac\nB2=$B/bin; "$B2/run"; B=/tmp/two; $B2/run'),
      "tmp/one/bin/run": "1",
      "tmp/two/bin/run": "1",
      ...junk,
    },
    kept: ["/tmp/one/bin/run", "/tmp/two/bin/run"],
  },
  "the words of a loop, and the specifiers of a unit": {
    files: {
      "app/run": sh("for d in opt tmp; do /$d/app/run; done"),
      "tmp/app/run": "1",
      "etc/systemd/system/a.service": "[Service]\nExecStart=%T/unit/run\nExecStop=%V/unit/stop\n",
      "tmp/unit/run": "1",
      "var/tmp/unit/stop": "1",
      ...junk,
    },
    kept: ["/tmp/app/run", "/tmp/unit/run", "/var/tmp/unit/stop"],
  },
  "a variable of ENV in a script": {
    files: { "app/run": sh("exec ${BASE}/tmp/app/run"), "var/tmp/app/run": "1", ...junk },
    config: { Env: ["BASE=/var"] },
    kept: ["/var/tmp/app/run"],
  },
  "a variable that nobody sets, with and without a default": {
    files: {
      "app/run": sh('"${APP_DIR:-/tmp/app}"/run; ${OTHER:=/var/tmp/other}/run; "$ROOT_DIR"/tmp/third/run'),
      "tmp/app/run": "1",
      "var/tmp/other/run": "1",
      "tmp/third/run": "1",
      ...junk,
    },
    kept: ["/tmp/app/run", "/var/tmp/other/run", "/tmp/third/run"],
  },
  "the folder of caches by its variable": {
    files: {
      "app/a": sh('exec "${XDG_CACHE_HOME:-$HOME/.cache}/uv/archive-v0/one/bin/app"'),
      "app/b": sh("exec $XDG_CACHE_HOME/uv/archive-v0/two/bin/app"),
      "root/.cache/uv/archive-v0/one/bin/app": "1",
      "root/.cache/uv/archive-v0/two/bin/app": "1",
      "root/.cache/uv/archive-v0/three/bin/app": "1",
    },
    kept: ["/root/.cache/uv/archive-v0/one/bin/app", "/root/.cache/uv/archive-v0/two/bin/app"],
    dropped: ["/root/.cache/uv/archive-v0/three/bin/app"],
  },
  "a path from the script's own folder, and from WORKDIR": {
    files: {
      "var/www/run.sh": sh('exec "$(dirname "$0")"/../tmp/app/run'),
      "var/tmp/app/run": "1",
      "opt/run.sh": sh("../tmp/second/run"),
      "tmp/second/run": "1",
      "tmp/third/run": "1",
      "usr/start.sh": sh("./tmp/third/run"),
      ...junk,
    },
    config: { WorkingDir: "/" },
    kept: ["/var/tmp/app/run", "/tmp/second/run", "/tmp/third/run"],
  },
  "a path from the root without its slash": {
    files: { "start.sh": sh("cd / && exec tmp/app/run"), "tmp/app/run": "1", ...junk },
    kept: ["/tmp/app/run"],
  },
  "an option that takes its path without a blank": {
    files: { "app/run": sh("prog -c/tmp/conf/app.conf"), "tmp/conf/app.conf": "1", "tmp/lib/libx.so": "1", ...junk },
    config: { Entrypoint: ["prog", "-L/tmp/lib"] },
    kept: ["/tmp/conf/app.conf", "/tmp/lib/libx.so"],
  },
  "a class path and a search path that are /tmp itself": {
    files: { "app/run": sh('exec java -cp "/opt/a.jar:/tmp" Main'), "tmp/Main.class": "1", "tmp/Helper.class": "1" },
    kept: ["/tmp/Main.class", "/tmp/Helper.class"],
  },
  "a search path in a unit": {
    files: {
      "etc/systemd/system/a.service": "[Service]\nEnvironment=PYTHONPATH=/opt:/tmp\nExecStart=python3 -m app\n",
      "tmp/app.py": "1",
      "tmp/other.py": "1",
    },
    kept: ["/tmp/app.py", "/tmp/other.py"],
  },
  "a script without a name for it, and settings in JSON with escaped slashes": {
    files: {
      "app/start": "exec /tmp/app/run\n",
      "tmp/app/run": "1",
      "app/conf.json": '{"model":"\\/tmp\\/model.bin"}',
      "tmp/model.bin": "1",
      ...junk,
    },
    kept: ["/tmp/app/run", "/tmp/model.bin"],
  },
  "a list of arguments": {
    files: { "app/java.args": "-cp\n/tmp/lib/a.jar\nMain\n", "tmp/lib/a.jar": "1", ...junk },
    config: { Cmd: ["java", "@/app/java.args"] },
    kept: ["/tmp/lib/a.jar"],
  },
  "a script that lies among the libraries": {
    files: {
      "usr/share/app/run.sh": "exec /tmp/app/run\n",
      "usr/lib/app/main.py": "open('/tmp/data/x')",
      "tmp/app/run": "1",
      "tmp/data/x": "1",
      ...junk,
    },
    config: { Cmd: ["sh", "/usr/share/app/run.sh"] },
    kept: ["/tmp/app/run", "/tmp/data/x"],
  },
  "Classic yarn's Plug'n'Play beside its cache": {
    files: {
      "usr/local/app/.pnp.js":
        '["1.3.0", { packageLocation: path.resolve(__dirname, "../share/.cache/yarn/v6/npm-left-pad-1-ab/node_modules/left-pad/") }]',
      "usr/local/share/.cache/yarn/v6/npm-left-pad-1-ab/node_modules/left-pad/index.js": "1",
      "usr/local/share/.cache/yarn/v6/npm-unused-1-cd/node_modules/unused/index.js": "1",
    },
    kept: ["/usr/local/share/.cache/yarn/v6/npm-left-pad-1-ab/node_modules/left-pad/index.js"],
    dropped: ["/usr/local/share/.cache/yarn/v6/npm-unused-1-cd/node_modules/unused/index.js"],
  },

  "a folder that is read as a whole": {
    files: {
      "app/a.py": "for f in os.listdir('/var/tmp'): load(f)",
      "var/tmp/m.onnx": "1",
      "app/run": sh("cp -r /tmp/. /etc/app/"),
      "tmp/a.conf": "1",
    },
    kept: ["/var/tmp/m.onnx", "/tmp/a.conf"],
  },
  "globs of what lies in a folder that is named elsewhere": {
    files: {
      "app/a.py": "for f in Path('/tmp').glob('*.onnx'): load(f)",
      "tmp/m.onnx": "1",
      "app/run": sh("cd /var/tmp\nfor s in *.sh; do sh $s; done"),
      "var/tmp/a.sh": "1",
      "var/tmp/junk.o": "1",
    },
    kept: ["/tmp/m.onnx", "/var/tmp/a.sh"],
    dropped: ["/var/tmp/junk.o"],
  },
  "a name that begins like another": {
    files: { "app/a.py": "open('/tmp/data.txt')", "tmp/data": "1", "tmp/data.txt": "1" },
    kept: ["/tmp/data.txt"],
    dropped: ["/tmp/data"],
  },
  "a job that clears the folder of temporary files": {
    files: {
      "etc/cron.daily/clean": sh("find /tmp -type f -mtime +7 -delete\nfind /var/tmp -mtime +1 | xargs rm -f"),
      "var/tmp/a": "1",
      ...junk,
    },
    kept: [],
    dropped: ["/tmp/junk.o", "/var/tmp/a"],
  },
  "gems that an application serves": {
    files: { "srv/gems/cache/x.gem": "1", "usr/local/bundle/cache/y.gem": "1", ...junk },
    kept: [],
    dropped: ["/usr/local/bundle/cache/y.gem"],
  },

  // Where programs say it.
  "a program whose texts stand one behind the other, as Go and Rust write them": {
    files: { "app/server": "\x7fELF\0\0errors/tmp/plugins/a.soGODEBUG/tmp/modelpanic", "tmp/plugins/a.so": "1", "tmp/model": "1", ...junk },
    kept: ["/tmp/plugins/a.so", "/tmp/model"],
  },
  "a program of .NET": {
    files: { "app/app.dll": `MZ\0\0${"\0".repeat(40)}${wide("/tmp/rules/a.json")}`, "tmp/rules/a.json": "1", ...junk },
    kept: ["/tmp/rules/a.json"],
  },
  "compiled Python and a class without their sources": {
    files: {
      "app/main.pyc": "\0\0/tmp/model/x\0",
      "tmp/model/x": "1",
      "app/Main.class": "\xca\xfe\0\0\0/tmp/rules\0",
      "tmp/rules": "1",
      ...junk,
    },
    kept: ["/tmp/model/x", "/tmp/rules"],
  },
  "a bundle larger than scripts are": {
    files: { "app/server.js": `var x=1;${" ".repeat(1_200_000)}load("/tmp/model/x")`, "tmp/model/x": "1", ...junk },
    kept: ["/tmp/model/x"],
  },
  "a library that was told where its browser lies": {
    files: {
      "app/node_modules/phantomjs/lib/location.js": 'module.exports.location = "/tmp/phantomjs/bin/phantomjs"',
      "tmp/phantomjs/bin/phantomjs": "1",
      ...junk,
    },
    kept: ["/tmp/phantomjs/bin/phantomjs"],
  },
  "languages that ask for the folder of temporary files": {
    files: {
      "app/a.py": 'open(os.path.join(tempfile.gettempdir(), "model.bin"))',
      "app/b.js": 'read(path.join(os.tmpdir(), "rules.json"))',
      "app/c.rb": "File.read(Dir.tmpdir + '/seed.sql')",
      "tmp/model.bin": "1",
      "tmp/rules.json": "1",
      "tmp/seed.sql": "1",
      ...junk,
    },
    kept: ["/tmp/model.bin", "/tmp/rules.json", "/tmp/seed.sql"],
  },
  "a cache that a source joins to what lies in it": {
    files: {
      "app/a.py": 'c = os.path.expanduser("~/.cache/uv")\nrun(c + "/" + "archive-v0/abc/bin/app")',
      "root/.cache/uv/archive-v0/abc/bin/app": "1",
      ...junk,
    },
    kept: ["/root/.cache/uv/archive-v0/abc/bin/app"],
  },

  // Tools that run what they keep.
  "what bunx runs lies in /tmp": {
    files: { "tmp/bunx-0-cowsay@latest/node_modules/cowsay/cli.js": "1", ...junk },
    config: { Cmd: ["bunx", "cowsay"] },
    kept: ["/tmp/bunx-0-cowsay@latest/node_modules/cowsay/cli.js"],
  },
  "a source that calls uvx, and a script that uv runs": {
    files: { "app/a.py": 'subprocess.run(["uvx", "ruff"])', "root/.cache/uv/archive-v0/abc/bin/ruff": "1", ...junk },
    kept: ["/root/.cache/uv/archive-v0/abc/bin/ruff"],
  },
  "#! with uv": {
    files: { "app/a": "#!/usr/bin/env -S uv run --script\nprint(1)\n", "root/.cache/uv/archive-v0/abc/bin/ruff": "1", ...junk },
    kept: ["/root/.cache/uv/archive-v0/abc/bin/ruff"],
  },
  "an environment that uvx made leads into uv's cache": {
    files: {
      "root/.cache/uv/environments-v2/app-1/bin/python": "-> /root/.cache/uv/archive-v0/abc/bin/python",
      "root/.cache/uv/archive-v0/abc/bin/python": "1",
      "root/.cache/uv/archive-v0/def/bin/python": "1",
    },
    kept: ["/root/.cache/uv/archive-v0/abc/bin/python"],
    dropped: ["/root/.cache/uv/archive-v0/def/bin/python"],
  },
  "a program of a store that the defaults leave names a temporary file": {
    files: { "root/.npm/_npx/ab/node_modules/x/run.sh": sh("exec /tmp/app/run"), "tmp/app/run": "1", ...junk },
    kept: ["/tmp/app/run"],
  },
  "npm and yarn that install offline when the container starts": {
    files: { "app/run": sh("npm ci --offline && npm start"), "root/.npm/_cacache/a": "1", "root/.cache/yarn/v6/a": "1", ...junk },
    config: { Cmd: ["sh", "-c", "yarn install --offline"] },
    kept: ["/root/.npm/_cacache/a", "/root/.cache/yarn/v6/a"],
  },
  "apt-get that installs when the container starts, without an update": {
    files: { "app/run": sh("apt-get install -y $MORE"), "var/lib/apt/lists/deb": "1", "var/cache/apt/pkgcache.bin": "1" },
    kept: ["/var/lib/apt/lists/deb"],
    dropped: ["/var/cache/apt/pkgcache.bin"],
  },
  "apt-get that updates first": {
    files: {
      "app/run": sh('apt-get update -q && apt-get install -y $MORE || echo "apt-get install failed"'),
      "var/lib/apt/lists/deb": "1",
    },
    kept: [],
    dropped: ["/var/lib/apt/lists/deb"],
  },
  "an archive of apt's that a script installs": {
    files: {
      "app/run": sh("dpkg -i /var/cache/apt/archives/a.deb"),
      "var/cache/apt/archives/a.deb": "1",
      "var/cache/apt/archives/b.deb": "1",
    },
    kept: ["/var/cache/apt/archives/a.deb"],
    dropped: ["/var/cache/apt/archives/b.deb"],
  },

  // What belongs to something else.
  "modules of Node above the program": {
    files: { "tmp/node_modules/x/index.js": "1", "tmp/package.json": '{"type":"module"}', "tmp/app/main.js": "import 'x'", ...junk },
    config: { Cmd: ["node", "/tmp/app/main.js"] },
    kept: ["/tmp/node_modules/x/index.js", "/tmp/package.json", "/tmp/app/main.js"],
  },
  "a library that a program in /tmp needs, by its soname": {
    files: { "tmp/prog": "\x7fELF\0libneed.so.1\0", "tmp/libneed.so.1": "1", "tmp/libother.so.1": "1" },
    config: { Cmd: ["/tmp/prog"] },
    kept: ["/tmp/prog", "/tmp/libneed.so.1"],
    dropped: ["/tmp/libother.so.1"],
  },
  "a VOLUME around a cache": {
    files: { "home/app/.cache/pip/wheels/x": "1", ...junk },
    config: { Volumes: { "/home/app/.cache": {} } },
    kept: ["/home/app/.cache/pip/wheels/x"],
  },
  "a cache that a COPY names": {
    files: { "root/.cache/uv/archive-v0/abc/x": "1" },
    createdBy: "COPY /root/.cache/uv /root/.cache/uv # buildkit",
    kept: ["/root/.cache/uv/archive-v0/abc/x"],
  },
  "a file of a package of the distribution": {
    files: {
      "var/lib/dpkg/status": "Package: site\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n",
      "var/lib/dpkg/info/site.list": "/.\n/var\n/var/tmp\n/var/tmp/site\n/var/tmp/site/run\n",
      "var/tmp/site/run": "1",
      ...junk,
    },
    kept: ["/var/tmp/site/run"],
  },
  "the author's own package that is installed in /opt": {
    files: {
      "var/lib/dpkg/status": "Package: site\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n",
      "var/lib/dpkg/info/site.list": "/.\n/opt\n/opt/site\n/opt/site/run\n",
      "opt/site/run": sh("exec /tmp/app/run"),
      "tmp/app/run": "1",
      ...junk,
    },
    kept: ["/tmp/app/run"],
  },

  // What is no use.
  "a Makefile in a module of Go, and the sources that a program was built from": {
    files: {
      "go/pkg/mod/x@v1/Makefile": "gen:\n\tgo run gen.go\n",
      "go/pkg/mod/x@v1/x.go": "package x",
      "app/hello": "\x7fELF\0/go/pkg/mod/x@v1/x.go\0",
      "root/.cache/go-build/ab/x-d": "1",
    },
    kept: [],
    dropped: ["/root/.cache/go-build/ab/x-d", "/go/pkg/mod/x@v1/x.go"],
  },
  "a folder of temporary files joined from words, behind which the path goes on": {
    files: {
      "app/a.py": '(Path("/").joinpath("tmp") / "data" / "x").read_text()',
      "app/b.kts": 'Paths.get("/").resolve("tmp").resolve("words").resolve("x")',
      "tmp/data/x": "1",
      "tmp/words/x": "1",
      ...junk,
    },
    kept: ["/tmp/data/x", "/tmp/words/x"],
  },
  "the working directory of each instance of a unit, and of each program of supervisord": {
    files: {
      "etc/systemd/system/a@.service": '[Service]\nWorkingDirectory=/var/tmp/%i\nExecStart=/bin/sh -c "./run"\n',
      "var/tmp/web/run": "1",
      "etc/supervisor/conf.d/a.conf": "[program:a]\ndirectory=/tmp/%(program_name)s\ncommand=./run\n",
      "tmp/a/run": "1",
    },
    kept: ["/var/tmp/web/run", "/tmp/a/run"],
  },
  "settings by which npm and uv install from what they fetched once": {
    files: {
      "root/.npmrc": "offline=true\n",
      "root/.npm/_cacache/index": "1",
      "app/pyproject.toml": "[tool.uv]\noffline = true\n",
      "root/.cache/uv/wheels-v1/a": "1",
    },
    kept: ["/root/.npm/_cacache/index", "/root/.cache/uv/wheels-v1/a"],
    dropped: [],
  },
  "where a language was built, and a search path that is gone": {
    files: {
      "usr/local/lib/python3.12/_sysconfigdata.py": 'x = {"LIBPATH": "/tmp/python-build"} # gettempdir junk.o',
      "app/env.py": 'os.environ["LD_LIBRARY_PATH"] = "LD_LIBRARY_PATH=/tmp/python-build/lib"',
      ...junk,
    },
    kept: [],
  },
  "library code that knows /tmp, scripts that clear caches, and words of a download page": {
    files: {
      "app/node_modules/a/index.js": 'const tmp = "/tmp"; require("./junk.o"); // ~/.cache/pip',
      "usr/local/lib/python3.12/tempfile.py": "for d in ['/tmp', '/var/tmp', '/usr/tmp']: pass",
      "app/clean.sh": sh("rm -rf /tmp/* ~/.cache/pip/wheels; mkdir -p /tmp; PIP_CACHE_DIR=/root/.cache/pip pip install x"),
      ...junk,
    },
    kept: [],
  },
};

describe("the plain defaults", () => {
  it.each(Object.entries(situations))("%s", async (_, { kept, dropped: gone = dropped, ...image }) => {
    const found = await keptAndDropped(image);
    const isDefault = (path: string): boolean =>
      safeCategories.includes(dropRulesOf(pathFromText(path.slice(1)))[0]?.category as (typeof safeCategories)[number]);
    expect(found.dropped.filter((path) => isDefault(path) && kept.includes(path))).toEqual([]);
    const expected = gone.filter((path) => image.files[path.slice(1)] !== undefined);
    expect(Object.keys(found.kept).filter((path) => expected.includes(path))).toEqual([]);
    for (const path of [...kept, ...expected]) expect([...Object.keys(found.kept), ...found.dropped]).toContain(path);
  });
});
