/** Static archives, source maps and test directories of packages go when nothing refers to them, and stay when something does. */
import { describe, expect, it } from "vitest";

import { keptAndDropped } from "../../helpers/image/uses.ts";
import type { UsedImage } from "../../helpers/image/uses.ts";

const modules = "app/node_modules";
const site = "usr/local/lib/python3.12/site-packages";

const situations: Record<string, UsedImage & { kept?: readonly string[]; dropped?: readonly string[] }> = {
  "tests that nothing names": {
    files: {
      [`${modules}/a/index.js`]: 'it("test", 1); require("./lib/test-utils")',
      [`${modules}/a/package.json`]:
        '{"main":"index.js","files":["test"],"directories":{"test":"test"},"scripts":{"test":"mocha test/*.js"}}',
      [`${modules}/a/test/a.js`]: 'require("../index.js"); require("./b")',
      [`${modules}/a/test/b.js`]: "1",
      [`${site}/p/__init__.py`]: "test = 1\nimport os\n",
      [`${site}/p/sub/tests/test_a.py`]: "from p import x",
    },
    dropped: [`${modules}/a/test/a.js`, `${modules}/a/test/b.js`, `${site}/p/sub/tests/test_a.py`],
  },
  "a module that lies in a test directory: by a relative path": {
    files: { [`${modules}/a/index.js`]: 'require("./test/fake")', [`${modules}/a/test/fake.js`]: "1", [`${modules}/b/test/x.js`]: "1" },
    kept: [`${modules}/a/test/fake.js`],
    dropped: [`${modules}/b/test/x.js`],
  },
  "Ruby: what a gem is for, below its lib, which was taken for its tests": {
    files: {
      "app/config.ru": 'require "rack/test"',
      "usr/local/bundle/gems/rack-test-2.1.0/lib/rack/test.rb": "require_relative 'test/utils'\n",
      "usr/local/bundle/gems/rack-test-2.1.0/lib/rack/test/utils.rb": "1",
      "usr/local/bundle/gems/rbs-2.1.0/stdlib/benchmark/0/benchmark.rbs": "1",
      "usr/local/bundle/gems/rack-test-2.1.0/spec/utils_spec.rb": "1",
      "usr/local/bundle/ruby/3.1.0/bundler/gems/own-1a2b/test/own_test.rb": "1",
    },
    dropped: [
      "usr/local/bundle/gems/rack-test-2.1.0/spec/utils_spec.rb",
      "usr/local/bundle/ruby/3.1.0/bundler/gems/own-1a2b/test/own_test.rb",
    ],
  },
  "what a package copies into new projects": {
    files: {
      [`${modules}/generator-a/generators/app/templates/test/app.js`]: "1",
      [`${modules}/create-b/template-ts/src/__tests__/app.tsx`]: "1",
      [`${site}/q/project_template/tests/test_main.py`]: "1",
      [`${modules}/a/test/templates/page.html`]: "1",
    },
    dropped: [`${modules}/a/test/templates/page.html`],
  },
  "Python: a skeleton for new roles, whose tests are no code": {
    files: {
      [`${site}/ansible/galaxy/data/default/role/tests/test.yml.j2`]: "1",
      [`${site}/ansible/galaxy/data/default/role/tests/inventory`]: "1",
      [`${site}/p/tests/data/inventory`]: "1",
      [`${site}/p/tests/test_a.py`]: "1",
    },
    kept: [`${site}/ansible/galaxy/data/default/role/tests/test.yml.j2`, `${site}/ansible/galaxy/data/default/role/tests/inventory`],
    dropped: [`${site}/p/tests/data/inventory`, `${site}/p/tests/test_a.py`],
  },
  "a module of another package, by its name": {
    files: {
      "app/main.js": 'import x from "@s/a/test/fake.js"',
      [`${modules}/@s/a/test/fake.js`]: "1",
      [`${modules}/@s/b/test/x.js`]: "1",
    },
    kept: [`${modules}/@s/a/test/fake.js`],
    dropped: [`${modules}/@s/b/test/x.js`],
  },
  "the entry of a manifest": {
    files: { [`${modules}/a/package.json`]: '{"bin":{"a":"examples/cli.js"}}', [`${modules}/a/examples/cli.js`]: "1" },
    kept: [`${modules}/a/examples/cli.js`],
  },
  "a path joined from words": {
    files: { [`${modules}/a/index.js`]: 'fs.readdirSync(path.join(__dirname, "spec"))', [`${modules}/a/spec/s.json`]: "1" },
    kept: [`${modules}/a/spec/s.json`],
  },
  "Python: a module of the application's framework": {
    files: {
      "app/main.py": "from django.test import Client\n",
      [`${site}/django/test/__init__.py`]: "1",
      [`${site}/other/test/__init__.py`]: "1",
    },
    kept: [`${site}/django/test/__init__.py`],
    dropped: [`${site}/other/test/__init__.py`],
  },
  "Python: relative imports, and from the package itself": {
    files: {
      [`${site}/p/__init__.py`]: "from . import tests\n",
      [`${site}/p/tests/a.py`]: "1",
      "app/run.py": "from q import (tests)\n",
      [`${site}/q/tests/a.py`]: "1",
    },
    kept: [`${site}/p/tests/a.py`, `${site}/q/tests/a.py`],
  },
  "an entry point, a command, a symlink": {
    files: {
      [`${site}/p-1.dist-info/entry_points.txt`]: "[console_scripts]\np = p.tests.main:run\n",
      [`${site}/p/tests/main.py`]: "1",
      [`${site}/q/examples/server.py`]: "1",
      [`${modules}/a/test/cli.js`]: "1",
      [`${modules}/a/test/lib.js`]: "1",
      "usr/local/bin/a": `-> /${modules}/a/test/cli.js`,
    },
    config: { Cmd: ["python", "-m", "q.examples.server"] },
    kept: [`${site}/p/tests/main.py`, `${site}/q/examples/server.py`, `${modules}/a/test/cli.js`, `${modules}/a/test/lib.js`],
  },
  "what a test names stays only with the test": {
    files: {
      [`${modules}/a/index.js`]: 'require("./test/one")',
      [`${modules}/a/test/one.js`]: 'require("../examples/two")',
      [`${modules}/a/examples/two.js`]: "1",
      [`${modules}/b/test/one.js`]: 'require("../examples/two")',
      [`${modules}/b/examples/two.js`]: "1",
    },
    kept: [`${modules}/a/test/one.js`, `${modules}/a/examples/two.js`],
    dropped: [`${modules}/b/test/one.js`, `${modules}/b/examples/two.js`],
  },
  "compiled Python that runs whatever its source says: it was taken, and the source ran": {
    files: Object.fromEntries(
      ["timestamp\0", "unchecked\x01", "checked\x03"].flatMap((named) => {
        const [name, flags] = [named.slice(0, -1), named.slice(-1)];
        return [
          [`app/${name}.py`, "1"],
          [`app/__pycache__/${name}.cpython-311.pyc`, `\xa7\r\r\n${flags}\0\0\0${"h".repeat(8)}code`],
        ];
      }),
    ),
    kept: ["app/__pycache__/unchecked.cpython-311.pyc"],
    dropped: ["app/__pycache__/timestamp.cpython-311.pyc", "app/__pycache__/checked.cpython-311.pyc"],
  },
  "a package that is called test": {
    files: { [`${modules}/test/index.js`]: "1", [`${site}/tests/a.py`]: "1", [`${modules}/a/node_modules/test/index.js`]: "1" },
  },
  "tests that a package of the distribution brought, also where all of them lie deeper": {
    files: {
      "var/lib/dpkg/status": "Package: python3-p\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n",
      "var/lib/dpkg/info/python3-p.list":
        "/.\n/usr/lib/python3/dist-packages/p/tests/a.py\n/usr/lib/ruby/gems/3.1.0/gems/minitest-5.15.0/test/minitest/test_mock.rb\n",
      "usr/lib/python3/dist-packages/p/tests/a.py": "1",
      "usr/lib/ruby/gems/3.1.0/gems/minitest-5.15.0/test/minitest/test_mock.rb": "1",
    },
    kept: ["usr/lib/python3/dist-packages/p/tests/a.py", "usr/lib/ruby/gems/3.1.0/gems/minitest-5.15.0/test/minitest/test_mock.rb"],
  },
  "source maps: a built file's own comment is no use, a list of files is": {
    files: {
      "app/dist/main.js": "x\n//# sourceMappingURL=main.js.map\n",
      "app/dist/main.js.map": "{}",
      "app/public/manifest.json": '{"files":["/static/js/two.js.map"]}',
      "app/public/static/js/two.js.map": "{}",
      "app/other/js/two.js.map": "{}",
    },
    kept: ["app/public/static/js/two.js.map"],
    dropped: ["app/dist/main.js.map", "app/other/js/two.js.map"],
  },
  "tests that a start script runs": {
    files: {
      "entry.sh": "#!/bin/sh\nexec pytest --pyargs p",
      [`${site}/p/tests/test_a.py`]: "1",
      [`${site}/q/tests/test_a.py`]: "1",
    },
    kept: [`${site}/p/tests/test_a.py`],
    dropped: [`${site}/q/tests/test_a.py`],
  },
  "the folder of a gem, with its version": {
    files: { "app/a.rb": 'File.join(Gem.default_dir, "gems/foo-1.0/spec")', "var/lib/gems/3.1.0/gems/foo-1.0/spec/a.rb": "1" },
    kept: ["var/lib/gems/3.1.0/gems/foo-1.0/spec/a.rb"],
  },
  "source maps that are uploaded when the container starts": {
    files: { "entry.sh": "#!/bin/sh\nsentry-cli sourcemaps upload ./dist", "app/dist/main.js.map": "{}" },
    kept: ["app/dist/main.js.map"],
  },
  "an archive that a script reads": {
    files: { "entry.sh": "#!/bin/sh\nar -t /opt/lib/libz.a", "opt/lib/libz.a": "1", "opt/lib/liby.a": "1" },
    kept: ["opt/lib/libz.a"],
    dropped: ["opt/lib/liby.a"],
  },
  "source maps that node is told to read": {
    files: { "app/dist/main.js.map": "{}" },
    config: { Env: ["NODE_OPTIONS=--enable-source-maps"] },
    kept: ["app/dist/main.js.map"],
  },
  "source maps that the application asks for; that a package's own code does says nothing": {
    files: { "app/main.js": 'require("source-map-support/register")', "app/main.js.map": "{}" },
    kept: ["app/main.js.map"],
  },
  "a source map of an application whose packages know source-map-support": {
    files: { [`${modules}/terser/index.js`]: 'require("source-map-support")', "app/main.js.map": "{}" },
    dropped: ["app/main.js.map"],
  },
  "archives without a linker, though a variable names their folder": {
    files: { "usr/lib/libx.a": "!<arch>\n", "usr/lib/libx.la": "# libtool", "usr/lib/libx.so": "\x7fELF" },
    config: { Env: ["LD_LIBRARY_PATH=/usr/lib"] },
    dropped: ["usr/lib/libx.a", "usr/lib/libx.la"],
  },
  "archives beside a compiler": {
    files: { "usr/lib/libx.a": "!<arch>\n", "usr/bin/x86_64-linux-gnu-gcc-12": "\x7fELF" },
    kept: ["usr/lib/libx.a"],
  },
  "modules that libltdl opens by their .la": {
    files: { "usr/lib/magick/png.la": "# libtool", "usr/lib/libltdl.so.7.3.2": "\x7fELF" },
    kept: ["usr/lib/magick/png.la"],
  },
  "Python: folders that a package opens as resources": {
    files: Object.fromEntries(
      [
        'pkg_resources.resource_filename("p1", "examples/x.csv")',
        'pkgutil.get_data(__name__, "examples/x.csv")',
        'files("p3").joinpath("examples").joinpath("x.csv")',
        'files("p4") / "examples" / "x.csv"',
        'importlib.import_module(f"{__package__}.examples")',
        'importlib.import_module(".examples", __package__)',
        "from . import (\n  other,\n  examples,\n)",
        'os.path.join(\n  HERE,\n  "examples",\n)',
      ].flatMap((code, index) => [
        [`${site}/p${index + 1}/a.py`, code],
        [`${site}/p${index + 1}/examples/x.py`, "1"],
        [`${site}/q${index + 1}/examples/x.py`, "1"],
      ]),
    ),
    kept: [1, 2, 3, 4, 5, 6, 7, 8].map((index) => `${site}/p${index}/examples/x.py`),
    dropped: [1, 2, 3, 4, 5, 6, 7, 8].map((index) => `${site}/q${index}/examples/x.py`),
  },
  "examples of a package that the application finds by the package's own path": {
    files: {
      "app/a.py": "import pkg\nos.path.join(os.path.dirname(pkg.__file__), 'examples', 'x')",
      [`${site}/pkg/examples/x.py`]: "1",
      [`${site}/other/examples/x.py`]: "1",
      "app/a.js": "path.join(path.dirname(require.resolve('b/package.json')), 'examples', 'x.csv')",
      [`${modules}/b/examples/x.js`]: "1",
      [`${modules}/c/examples/x.js`]: "1",
    },
    kept: [`${site}/pkg/examples/x.py`, `${modules}/b/examples/x.js`],
    dropped: [`${site}/other/examples/x.py`, `${modules}/c/examples/x.js`],
  },
  "Ruby: folders from the file's own path": {
    files: Object.fromEntries(
      ['File.expand_path("../../spec/fixtures", __FILE__)', '"#{__dir__}/../spec/a.rb"', '__dir__ + "/../spec"'].flatMap((code, index) => [
        [`usr/local/bundle/gems/p${index}-1.0/lib/p.rb`, code],
        [`usr/local/bundle/gems/p${index}-1.0/spec/a.rb`, "1"],
      ]),
    ),
    kept: [0, 1, 2].map((index) => `usr/local/bundle/gems/p${index}-1.0/spec/a.rb`),
  },
  "Python: tests that compiled code without a source imports": {
    files: {
      [`${site}/p/c.pyc`]: "\xa7\x0d\x0d\x0a\0\0\xda\x05tests)",
      [`${site}/p/tests/x.py`]: "1",
      "app/c.so": "\x7fELF\0\0q.tests.x\0",
      [`${site}/q/tests/x.py`]: "1",
      [`${site}/r/tests/x.py`]: "1",
    },
    kept: [`${site}/p/tests/x.py`, `${site}/q/tests/x.py`],
    dropped: [`${site}/r/tests/x.py`],
  },
  "static archives of languages that link them themselves": {
    files: { "usr/lib/go-1.19/pkg/linux_amd64/fmt.a": "1", "usr/lib/go-1.19/pkg/tool/linux_amd64/link": "1" },
    kept: ["usr/lib/go-1.19/pkg/linux_amd64/fmt.a"],
  },
  "a static archive that a script names from its folder": {
    files: { "app/lib/data.a": "1", "app/lib/b.a": "1", "app/run": "#!/bin/sh\ncd /app && unpack lib/data.a\n" },
    kept: ["app/lib/data.a"],
    dropped: ["app/lib/b.a"],
  },
};

describe("of packages' files stays what is used", () => {
  it.each(Object.entries(situations))("%s", async (_, { kept = [], dropped = [], ...image }) => {
    const found = await keptAndDropped(image);
    expect({ kept: Object.keys(found.kept).sort(), dropped: found.dropped.sort() }).toEqual({
      kept: kept.map((path) => `/${path}`).sort(),
      dropped: dropped.map((path) => `/${path}`).sort(),
    });
  });
});
