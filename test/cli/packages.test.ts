/** What every byte is for: owners, packages, reasons and what nothing needs, by running the program on images written by hand. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { dockerArchive, ociArchive } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { parseReport } from "../helpers/report-schema.ts";
import { runCli } from "../helpers/run-cli.ts";
import { cliHere } from "../helpers/run-here.ts";
import { directory, file, hardlink, symlink } from "../helpers/tar-fixture.ts";
import type { FixtureItem } from "../helpers/tar-fixture.ts";
import { zip } from "../helpers/bytes/zip.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

interface PackageJson {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly bytesWithDependents: number;
  readonly requested: string;
  readonly reason: string;
  readonly why: string;
  readonly layer: number;
  readonly contains: readonly { readonly name: string; readonly version: string; readonly bytes: number | null }[];
  readonly orphan: boolean;
}

interface Report {
  readonly image: { readonly finalBytes: number };
  readonly owners: readonly { readonly kind: string; readonly name: string; readonly bytes: number }[];
  readonly packages: readonly PackageJson[];
  readonly leftovers: readonly { readonly bytes: number }[];
  readonly unneeded: readonly {
    readonly rule: string;
    readonly bytes: number;
    readonly aloneBytes: number;
    readonly packages: readonly number[];
  }[];
  readonly warnings: readonly { readonly code: string; readonly path?: string; readonly message: string }[];
}

function saved(image: ImageFixture): string {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, dockerArchive(image));
  return path;
}

async function report(image: ImageFixture): Promise<Report> {
  const { stdout, stderr, status } = await cliHere(["analyze", "--json", "--secrets", "off", saved(image)]);
  expect([stderr, status]).toEqual(["", 0]);
  return parseReport(stdout) as Report;
}

const bytesOf = ({ owners }: Report): Record<string, number> => Object.fromEntries(owners.map(({ name, bytes }) => [name, bytes]));
const named = ({ packages }: Report, name: string): PackageJson => packages.find((found) => found.name === name)!;
const big = (letter: string, bytes = 10_000): Buffer => Buffer.alloc(bytes, letter);

interface Debian {
  readonly name: string;
  readonly fields?: string;
  readonly files?: readonly string[];
  readonly automatic?: boolean;
  readonly status?: string;
}

/** dpkg's and apt's databases for these packages, all in one layer. */
function debian(packages: readonly Debian[]): FixtureItem[] {
  const status = packages.map(
    ({ name, fields = "", status: state = "install ok installed" }) =>
      `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: 1\n${fields}`,
  );
  const states = packages
    .filter(({ automatic }) => automatic)
    .map(({ name }) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`);
  return [
    file("var/lib/dpkg/status", `${status.join("\n")}\n`),
    file("var/lib/apt/extended_states", `${states.join("\n")}\n`),
    ...packages.map(({ name, files = [] }) => file(`var/lib/dpkg/info/${name}.list`, ["/.", ...files, ""].join("\n"))),
  ];
}

describe("one owner for every byte", () => {
  it("a list is followed through merged-/usr links and diversions; compiled Python goes with its source; the rest by directory", async () => {
    const found = await report({
      layers: [
        [
          directory("usr/lib"),
          symlink("lib", "usr/lib"),
          ...debian([
            { name: "libx", files: ["/lib/libx.so", "/usr/bin/tool"] },
            { name: "other", files: ["/usr/bin/tool", "/usr/lib/python3/m.py"] },
          ]),
          file("var/lib/dpkg/diversions", "/usr/bin/tool\n/usr/bin/tool.libx\nother\n"),
          file("usr/lib/libx.so", big("a", 3000)),
          file("usr/bin/tool", big("b", 500)),
          file("usr/bin/tool.libx", big("c", 700)),
          file("usr/lib/python3/m.py", big("d", 100)),
          file("usr/lib/python3/__pycache__/m.cpython-311.pyc", big("e", 200)),
          file("opt/google-cloud-sdk/bin/x", big("f", 4000)),
          hardlink("opt/google-cloud-sdk/bin/y", "opt/google-cloud-sdk/bin/x"),
          file("app/main", big("g", 50)),
          file("root.txt", "12345"),
        ],
      ],
    });
    const lists = Buffer.byteLength("/.\n/lib/libx.so\n/usr/bin/tool\n");
    expect(bytesOf(found)).toMatchObject({
      libx: 3000 + 700 + lists,
      other: 500 + 100 + 200 + Buffer.byteLength("/.\n/usr/bin/tool\n/usr/lib/python3/m.py\n"),
      "/opt/google-cloud-sdk": 4000,
      "/app": 50,
      "/": 5,
    });
  });

  it("a package that waits for its triggers has its files, one of which only the configuration is left is none", async () => {
    const found = await report({
      layers: [
        [
          ...debian([
            { name: "waits", files: ["/usr/bin/waits"], status: "install ok triggers-pending" },
            { name: "half", files: ["/usr/bin/half"], status: "install ok half-configured" },
            { name: "gone", files: ["/etc/gone.conf"], status: "deinstall ok config-files" },
          ]),
          file("usr/bin/waits", big("w")),
          file("usr/bin/half", big("h")),
          file("etc/gone.conf", big("g")),
        ],
      ],
    });
    expect(found.packages.map(({ name }) => name)).toEqual(["waits", "half"]);
    expect(named(found, "waits").bytes).toBeGreaterThan(10_000);
  });

  it("what conda installed is conda's: Python's own record of it is a part of that", async () => {
    const site = "opt/conda/lib/python3.12/site-packages";
    const files = [`${site}/numpy/core.py`, `${site}/numpy-1.0.dist-info/METADATA`].map((path) => path.slice("opt/conda/".length));
    const image = saved({
      layers: [
        [
          file("opt/conda/conda-meta/numpy-1.0-py_0.json", JSON.stringify({ name: "numpy", version: "1.0", files, depends: [] })),
          file(`${site}/numpy/core.py`, big("n")),
          file(`${site}/numpy-1.0.dist-info/METADATA`, "Name: numpy\nVersion: 1.0\n"),
        ],
      ],
    });
    expect((await cliHere(["analyze", image])).stdout).toMatch(/Made of: 1 package \(conda 1\)/);
  });

  it("reads what each ecosystem writes down", async () => {
    const jar = zip([
      ["META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nImplementation-Version: 2.5\r\n"],
      ["META-INF/maven/org.acme/server/pom.properties", "version=2.5\n"],
      ["BOOT-INF/lib/guava-32.1-jre.jar", "x".repeat(40)],
    ]);
    const found = await report({
      layers: [
        [
          file(
            "lib/apk/db/installed",
            "P:musl\nV:1.2.4\nA:x86_64\nF:lib\nR:ld-musl.so\n\nP:busybox\nV:1.36\nD:so:musl.so musl\nF:bin\nR:busybox\n\n",
          ),
          file("etc/apk/world", "busybox\n"),
          file("lib/ld-musl.so", big("m", 600)),
          file("bin/busybox", big("b", 800)),
          file("var/lib/pacman/local/zlib-1-1/desc", "%NAME%\nzlib\n\n%VERSION%\n1-1\n\n%REASON%\n1\n"),
          file("var/lib/pacman/local/zlib-1-1/files", "%FILES%\nusr/\nusr/lib/libz.so\n"),
          file("usr/lib/libz.so", big("z", 900)),
          file("srv/package.json", JSON.stringify({ name: "srv", version: "0.1.0", dependencies: { a: "1" } })),
          file(
            "srv/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
            JSON.stringify({ name: "a", version: "1.0.0", dependencies: { "@s/b": "2" } }),
          ),
          file("srv/node_modules/.pnpm/a@1.0.0/node_modules/a/index.js", big("a", 70)),
          symlink("srv/node_modules/a", ".pnpm/a@1.0.0/node_modules/a"),
          symlink("srv/node_modules/.pnpm/a@1.0.0/node_modules/@s/b", "../../../@s+b@2.0.0/node_modules/@s/b"),
          file("srv/node_modules/.pnpm/@s+b@2.0.0/node_modules/@s/b/package.json", JSON.stringify({ name: "@s/b", version: "2.0.0" })),
          file("srv/node_modules/.pnpm/@s+b@2.0.0/node_modules/@s/b/index.js", big("b", 40)),
          file(
            "usr/lib/python3.11/site-packages/Flask-3.0.dist-info/METADATA",
            "Name: Flask\nVersion: 3.0\nRequires-Dist: click (>=8)\nRequires-Dist: x ; extra == 'a'\n\nVersion: 9\n",
          ),
          file(
            "usr/lib/python3.11/site-packages/Flask-3.0.dist-info/RECORD",
            'flask/__init__.py,,\n"flask/a,b.py",,\n../../../bin/flask,,\n',
          ),
          file("usr/lib/python3.11/site-packages/flask/__init__.py", big("f", 300)),
          file("usr/lib/python3.11/site-packages/flask/a,b.py", big("f", 20)),
          file("usr/bin/flask", big("f", 30)),
          file("usr/lib/python3.11/site-packages/click-8.1.dist-info/METADATA", "Name: click\nVersion: 8.1\n"),
          file(
            "usr/lib/ruby/gems/3.1.0/specifications/rack-3.0.gemspec",
            'Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "3.0"\nend\n',
          ),
          file("usr/lib/ruby/gems/3.1.0/gems/rack-3.0/lib/rack.rb", big("r", 450)),
          file(
            "www/vendor/composer/installed.json",
            JSON.stringify({
              packages: [{ name: "monolog/monolog", version: "v3.1", "install-path": "../monolog/monolog" }],
              "dev-package-names": [],
            }),
          ),
          file("www/vendor/monolog/monolog/src/L.php", big("p", 330)),
          file("opt/server.jar", jar),
          file(
            "usr/local/bin/gotool",
            goProgram(
              "path\texample.com/tool\nmod\texample.com/tool\tv1.2.3\t\ndep\tgolang.org/x/sys\tv0.1.0\th1:x\nbuild\t-ldflags=secret\n",
            ),
            { mode: 0o755 },
          ),
          file(
            "usr/local/bin/rusttool",
            elf([
              [".text", Buffer.alloc(600)],
              [
                ".dep-v0",
                deflateSync(
                  JSON.stringify({
                    packages: [
                      { name: "tool", version: "0.3.0", root: true },
                      { name: "serde", version: "1.0.1" },
                    ],
                  }),
                ),
              ],
            ]),
            { mode: 0o755 },
          ),
          file(
            "dotnet/App.deps.json",
            JSON.stringify({
              runtimeTarget: { name: "t" },
              targets: {
                t: {
                  "App/1.0.0": { dependencies: { Json: "13" }, runtime: { "App.dll": {} } },
                  "Json/13.0.0": { runtime: { "lib/net6.0/Json.dll": {} } },
                },
              },
              libraries: { "App/1.0.0": { type: "project" } },
            }),
          ),
          file("dotnet/App.dll", big("n", 210)),
          file("dotnet/Json.dll", big("j", 220)),
          file("conda/conda-meta/numpy-1.0.json", JSON.stringify({ name: "numpy", version: "1.0", files: ["lib/numpy.so"], depends: [] })),
          file("conda/lib/numpy.so", big("c", 260)),
        ],
      ],
    });
    const rows = found.packages.map(({ ecosystem, name, version, bytes }) => [`${ecosystem} ${name} ${version}`, bytes] as const);
    const bytes = Object.fromEntries(rows);
    expect(Object.keys(bytes).sort()).toEqual(
      [
        "apk busybox 1.36",
        "apk musl 1.2.4",
        "composer monolog/monolog 3.1",
        "composer www ",
        "conda numpy 1.0",
        "dotnet App 1.0.0",
        "dotnet Json 13.0.0",
        "gem rack 3.0",
        "go example.com/tool v1.2.3",
        "java org.acme:server 2.5",
        "npm @s/b 2.0.0",
        "npm a 1.0.0",
        "npm srv 0.1.0",
        "pacman zlib 1-1",
        "python Flask 3.0",
        "python click 8.1",
        "rust tool 0.3.0",
      ].sort(),
    );
    expect([
      bytes["apk musl 1.2.4"],
      bytes["gem rack 3.0"]! > 450,
      bytes["composer monolog/monolog 3.1"],
      bytes["dotnet Json 13.0.0"],
    ]).toEqual([600, true, 330, 220]);
    expect(bytes["python Flask 3.0"]).toBeGreaterThan(350);
    expect(named(found, "musl")).toMatchObject({ requested: "dependency", why: "dependency of busybox, requested in layer 0" });
    expect(named(found, "@s/b").why).toBe("dependency of a, for srv, requested in layer 0");
    expect(named(found, "click").why).toMatch(/^dependency of Flask/);
    expect(named(found, "org.acme:server").contains).toEqual([{ name: "guava", version: "32.1-jre", bytes: 40 }]);
    expect(named(found, "example.com/tool").contains).toEqual([
      { name: "stdlib", version: "1.22.1", bytes: null },
      { name: "golang.org/x/sys", version: "v0.1.0", bytes: null },
    ]);
    expect(named(found, "tool").contains).toEqual([{ name: "serde", version: "1.0.1", bytes: null }]);
  });

  it("says the same of an archive, of compressed layers, of standard input and from the cache", async () => {
    const layers = [
      [...debian([{ name: "a", files: ["/usr/bin/a"] }]), file("usr/bin/a", goProgram("path\tx\nmod\tx\tv1\t\n"), { mode: 0o755 })],
    ];
    const expected = await report({ layers });
    const told = ({ owners, packages, unneeded }: Report) => ({ owners, packages, unneeded });
    for (const compression of ["gzip", "zstd"] as const) {
      const path = join(temporaryDirectory(), "oci.tar");
      writeFileSync(path, ociArchive([{ layers: layers.map((content) => ({ content, compression })) }]));
      for (const run of ["first", "cached"]) {
        const { stdout } = await cliHere(["analyze", "--json", "--secrets", "off", path]);
        expect([compression, run, told(parseReport(stdout) as Report)]).toEqual([compression, run, told(expected)]);
      }
    }
    const { stdout } = await runCli(["analyze", "--json", "--secrets", "off", "-"], { stdin: dockerArchive({ layers }) });
    expect(told(parseReport(stdout) as Report)).toEqual(told(expected));
  });
});

/** A requested tool with a dependency, a recommendation with a dependency of its own, a compiler, and an orphan. */
const system: ImageFixture = {
  layers: [
    {
      createdBy: "RUN apt-get install tool gcc",
      content: [
        ...debian([
          { name: "tool", fields: "Depends: libdep | nothing\nRecommends: extra\n", files: ["/usr/bin/tool"] },
          { name: "libdep", files: ["/usr/lib/libdep"], automatic: true },
          { name: "extra", fields: "Depends: libextra, libdep\n", files: ["/usr/bin/extra"], automatic: true },
          { name: "libextra", files: ["/usr/lib/libextra"], automatic: true },
          { name: "gcc", fields: "Depends: gcc-12, libdep\n", files: ["/usr/bin/gcc"] },
          { name: "gcc-12", fields: "Provides: c-compiler\n", files: ["/usr/bin/gcc-12"], automatic: true },
          { name: "lonely", fields: "Depends: circle\n", files: ["/usr/bin/lonely"], automatic: true },
          { name: "circle", fields: "Depends: lonely\n", files: ["/usr/bin/circle"], automatic: true },
        ]),
        file("usr/bin/tool", big("1", 1000)),
        file("usr/lib/libdep", big("2", 2000)),
        file("usr/bin/extra", big("3", 4000)),
        file("usr/lib/libextra", big("4", 8000)),
        file("usr/bin/gcc", big("5", 16_000)),
        file("usr/bin/gcc-12", big("6", 32_000)),
        file("usr/bin/lonely", big("7", 64_000)),
        file("usr/bin/circle", big("8", 128_000)),
      ],
    },
  ],
};

describe("why it is there and what would go with it", () => {
  it("tells requested, needed, recommended and orphaned packages apart", async () => {
    const found = await report(system);
    const told = Object.fromEntries(found.packages.map(({ name, requested, why, orphan }) => [name, [requested, why, orphan]]));
    expect(told).toEqual({
      tool: ["manual", "requested in layer 0", false],
      libdep: ["dependency", "dependency of tool, requested in layer 0", false],
      extra: ["recommended", "recommended by tool, requested in layer 0", false],
      libextra: ["recommended", "dependency of extra, for tool, requested in layer 0", false],
      gcc: ["manual", "requested in layer 0", false],
      "gcc-12": ["dependency", "dependency of gcc, requested in layer 0", false],
      lonely: ["dependency", "nothing needs it, from layer 0", true],
      circle: ["dependency", "nothing needs it, from layer 0", true],
    });
    const list = (path: string): number => Buffer.byteLength(`/.\n${path}\n`);
    const own = (name: string): number => named(found, name).bytes;
    expect(own("tool")).toBe(1000 + list("/usr/bin/tool"));
    // What tool and gcc both need goes with neither.
    expect(named(found, "tool").bytesWithDependents).toBe(own("tool") + own("extra") + own("libextra"));
    expect(named(found, "gcc").bytesWithDependents).toBe(own("gcc") + own("gcc-12"));
    expect(found.unneeded.map(({ rule, bytes }) => [rule, bytes])).toEqual([
      ["orphaned-packages", own("lonely") + own("circle")],
      ["build-packages", own("gcc") + own("gcc-12")],
      ["recommended-packages", own("extra") + own("libextra")],
    ]);
  });

  it("counts no byte in two findings", async () => {
    const found = await report({
      layers: [
        [
          ...debian([
            { name: "gcc", files: ["/usr/bin/gcc", "/usr/lib/libgcc.a", "/usr/share/doc/gcc/readme"] },
            { name: "app", fields: "Recommends: libapp-dev\n", files: [] },
            { name: "libapp-dev", files: ["/usr/lib/libapp.a"], automatic: true },
          ]),
          file(
            "usr/bin/gcc",
            elf([
              [".debug_info", big("d", 5000)],
              [".symtab", big("s", 700)],
              [".text", big("t", 100)],
            ]),
            { mode: 0o755 },
          ),
          file("usr/lib/libgcc.a", big("a", 3000)),
          file("usr/share/doc/gcc/readme", big("r", 2000)),
          file("usr/lib/libapp.a", big("b", 6000)),
          file("opt/lib/own.a", big("c", 1000)),
          file(
            "opt/tool",
            elf([
              [".debug_info", big("e", 9000)],
              [".text", big("t", 100)],
            ]),
            { mode: 0o755 },
          ),
        ],
      ],
    });
    const list = (...paths: string[]): number => Buffer.byteLength(["/.", ...paths, ""].join("\n"));
    const by = Object.fromEntries(found.unneeded.map(({ rule, bytes }) => [rule, bytes]));
    expect(by["recommended-packages"]).toBe(6000 + list("/usr/lib/libapp.a"));
    expect(by["static-libraries"]).toBe(1000);
    expect(by["unstripped-binaries"]).toBe(9000);
    const sum = [...found.unneeded, ...found.leftovers].reduce((total, { bytes }) => total + bytes, 0);
    const removable = named(found, "gcc").bytes + named(found, "libapp-dev").bytes + 1000 + 9000;
    expect(sum).toBe(removable);
    expect(found.unneeded.find(({ rule }) => rule === "static-libraries")?.aloneBytes).toBe(10_000);
  });

  it("finds development dependencies, older versions, source maps and tests of an application", async () => {
    const manifest = (name: string, version: string, more = {}): string => JSON.stringify({ name, version, ...more });
    const at = (path: string, text: string): FixtureItem => file(`app/${path}`, text);
    const found = await report({
      layers: [
        [
          at("package.json", manifest("app", "1.0.0", { dependencies: { run: "1" }, devDependencies: { lint: "1", shared: "2" } })),
          at("node_modules/run/package.json", manifest("run", "1.0.0", { dependencies: { shared: "1" } })),
          at("node_modules/run/node_modules/shared/package.json", manifest("shared", "1.0.0")),
          at("node_modules/run/node_modules/shared/index.js", "s".repeat(500)),
          at("node_modules/shared/package.json", manifest("shared", "2.0.0")),
          at("node_modules/lint/package.json", manifest("lint", "1.0.0", { dependencies: { "only-lint": "1" } })),
          at("node_modules/only-lint/package.json", manifest("only-lint", "1.0.0")),
          at("node_modules/only-lint/index.js", "o".repeat(3000)),
          at("node_modules/run/index.js.map", "m".repeat(800)),
          at("node_modules/run/test/a.js", "t".repeat(90)),
        ],
      ],
    });
    const rules = Object.fromEntries(
      found.unneeded.map(({ rule, packages }) => [rule, packages.map((index) => found.packages[index]!.name)]),
    );
    expect(rules["dev-dependencies"]?.toSorted()).toEqual(["lint", "only-lint", "shared"]);
    expect(rules["several-versions"]).toEqual(["shared"]);
    const by = Object.fromEntries(found.unneeded.map(({ rule, bytes }) => [rule, bytes]));
    expect([by["source-maps"], by["test-directories"]]).toEqual([800, 90]);
  });
});

describe("ballast packages", () => {
  const run = async (...args: string[]) => cliHere(["packages", ...args]);

  it("lists, explains, draws the tree, and writes CSV and Markdown", async () => {
    const image = saved(system);
    const table = await run(image);
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(/extra +1 +4\.\d+ kB +12\.\d+ kB +0 {2}rec\. by tool/);
    const why = await run("--why", "libextra", image);
    expect(why.stdout).toMatch(
      /libextra 1 .*\n +dependency of extra\n +recommended by tool\n +requested in layer 0: RUN apt-get install tool gcc/,
    );
    const tree = (await run("--tree", image)).stdout.split("\n").map((line) => line.slice(10));
    expect(tree.slice(tree.indexOf("tool 1  requested in layer 0"))).toEqual(
      expect.arrayContaining(["  extra 1  recommended by tool", "    libextra 1"]),
    );
    const csv = (await run("--format", "csv", "--sort", "name", image)).stdout.split("\r\n");
    expect([csv[0], csv[1]]).toEqual([
      "ecosystem,name,version,architecture,bytes,bytesWithDependents,files,layer,requested,why,location",
      expect.stringMatching(/^dpkg,circle,1,amd64,128\d+,/),
    ]);
    expect((await run("--format", "markdown", image)).stdout).toContain("| <code>dpkg extra</code> | 1 |");
  });

  it("leaves out what was not asked for, and refuses what there is not", async () => {
    const image = saved({ layers: [...system.layers, [file("srv/a.jar", zip([["x", "y"]]))]] });
    expect((await run("--ecosystem", "java", image)).stdout).toMatch(/1 package: \d+ B/);
    expect((await run("--layer", "1", image)).stdout).toContain("java:a");
    for (const [args, message] of [
      [["--ecosystem", "jaba"], /there is no "jaba"; did you mean "java"/],
      [["--layer", "2"], /layer, 0 to 1/],
      [["--why", "toool"], /no package "toool"; did you mean "tool"/],
      [["--why", "tool", "--tree"], /give one of them/],
    ] as const) {
      const { status, stderr, stdout } = await run(...args, image);
      expect([status, stdout, stderr]).toEqual([2, "", expect.stringMatching(message)]);
    }
  });

  it("begins every report with what the image is made of", async () => {
    const { stdout } = await cliHere(["analyze", saved(system)]);
    expect(stdout.indexOf("Made of: 8 packages (dpkg 8)")).toBeLessThan(stdout.indexOf("Command"));
    expect(stdout).toMatch(/█ +128 kB +50\.0 % +circle +orphan/);
    const markdown = (await cliHere(["analyze", "--format", "markdown", saved(system)])).stdout;
    expect(markdown).toMatch(/\*\*Made of\*\* 8 packages/);
  });
});

it("advice that several findings share is given once, with what all of them save", async () => {
  const files = ["opt/first/a", "srv/second/b", "var/third/c"];
  const image = saved({
    layers: [files.map((path) => file(path, big("w"))), files.map((path) => file(path.replace(/[^/]+$/, ".wh.$&"), ""))],
  });
  const { stdout } = await cliHere(["analyze", "--secrets", "off", image]);
  for (const path of files) expect(stdout).toContain(path);
  expect(stdout.match(/→ .*/g)).toEqual(["→ remove them in the RUN that makes them: saves 30.0 kB"]);
});

describe("rules of the gate", () => {
  it.each([
    ["package-bytes", "1kB", 1, /is more than 1\.00 kB/],
    ["package-bytes", "1MB", 0, /at most/],
    ["recommended-bytes", "10kB", 1, /12\.\d kB is more/],
    ["recommended-bytes", "13kB", 0, /at most/],
    ["build-packages", "1", 1, /2 is more than 1/],
    ["build-packages", "2", 0, /at most 2/],
    ["forbidden-packages", "dpkg:libex*", 1, /libextra 1 is installed: dependency of extra/],
    ["forbidden-packages", "npm:libextra,openssh-server", 0, /0 found/],
  ])("%s=%s ends with status %i", async (rule, threshold, exit, reason) => {
    const { stdout, status } = await cliHere([
      "check",
      "--rules",
      "none",
      "--fail",
      `${rule}=${threshold}`,
      saved(system),
      "--json",
      "--secrets",
      "off",
    ]);
    const { gate } = parseReport(stdout) as { gate: { rules: { reason: string }[] } };
    expect([status, gate.rules[0]?.reason]).toEqual([exit, expect.stringMatching(reason)]);
  });
});

describe("images of each make", () => {
  it("distroless: a file a package in status.d, with md5sums that say what is theirs; the program is the application's", async () => {
    const found = await report({
      layers: [
        [
          file("var/lib/dpkg/status.d/base-files", "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n"),
          file("var/lib/dpkg/status.d/base-files.md5sums", `${"0".repeat(32)}  etc/debian_version\n`),
          file("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2024a\nArchitecture: all\n"),
          file("var/lib/dpkg/status.d/tzdata.md5sums", `${"0".repeat(32)}  usr/share/zoneinfo/UTC\n`),
          file("etc/debian_version", "12.4\n"),
          file("usr/share/zoneinfo/UTC", big("u", 300)),
        ],
        [file("app/server", big("s", 5000), { mode: 0o755 })],
      ],
    });
    const bytes = bytesOf(found);
    expect(bytes["tzdata"]).toBeGreaterThanOrEqual(300);
    expect(bytes["base-files"]).toBeGreaterThanOrEqual(5);
    expect(bytes["/app"]).toBe(5000);
    expect(found.packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(["base-files 12.4", "tzdata 2024a"]);
  });

  it("Alpine: apk's installed and world; what nobody asked for and nothing needs is an orphan", async () => {
    const installed = [
      ["P:musl", "V:1.2.5-r0", "A:x86_64", "p:so:libc.musl-x86_64.so.1=1", "F:lib", "R:ld-musl-x86_64.so.1"],
      ["P:busybox", "V:1.36-r1", "A:x86_64", "D:so:libc.musl-x86_64.so.1", "F:bin", "R:busybox"],
      ["P:left", "V:1-r0", "A:x86_64", "F:usr/share/left", "R:data"],
    ].map((lines) => `${lines.join("\n")}\n`);
    const found = await report({
      layers: [
        [
          file("lib/apk/db/installed", installed.join("\n")),
          file("etc/apk/world", "busybox\n"),
          file("lib/ld-musl-x86_64.so.1", big("m", 700)),
          file("bin/busybox", big("b", 900), { mode: 0o755 }),
          file("usr/share/left/data", big("l", 400)),
        ],
      ],
    });
    expect(found.packages.map(({ name, bytes, orphan }) => [name, bytes, orphan])).toEqual(
      expect.arrayContaining([
        ["busybox", 900, false],
        ["musl", 700, false],
        ["left", 400, true],
      ]),
    );
    expect(named(found, "busybox")).toMatchObject({ requested: "manual", bytesWithDependents: 1600 });
    expect(found.unneeded.map(({ rule, bytes }) => [rule, bytes])).toEqual([["orphaned-packages", 400]]);
  });
});

describe("databases that lie", () => {
  it("yield a warning that names the file, and the sum stays right", async () => {
    const broken = zip([["a", "b"]]);
    const found = await report({
      layers: [
        [
          file("var/lib/rpm/rpmdb.sqlite", Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(4000, 1)])),
          file("usr/lib/sysimage/rpm/Packages.db", "no database"),
          file("var/lib/rpm/Packages", big("x")),
          file("app/node_modules/x/package.json", "{"),
          file("opt/broken.jar", broken.subarray(0, broken.length - 30)),
          file("opt/bomb.jar", zip([["META-INF/MANIFEST.MF", "Implementation-Version: 1\r\n".repeat(200_000)]])),
          file("usr/bin/short", elf([[".text", big("t", 2000)]]).subarray(0, 700), { mode: 0o755 }),
          ...debian([{ name: "up", fields: "Depends: up\n", files: ["/../../etc/passwd", "/usr/../usr/./bin/short", "//"] }]),
          file("etc/passwd", "root"),
        ],
      ],
    });
    const told = (about: string) => found.warnings.filter(({ code }) => code === about).map(({ path }) => path);
    expect(told("package-data-unreadable")).toEqual([
      "/app/node_modules/x/package.json",
      "/opt/bomb.jar",
      "/opt/broken.jar",
      "/usr/bin/short",
    ]);
    expect(told("packages-unread")).toEqual(["/usr/lib/sysimage/rpm/Packages.db", "/var/lib/rpm/Packages", "/var/lib/rpm/rpmdb.sqlite"]);
    expect(named(found, "up").bytes).toBeGreaterThan(700);
  });

  it("of fifty thousand packages that all need each other are read in seconds", { timeout: 60_000 }, async () => {
    const count = 50_000;
    const text = Array.from({ length: count }, (_, index) => `P:p${index}\nV:1\nD:p${(index + 1) % count} all\np:all\n`).join("\n");
    const { stdout, status } = await runCli(["packages", saved({ layers: [[file("lib/apk/db/installed", text)]] })]);
    expect([status, stdout]).toEqual([0, expect.stringContaining("50,000 packages: 0 B")]);
  });

  it("with names made for a terminal are shown inert", async () => {
    const evil = "\u001b]0;owned\u0007";
    const image = saved({ layers: [[file("app/node_modules/x/package.json", JSON.stringify({ name: `${evil}|x`, version: "=cmd()" }))]] });
    for (const args of [[], ["--tree"], ["--format", "csv"], ["--format", "markdown"]]) {
      const { stdout, status } = await cliHere(["packages", ...args, image]);
      expect(status).toBe(0);
      expect(stdout).not.toContain("\u001b");
    }
  });
});

/** A 64-bit ELF program with these sections, headers last, as linkers write it. */
function elf(sections: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const all = [["", Buffer.alloc(0)] as const, ...sections, [".shstrtab", Buffer.alloc(0)] as const];
  const names = Buffer.from(all.map(([name]) => `${name}\0`).join(""));
  const header = Buffer.alloc(64);
  const bodies: Buffer[] = [];
  const table: Buffer[] = [];
  let offset = header.length;
  let nameAt = 0;
  for (const [name, content] of all) {
    const body = name === ".shstrtab" ? names : content;
    const record = Buffer.alloc(64);
    record.writeUInt32LE(nameAt, 0);
    record.writeUInt32LE(name === "" ? 0 : 1, 4);
    record.writeBigUInt64LE(BigInt(offset), 24);
    record.writeBigUInt64LE(BigInt(body.length), 32);
    table.push(record);
    bodies.push(body);
    offset += body.length;
    nameAt += name.length + 1;
  }
  header.write("\x7fELF", "latin1");
  header[4] = 2;
  header[5] = 1;
  header.writeUInt16LE(2, 16);
  header.writeBigUInt64LE(BigInt(offset), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(all.length, 60);
  header.writeUInt16LE(all.length - 1, 62);
  return Buffer.concat([header, ...bodies, ...table]);
}

/** A program with the build information of Go 1.22.1. */
function goProgram(modules: string): Buffer {
  const string = (bytes: Buffer): Buffer => Buffer.concat([varint(bytes.length), bytes]);
  const head = Buffer.alloc(32);
  head.write("\xff Go buildinf:", "latin1");
  head[14] = 8;
  head[15] = 2;
  const around = Buffer.alloc(16, 0x30);
  const info = Buffer.concat([head, string(Buffer.from("go1.22.1")), string(Buffer.concat([around, Buffer.from(modules), around]))]);
  return elf([
    [".text", Buffer.alloc(600, 1)],
    [".go.buildinfo", info],
  ]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
