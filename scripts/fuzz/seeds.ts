/** Well-formed files of the kinds that are mutated, as short as they can be with every key in them. */
import { deflateRawSync, deflateSync } from "node:zlib";

import { crc32 } from "../../test/helpers/bytes/crc32.ts";

const text = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join("\n")}\n`);
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4);
  return bytes;
}

/** A header of rpm: tag → strings (type 8) or numbers (type 4). */
function rpmHeader(values: readonly (readonly [tag: number, value: readonly string[] | readonly number[]])[]): Buffer {
  const rows: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of values) {
    const isText = typeof value[0] === "string";
    const bytes = isText ? Buffer.from(value.map((each) => `${each}\0`).join("")) : words(...(value as readonly number[]));
    rows.push(words(tag, isText ? 8 : 4, offset, value.length));
    data.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([words(rows.length, offset), ...rows, ...data]);
}

/** One page of slots, then one blob (rpm lib/backend/ndb/rpmpkg.c). */
function rpmNdb(blob: Buffer): Buffer {
  const page = Buffer.alloc(4096);
  page.write("RpmP", "latin1");
  page.writeUInt32LE(1, 12);
  for (let at = 32; at < 4096; at += 16) page.write("Slot", at, "latin1");
  page.writeUInt32LE(1, 36);
  page.writeUInt32LE(256, 40);
  const body = Buffer.alloc(Math.ceil((16 + blob.length) / 16) * 16);
  body.write("BlbS", "latin1");
  body.writeUInt32LE(1, 4);
  body.writeUInt32LE(blob.length, 12);
  blob.copy(body, 16);
  return Buffer.concat([page, body]);
}

/** A page of each kind that sqlite's readers go through (sqlite.org/fileformat2): enough to be followed into. */
function sqlite(blob: Buffer): Buffer {
  const pageBytes = 4096;
  const schema = Buffer.alloc(pageBytes);
  schema.write("SQLite format 3\0", "latin1");
  schema.writeUInt16BE(pageBytes, 16);
  schema.set([1, 1, 0, 64, 32, 32], 18);
  schema.writeUInt32BE(2, 28);
  const sql = Buffer.from("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)");
  const columns = [Buffer.from("table"), Buffer.from("Packages"), Buffer.from("Packages"), Buffer.from([2]), sql];
  const types = [13 + 5 * 2, 13 + 8 * 2, 13 + 8 * 2, 1, 0];
  const header = Buffer.from([7, ...types.slice(0, 4), 0x81, (13 + sql.length * 2) & 0x7f]);
  leaf(schema, 100, Buffer.concat([header, ...columns]));
  const packages = Buffer.alloc(pageBytes);
  const size = 12 + blob.length * 2;
  leaf(packages, 0, Buffer.concat([Buffer.from([5, 0, 0x80 | (size >> 14), 0x80 | ((size >> 7) & 0x7f), size & 0x7f]), blob]));
  return Buffer.concat([schema, packages]);
}

/** A leaf page of a table with one row. */
function leaf(page: Buffer, at: number, record: Buffer): void {
  const cell = Buffer.concat([Buffer.from([0x80 | (record.length >> 7), record.length & 0x7f, 1]), record]);
  const start = page.length - cell.length;
  cell.copy(page, start);
  page[at] = 13;
  page.writeUInt16BE(1, at + 3);
  page.writeUInt16BE(start, at + 5);
  page.writeUInt16BE(start, at + 8);
}

/** A jar with one deflated pom.properties (PKWARE appnote). */
function jar(): Buffer {
  const name = Buffer.from("META-INF/maven/org.example/app/pom.properties");
  const content = text(["groupId=org.example", "artifactId=app", "version=1.0"]);
  const packed = deflateRawSync(content);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), facts, name, packed]);
  const central = Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\0"), facts, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

/** A 64-bit program with the sections that are looked into: Go's build information and what cargo-auditable writes (gABI, Figure 4-8). */
function elf(): Buffer {
  const goInfo = Buffer.concat([
    Buffer.from("\xff Go buildinf:\x08\x02", "latin1"),
    Buffer.alloc(16),
    Buffer.from([8]),
    Buffer.from("go1.26.0"),
    Buffer.from([0x40]),
    Buffer.from("0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6path\tapp\nmod\tapp\t(devel)\t\n".padEnd(64, " "), "latin1"),
  ]);
  const crates = deflateSync(json({ packages: [{ name: "app", version: "1.0.0", source: "local", root: true, dependencies: [] }] }));
  const names = Buffer.from("\0.go.buildinfo\0.dep-v0\0.debug_info\0.symtab\0.shstrtab\0");
  const contents = [goInfo, crates, Buffer.alloc(100, 1), Buffer.alloc(48), names];
  const labels = [".go.buildinfo", ".dep-v0", ".debug_info", ".symtab", ".shstrtab"];
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(2, 16);
  const sections = [Buffer.alloc(64)];
  let offset = 64;
  for (const [at, content] of contents.entries()) {
    const section = Buffer.alloc(64);
    section.writeUInt32LE(names.indexOf(labels[at]!), 0);
    section.writeUInt32LE(1, 4);
    section.writeBigUInt64LE(BigInt(offset), 24);
    section.writeBigUInt64LE(BigInt(content.length), 32);
    sections.push(section);
    offset += content.length;
  }
  header.writeBigUInt64LE(BigInt(offset), 40);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(sections.length, 60);
  header.writeUInt16LE(sections.length - 1, 62);
  return Buffer.concat([header, ...contents, ...sections]);
}

const bash = rpmHeader([
  [1000, ["bash"]],
  [1001, ["5.2"]],
  [1002, ["1.el9"]],
  [1022, ["x86_64"]],
  [1117, ["bash", "README"]],
  [1118, ["/usr/bin/", "/usr/share/doc/bash/"]],
  [1116, [0, 1]],
  [1049, ["libc.so.6"]],
  [1047, ["bash"]],
]);

/** Path in an image → content. */
export const databases: ReadonlyMap<string, Buffer> = new Map([
  [
    "var/lib/dpkg/status",
    text([
      "Package: bash",
      "Status: install ok installed",
      "Version: 5.2-1",
      "Architecture: amd64",
      "Essential: yes",
      "Depends: libc6 (>= 2.36), base | other:any [amd64] <!nocheck>",
      "Recommends: doc",
      "Description: shell",
      " more",
      "",
      "Package: libc6",
      "Status: install ok installed",
      "Version: 1:2.36-9+deb12u4",
      "Architecture: amd64",
      "Provides: base (= 1)",
      "Depends: bash",
    ]),
  ],
  ["var/lib/dpkg/info/bash.list", text(["/.", "/usr", "/usr/bin/bash", "/bin/bash"])],
  ["var/lib/dpkg/info/libc6:amd64.list", text(["/usr/lib/libc.so.6", "/usr/bin/bash"])],
  ["var/lib/dpkg/diversions", text(["/usr/bin/bash", "/usr/bin/bash.real", "libc6"])],
  ["var/lib/apt/extended_states", text(["Package: libc6", "Architecture: amd64", "Auto-Installed: 1"])],
  [
    "lib/apk/db/installed",
    text(["P:busybox", "V:1.36-r0", "A:x86_64", "D:so:libc.musl so:b", "p:cmd:sh", "F:usr/bin", "R:bash", "Z:Q1x", "a:0:0:755"]),
  ],
  ["etc/apk/world", text(["busybox", "a>1.0", ".virtual=1"])],
  ["var/lib/rpm/rpmdb.sqlite", sqlite(bash)],
  ["usr/lib/sysimage/rpm/Packages.db", rpmNdb(bash)],
  ["usr/lib/sysimage/libdnf5/packages.toml", text(['version = "1.0"', "[packages]", 'bash.x86_64 = {reason = "User"}'])],
  ["var/lib/pacman/local/bash-5.2-1/desc", text(["%NAME%", "bash", "", "%VERSION%", "5.2-1", "", "%DEPENDS%", "glibc>=2", ""])],
  ["var/lib/pacman/local/bash-5.2-1/files", text(["%FILES%", "usr/", "usr/bin/bash", ""])],
  ["srv/package.json", json({ name: "srv", version: "1.0.0", dependencies: { left: "^1" }, devDependencies: { right: "*" } })],
  [
    "srv/node_modules/left/package.json",
    json({ name: "left", version: "1.2.3", dependencies: { right: "~2" }, optionalDependencies: { left: "1" } }),
  ],
  ["srv/node_modules/@s/right/package.json", json({ name: "@s/right", version: "2.0.0", peerDependencies: { left: "*" } })],
  [
    "usr/lib/python3/dist-packages/flask-3.0.dist-info/METADATA",
    text([
      "Metadata-Version: 2.1",
      "Name: Flask",
      "Version: 3.0",
      "Requires-Dist: click (>=8) ; extra == 'x' and python_version < '4'",
      "",
      "text",
    ]),
  ],
  [
    "usr/lib/python3/dist-packages/flask-3.0.dist-info/RECORD",
    text(["flask/__init__.py,sha256=abc,10", '"a,b",,', "../../../bin/flask,,"]),
  ],
  ["usr/lib/python3/dist-packages/old.egg-info/PKG-INFO", text(["Name: old", "Version: 1"])],
  ["usr/lib/python3/dist-packages/old.egg-info/installed-files.txt", text(["../old.py", "PKG-INFO"])],
  [
    "srv/vendor/composer/installed.json",
    json({ packages: [{ name: "a/b", version: "1", require: { "c/d": "^1" }, "install-path": "../a/b" }] }),
  ],
  [
    "srv/app.deps.json",
    json({
      targets: { net8: { "app/1.0": { dependencies: { x: "1.0" }, runtime: { "app.dll": {} } } } },
      libraries: { "app/1.0": { type: "project" } },
    }),
  ],
  ["opt/conda/conda-meta/x-1-0.json", json({ name: "x", version: "1", files: ["bin/x"], depends: ["python >=3"] })],
  [
    "usr/lib/ruby/gems/3/specifications/rack-3.gemspec",
    text([
      "Gem::Specification.new do |s|",
      '  s.name = "rack".freeze',
      '  s.version = "3.0"',
      '  s.add_runtime_dependency(%q<x>.freeze, ["~> 1"])',
      "end",
    ]),
  ],
  ["srv/app.jar", jar()],
  ["usr/lib/app.so", elf()],
]);

export const ballastYaml = `rules:
  fail:
    image-size: 500MB
    layer-size: 100MB
    efficiency: 0.9
    secrets: high
    forbidden-paths:
      - "/root/**"
      - "**/*.{pem,key}"
    forbidden-packages: [curl, "gcc*"]
  warn:
    duplicates: 10MB
ignore:
  - rule: secrets
    paths: ["/usr/share/doc/**"]
    reason: examples
    expires: 2030-01-01
secrets:
  allow:
    - fingerprint: "0123456789abcdef"
      reason: known
`;

export const diveCi = `rules:
  lowestEfficiency: 0.95
  highestWastedBytes: 20MB
  highestUserWastedPercent: 0.20
`;

export const gitleaksToml = `title = "ours"
[extend]
useDefault = true
disabledRules = ["jwt"]
[[rules]]
id = "ours"
description = "Our token"
regex = '''(?i)our[_-]?token["'\\s:=]{1,5}([a-z0-9]{20,40})'''
secretGroup = 1
entropy = 3.5
keywords = ["our"]
path = '''\\.env$'''
[[rules.allowlists]]
condition = "AND"
regexes = ['''example''']
stopwords = ["test"]
paths = ['''(^|/)docs/''']
[allowlist]
paths = ['''vendor''']
`;

export const planJson = JSON.stringify({
  schemaVersion: 1,
  image: { reference: "app.tar", configDigest: `sha256:${"1".repeat(64)}`, layers: 2, platform: "linux/amd64" },
  keepLayers: 0,
  baseLayers: 0,
  figures: { totalBytes: 10, finalBytes: 5 },
  settings: {
    compression: { kind: "gzip", level: 6 },
    order: "path",
    history: "keep",
    manifest: "oci",
    clampTime: null,
    created: null,
    boundaries: ["/opt/**"],
    config: { setEnv: [["A", "1"]], unsetEnv: ["B"], labels: [["a", "b"]] },
  },
  steps: [
    {
      id: "remove",
      kind: "remove",
      title: "x",
      detail: "y",
      enabled: true,
      saving: { uncompressed: 1, compressed: 1, afterSharing: null, exactness: "exact" },
      paths: [{ path: "/a", bytes: 1 }],
      groups: [],
      scrub: null,
      kept: [],
    },
    {
      id: "scrub",
      kind: "scrub-secrets",
      title: "x",
      detail: "y",
      enabled: true,
      saving: { uncompressed: 1, compressed: 1, afterSharing: null, exactness: "exact" },
      paths: [],
      groups: [],
      scrub: { env: ["A"], labels: [], history: true },
    },
  ],
});
