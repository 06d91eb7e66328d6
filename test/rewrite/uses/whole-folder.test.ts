/** Texts that name a folder of temporary files and nothing in it, and files that others need beside themselves. */
import { describe, expect, it } from "vitest";

import { keptAndDropped } from "../../helpers/image/uses.ts";

const inVarTmp = { "var/tmp/page.html": "1", "var/tmp/plug/a": "1", "var/tmp/x": "1" };
const modules = {
  "tmp/plug.py": "1",
  "tmp/plug.rb": "1",
  "tmp/Plug.pm": "1",
  "tmp/plug.beam": "1",
  "tmp/plug/pkgIndex.tcl": "1",
  "tmp/junk.o": "1",
};

/** A file by its path and content, which uses all of /var/tmp. */
const whole: Readonly<Record<string, readonly [string, string]>> = {
  "a server that serves it": ["etc/nginx/conf.d/a.conf", "server { root /var/tmp; }"],
  "Apache's root": ["etc/apache2/a.conf", '<VirtualHost *:80>\n  DocumentRoot "/var/tmp"\n'],
  "PHP's server": ["app/run", "#!/bin/sh\nexec php -S :80 -t /var/tmp"],
  "a framework's static files": ["app/a.js", 'app.use(express.static("/var/tmp"))'],
  "a keyword": ["app/a.py", 'app.mount("/", StaticFiles(directory="/var/tmp"))'],
  "Redis, whose dump has no name there": ["etc/redis.conf", "dir /var/tmp\n"],
  "scripts that are run in turn": ["app/run", "#!/bin/sh\nrun-parts /var/tmp"],
  "an archive of it": ["app/run", "#!/bin/sh\ntar -C /var/tmp -cf - . | ssh host"],
  "a copy of it": ["app/run", "#!/bin/sh\ncp -r /var/tmp /data"],
  "a bare glob behind cd": ["app/run", "#!/bin/sh\ncd /var/tmp\nfor f in *; do sh $f; done"],
  "a list of the folder that a program is in": ["app/a.py", 'os.chdir("/var/tmp")\nfor f in os.listdir("."): load(f)'],
  "a setting of YAML": ["app/a.yaml", "watch:\n  - /var/tmp\n"],
};

/** What names /var/tmp and has no use for what lies there. */
const unused: Readonly<Record<string, readonly [string, string]>> = {
  "a variable": ["etc/default/app", "BASE=/var/tmp\n"],
  "where temporary files go": ["etc/my.cnf", "tmpdir = /var/tmp\nsession.save_path = /var/tmp\nlog_dir: /var/tmp\n"],
  "an upload": ["app/a.js", 'multer({ dest: "/var/tmp" }); fs.mkdirSync("/var/tmp"); fs.mkdtempSync("/var/tmp")'],
  "a script that unpacks there": [
    "app/run",
    "#!/bin/sh\ncd /var/tmp && wget http://h/x.tgz && rm -rf *\ntar -C /var/tmp -xf x\ncp a /var/tmp\n",
  ],
  "a Perl program without an ending": ["usr/sbin/x", '#!/usr/bin/perl\nmy $f = new File::Temp(TEMPLATE=>"x.XXXX", DIR=>"/var/tmp");\n'],
  "a shell's default, and what it is compared with": [
    "usr/bin/x",
    '#!/bin/sh\n: ${TMPDIR:=/var/tmp}\ncase $TMPDIR in\n/*/) ;;\n*) TMPDIR=/var/tmp/;;\nesac\nmktemp "${TMPDIR}xXXXX"\n',
  ],
  "a mount": ["app/compose.yaml", "tmpfs:\n  - /var/tmp\nvolumes:\n  - /var/tmp:/var/tmp\n"],
  "a unit's rights": ["etc/systemd/system/a.service", "[Service]\nPrivateTmp=yes\nReadWritePaths=/var/tmp\n"],
  "a default, a fallback, a list of places": ["app/a.py", 'd = get("D", "/var/tmp") or "/var/tmp"\nfor d in ["/tmp", "/var/tmp"]: pass'],
  "a comment": ["etc/a.conf", "# root /var/tmp\n"],
};

/** What searches /tmp for modules by name. */
const searched: Readonly<Record<string, readonly [string, string, string]>> = {
  Python: ["app/a.py", 'sys.path.append("/tmp")\nimport_module(os.environ["P"])', "/tmp/plug.py"],
  "Python's sites": ["app/a.py", 'site.addsitedir("/tmp")', "/tmp/plug.py"],
  Perl: ["app/a.pl", 'use lib "/tmp"; require $ENV{P};', "/tmp/Plug.pm"],
  Ruby: ["app/a.rb", '$LOAD_PATH << "/tmp"; require ENV["P"]', "/tmp/plug.rb"],
  Tcl: ["app/a.tcl", "lappend auto_path /tmp\npackage require [lindex $argv 0]", "/tmp/plug/pkgIndex.tcl"],
  Erlang: ["app/run", "#!/bin/sh\nexec erl -pa /tmp -s $M", "/tmp/plug.beam"],
};

describe("a folder of temporary files that is named as a whole", () => {
  it.each(Object.entries(whole))("stays: %s", async (_, [path, content]) => {
    const { dropped } = await keptAndDropped({ files: { [path]: content, ...inVarTmp, "tmp/junk.o": "1" } });
    expect(dropped).toEqual(["/tmp/junk.o"]);
  });

  it.each(Object.entries(unused))("goes: %s", async (_, [path, content]) => {
    const { kept } = await keptAndDropped({ files: { [path]: content, "var/tmp/page.html": "1", "var/tmp/y/a": "1" } });
    expect(kept).toEqual({});
  });

  it.each(Object.entries(searched))("keeps what can be loaded from it: %s", async (_, [path, content, module]) => {
    const { kept, dropped } = await keptAndDropped({ files: { [path]: content, ...modules } });
    expect(Object.keys(kept)).toContain(module);
    expect(dropped).toEqual(["/tmp/junk.o"]);
  });
});

describe("a folder that is moved or entered", () => {
  it("below another one, `tmp` is that one's", async () => {
    const run = "#!/bin/sh\ncd /var/\n./tmp/one/run\nexec tmp/two/run\n";
    const { kept } = await keptAndDropped({ files: { "app/run": run, "var/tmp/one/run": "1", "var/tmp/two/run": "1", "var/tmp/z": "1" } });
    expect(Object.keys(kept)).toEqual(["/var/tmp/one/run", "/var/tmp/two/run"]);
  });

  it("TMPDIR says where a program's temporary files lie", async () => {
    const files = { "app/a.py": "open(join(gettempdir(), 'seed.json'))", "tmp/work/seed.json": "1", "tmp/junk.o": "1" };
    const { dropped } = await keptAndDropped({ files, config: { Env: ["TMPDIR=/tmp/work"] } });
    expect(dropped).toEqual(["/tmp/junk.o"]);
  });
});

describe("compiled code", () => {
  const files = { "tmp/seed.cfg": "1", "tmp/data": "1", "tmp/junk.o": "1" };
  it.each([
    ["a class", "app/M.class", "\xca\xfe\xba\xbe\0java.io.tmpdir\0\x08seed.cfg\x01"],
    ["compiled Python", "app/p.pyc", "\0\0gettempdir\xda\x08seed.cfg\0"],
    ["C, which joins /tmp and a name", "app/run", "\x7fELF\0%s/%s\0/tmp\0seed.cfg\0mydata\0"],
    ["Go, whose texts have no gap", "app/run", "\x7fELF\0TMPDIR/tmpfooseed.cfgbar\0metadata\0"],
  ])("that joins the folder and a name: %s", async (_, path, content) => {
    const { dropped } = await keptAndDropped({ files: { ...files, [path]: content } });
    expect(dropped.filter((one) => one.startsWith("/tmp/"))).toEqual(["/tmp/data", "/tmp/junk.o"]);
  });
});

describe("what is needed beside a file that is used", () => {
  it.each([
    ["SQLite's log, without which rows are lost", "app.db", "app.db-wal"],
    ["the other files of a map", "map.shp", "map.shx"],
    ["what .NET reads before it starts", "svc.dll", "svc.runtimeconfig.json"],
    ["the weights of a model", "model.onnx", "model.onnx_data"],
  ])("%s", async (_, name, other) => {
    const files = {
      "app/a.py": `open("/tmp/${name}")`,
      [`tmp/${name}`]: "1",
      [`tmp/${other}`]: "1",
      "tmp/other.log": "1",
      "tmp/junk.o": "1",
    };
    const { dropped } = await keptAndDropped({ files });
    expect(dropped).toEqual(["/tmp/junk.o", "/tmp/other.log"]);
  });

  it("the folders in which a framework looks, and its settings", async () => {
    const beside = { "tmp/templates/a.html": "1", "tmp/static/a.css": "1", "tmp/.env": "1", "tmp/config.yaml": "1" };
    const { kept, dropped } = await keptAndDropped({
      files: { "tmp/app.py": "app = Flask(__name__)", ...beside, "tmp/junk.o": "1", "tmp/build/x": "1" },
      config: { Cmd: ["flask", "--app", "/tmp/app.py", "run"] },
    });
    expect(Object.keys(kept).sort()).toEqual([...Object.keys(beside).map((path) => `/${path}`), "/tmp/app.py"].sort());
    expect(dropped.sort()).toEqual(["/tmp/build/x", "/tmp/junk.o"]);
  });

  it("nothing where data alone is used", async () => {
    const { dropped } = await keptAndDropped({ files: { "app/a.py": 'open("/tmp/seed.csv")', "tmp/seed.csv": "1", "tmp/static/a": "1" } });
    expect(dropped).toEqual(["/tmp/static/a"]);
  });
});

describe("apt", () => {
  it("installs from a folder of archives, also behind an update", async () => {
    const { dropped } = await keptAndDropped({
      files: {
        "etc/apt/sources.list.d/a.list": "deb [trusted=yes] file:/var/cache/apt/archives ./\n",
        "var/cache/apt/archives/Packages": "1",
        "var/cache/apt/archives/x.deb": "1",
        "var/lib/apt/lists/x": "1",
      },
    });
    expect(dropped).toEqual(["/var/lib/apt/lists/x"]);
  });

  it("is asked by Python", async () => {
    const { dropped } = await keptAndDropped({ files: { "app/a.py": "import apt\napt.Cache()\n", "var/lib/apt/lists/x": "1" } });
    expect(dropped).toEqual([]);
  });
});
