/** Files that lie in a layer packed with xz, zstd or bzip2, and Debian packages, which are made of such files. */
import { deflateSync, gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { createContentScanner } from "../../../../analyzers/secrets/content-scanner.ts";
import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { severityAt } from "../../../../analyzers/secrets/match/values/path-severity.ts";
import { zipArchive } from "../../../helpers/bytes/zip-fixture.ts";
import { file, tar } from "../../../helpers/tar-fixture.ts";
import { fillTemplate } from "../fill-template.ts";

const scanner = createContentScanner(compileRules());

function places(path: string, bytes: Buffer, chunk = bytes.length): string[] {
  scanner.begin(0, path, bytes.length);
  for (let at = 0; at < bytes.length; at += chunk) scanner.write(Buffer.from(bytes.subarray(at, at + chunk)));
  return scanner.end().map(({ inside, rule, line }) => `${inside ?? "-"} ${rule}:${line}`);
}

/** A tar archive of `etc/app/app.properties` with a password in its second line, as each program packs it. */
const packed: Readonly<Record<string, string>> = {
  xz: "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Af/AHddABcLySgZacXh/aQ5cGBdMkgWCBVoy9eFIK5dA9zFZSZFv2wrUMBDrAWBYTDiuYJMdlr5DBhLaw4oT7j+ZhFuoFduZRW+UBQGMbPQ5C2mKRODLU5B2UeFEPnMDX6F2t0OgQeQVYjA3HUfWqDL9kim9o+eS0VYQfsAAABIFMlb0+iyrwABkwGAEAAAy4y4lLHEZ/sCAAAAAARZWg==",
  zst: "KLUv/QRobQMAIgYVGIBPB5C4SdXjBBHl6jBtymdnk1Y4+QZFBgk0V5IxbloOSXm4wrrhNoiKeBs4ckSJXG1jvVg7/2QY28oH6QjCDc/nK/7ne8azNYqsW/G2XSg4UYUWCSAQP4XOX+YoCaQpDKBleAGBYrKSI4qnt+A=",
  bz2: "QlpoOTFBWSZTWfWv5/kAABnfgsqQQAH/4gBEJABuq9/AAgAICCAAdRRPUZGgAaaAaHqGmgNCmR6QgwRkxGhoMepnBjMCRwICf5yUHKsZAGBcabZL9HiihQVsEBC9CkAFKF6qld60inP1on1kcDCHuMuAGdnahEonD2IuTjeCdE1c8GhN+eyynGjbI5rCLcXckU4UJD1r+f5A",
};
const bytesOf = (ending: string): Buffer => Buffer.from(packed[ending]!, "base64");
const expected = "etc/app/app.properties key-value:2";

/** ar(5), as dpkg-deb writes it. */
function deb(members: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const pieces = members.map(([name, content]) => {
    const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(content.length).padEnd(10)}\x60\n`;
    return Buffer.concat([Buffer.from(header, "latin1"), content, Buffer.alloc(content.length % 2, "\n")]);
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...pieces]);
}

const version = ["debian-binary", Buffer.from("2.0\n")] as const;
const control = ["control.tar.gz", gzipSync(tar([file("./control", "Package: acme\n")]))] as const;

describe("a file that is packed", () => {
  it.each(Object.keys(packed))("with %s is looked into, in chunks of any size", (ending) => {
    for (const chunk of [10_000, 61, 7]) {
      expect(places(`srv/app.tar.${ending}`, bytesOf(ending), chunk)).toEqual([expected]);
      expect(scanner.cutShort).toBeNull();
    }
  });

  it.each(Object.keys(packed))("with %s and cut off is called damaged, and the next is read", (ending) => {
    expect(places(`srv/app.tar.${ending}`, bytesOf(ending).subarray(0, -30))).toEqual([]);
    expect(scanner.cutShort).toBe("the archive holds app.tar, which is damaged and was not looked at");
    expect(places(`srv/app.tar.${ending}`, bytesOf(ending))).toEqual([expected]);
  });

  it.each([
    [12, "bz2"],
    [93, "zst"],
    [95, "xz"],
  ] as const)("by method %i of zip archives is looked into", (method, ending) => {
    const zip = zipArchive([{ name: "app.tar", content: "", method, packed: bytesOf(ending) }]);
    expect(places("srv/app.zip", zip)).toEqual([`app.tar!/${expected}`]);
    expect(scanner.cutShort).toBeNull();
  });

  it("in a way that its decoder leaves out is told as that", () => {
    // The word "ballast", written with `--x86 --lzma2`.
    const xz = "/Td6WFoAAATm1rRGAgEEACEBFgANhjUfAQAGYmFsbGFzdAAAu4mDXfItPuUAAR8HFi64cx+2830BAAAAAARZWg==";
    places("srv/a.xz", Buffer.from(xz, "base64"));
    expect(scanner.cutShort).toBe("the archive holds a, which is packed in a way that is not read and was not looked at");
  });

  it("in several streams is read to its end", () => {
    const twice = Buffer.concat([bytesOf("bz2"), bytesOf("bz2")]);
    expect(places("srv/app.tar.bz2", twice).slice(0, 1)).toEqual([expected]);
    expect(scanner.cutShort).toBeNull();
  });
});

describe("a Debian package", () => {
  it.each(Object.keys(packed))("whose files are packed with %s is looked into", (ending) => {
    const whole = deb([version, control, [`data.tar.${ending}`, bytesOf(ending)]]);
    for (const chunk of [whole.length, 97]) expect(places("srv/acme.deb", whole, chunk)).toEqual([`data.tar.${ending}!/${expected}`]);
  });

  it("may hold a program's archive", () => {
    const jar = zipArchive([{ name: "app.properties", content: fillTemplate("spring.password={alnum:14}9\n") }]);
    const whole = deb([version, control, ["data.tar.gz", gzipSync(tar([file("./opt/app.jar", jar)]))]]);
    expect(places("srv/acme.deb", whole)).toEqual(["data.tar.gz!/opt/app.jar!/app.properties key-value:1"]);
    expect(scanner.cutShort).toBeNull();
  });

  it("that is cut off or damaged says so", () => {
    const whole = deb([version, control, ["data.tar.xz", bytesOf("xz")]]);
    expect(places("srv/acme.deb", whole.subarray(0, -50))).toEqual([]);
    expect(scanner.cutShort).not.toBeNull();
    const odd = Buffer.from(whole);
    odd.write("no number", 8 + 60 + 4 + 48, "latin1");
    expect(places("srv/acme.deb", odd)).toEqual([]);
    expect(scanner.cutShort).toBe("the archive is damaged, and its rest was not looked at");
  });

  it("is not every archive of ar: libraries are read as they are", () => {
    const library = Buffer.concat([Buffer.from("!<arch>\n/               "), Buffer.alloc(600, "x")]);
    expect(places("usr/local/lib/liba.a", library)).toEqual([]);
    expect(scanner.cutShort).toBeNull();
  });
});

describe("an RPM package", () => {
  const field = (value: number): string => value.toString(16).padStart(8, "0");
  /** cpio's "new ASCII" form of one file. */
  const cpio = (name: string, content: string, mode = 0o100644): Buffer => {
    const entry = (said: string, bytes: string, kind: number): string => {
      const fields = [1, kind, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, said.length + 1, 0].map((value) => field(value)).join("");
      const head = `070701${fields}${said}\0`;
      return [head, bytes].map((part) => part + "\0".repeat((4 - (part.length % 4)) % 4)).join("");
    };
    return Buffer.from(entry(name, content, mode) + entry("TRAILER!!!", "", 0), "latin1");
  };
  const header = (bytes: number): Buffer => {
    const head = Buffer.alloc(16 + 16 + bytes);
    head.writeUInt32BE(0x8eade801, 0);
    head.writeUInt32BE(1, 8);
    head.writeUInt32BE(bytes, 12);
    return head;
  };
  const rpm = (payload: Buffer): Buffer => {
    const lead = Buffer.alloc(96);
    lead.writeUInt32BE(0xedabeedb, 0);
    return Buffer.concat([lead, header(5), Buffer.alloc(3), header(12), payload]);
  };
  const settings = fillTemplate("url=x\npassword={alnum:14}\n");

  it("is looked into, in chunks of any size", () => {
    const bytes = rpm(gzipSync(cpio("./etc/app/app.properties", settings)));
    for (const chunk of [10_000, 61, 7]) expect(places("srv/app.rpm", bytes, chunk)).toEqual(["etc/app/app.properties key-value:2"]);
    expect(scanner.cutShort).toBeNull();
  });

  it("may have its files unpacked, and links among them", () => {
    expect(places("srv/app.rpm", rpm(cpio("./etc/app/app.properties", settings)))).toContain("etc/app/app.properties key-value:2");
    expect(places("srv/app.rpm", rpm(gzipSync(cpio("./etc/app/app.properties", settings, 0o120777))))).toEqual([]);
    expect(scanner.cutShort).toBeNull();
  });

  it("that is damaged is called so", () => {
    const whole = cpio("./etc/app/app.properties", settings);
    places("srv/app.rpm", rpm(gzipSync(whole.subarray(0, 150))));
    expect(scanner.cutShort).toBe("the archive is damaged, and its rest was not looked at");
    places("srv/app.rpm", rpm(gzipSync(whole)).subarray(0, 118));
    expect(scanner.cutShort).toBe("the archive is damaged and was not looked into");
    places("srv/app.rpm", rpm(Buffer.from("]\0\0\x80\0", "latin1")));
    expect(scanner.cutShort).toBe("the archive is packed in a way that is not read");
  });
});

describe("a loose object of git", () => {
  const object = (kind: string, content: string): Buffer => deflateSync(`${kind} ${content.length}\0${content}`);
  const note = fillTemplate("# deploy\nglpat-{alnum:20}\n");
  const path = `objects/ab/${"0123456789".repeat(4).slice(0, 38)}`;

  it.each(["app/.git/", "srv/repo.git/", ""])("is looked into: %sobjects", (place) => {
    expect(places(`${place}${path}`, object("blob", note))).toEqual(["blob gitlab-pat:2"]);
    expect(places(`${place}${path}`, object("commit", note), 7)).toEqual(["commit gitlab-pat:2"]);
    expect(places(`${place}${path}`, object("tree", note))).toEqual([]);
    expect(scanner.cutShort).toBeNull();
  });

  it("is none elsewhere, and called damaged where it is", () => {
    expect(places("srv/a", object("blob", note))).toEqual([]);
    expect(scanner.cutShort).toBeNull();
    places(path, object("blob", note).subarray(0, -6));
    expect(scanner.cutShort).toBe("the archive holds an object of git, which is damaged and was not looked at");
  });
});

describe("settings in the history of a repository", () => {
  const path = "app/.git/objects/ab/0123456789abcdef0123456789abcdef012345";
  const blob = (text: string): Buffer => deflateSync(Buffer.concat([Buffer.from(`blob ${text.length}\0`), Buffer.from(text)]));

  it.each([
    ["a .env file", "# live\nDB_HOST=db\nDB_PASSWORD={alnum:12}7\n", 3],
    ["YAML", "spring:\n  datasource:\n    username: app\n    password: {alnum:12}7\n", 4],
    ["a program of settings", 'DEBUG = False\nAPI_TOKEN = "{alnum:32}"\n', 2],
  ])("are found in %s that a later commit took out", (_what, template, line) => {
    expect(places(path, blob(fillTemplate(template)))).toEqual([`blob key-value:${line}`]);
    expect(severityAt(`${path}!/blob`, "high", "setting")).toBe("medium");
  });

  it("are not looked for in programs and texts, whose names nobody knows there", () => {
    expect(places(path, blob(fillTemplate('import os\n\nPASSWORD = "{alnum:12}7"\n')))).toEqual([]);
    expect(places(path, blob(fillTemplate("# Login\n\nSay password: {alnum:12}7 to enter.\n")))).toEqual([]);
  });
});

describe("a pack of git", () => {
  const kinds = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;
  const token = fillTemplate("glpat-{alnum:20}");
  const note = `# deploy\n${token}\n`;
  const path = "app/.git/objects/pack/pack-1a2b.pack";

  /** An object's head: its kind, then its unpacked bytes, seven bits at a time behind the first four. */
  const head = (kind: number, bytes: number): Buffer => {
    const sizes = [bytes >> 4];
    while (sizes.at(-1)! > 0x7f) sizes.push(sizes.at(-1)! >> 7);
    const rest = bytes < 16 ? [] : sizes.map((size, i) => (size & 0x7f) | (i < sizes.length - 1 ? 0x80 : 0));
    return Buffer.from([(rest.length > 0 ? 0x80 : 0) | (kind << 4) | (bytes & 0x0f), ...rest]);
  };
  const whole = (kind: keyof typeof kinds, content: string): Buffer =>
    Buffer.concat([head(kinds[kind], content.length), deflateSync(content)]);
  const pack = (objects: readonly Buffer[]): Buffer => {
    const start = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1");
    start.writeUInt32BE(objects.length, 8);
    return Buffer.concat([start, ...objects, Buffer.alloc(20, 1)]);
  };
  /** What is new stands behind 9 bytes that are copied of the object before. */
  const delta = (offset: readonly number[], kind: number, text: string): Buffer => {
    const content = Buffer.concat([Buffer.from([0x80, 0x01, 0x30, 0x90, 9, text.length]), Buffer.from(text)]);
    return Buffer.concat([head(kind, content.length), Buffer.from(offset), deflateSync(content)]);
  };

  it("is looked into: commits, files, tags and what is new in a difference", () => {
    const objects = [
      whole("commit", `tree 0\n\n${note}`),
      whole("tree", "40000 src\0"),
      whole("blob", "a".repeat(3000)),
      whole("blob", note),
      delta([0x81, 0x02], 6, `x\n${token}\n`),
      delta(
        Array.from({ length: 20 }, () => 7),
        7,
        token,
      ),
      whole("tag", token),
    ];
    const expected = ["commit gitlab-pat:4", "blob gitlab-pat:2", "change gitlab-pat:2", "change gitlab-pat:1", "tag gitlab-pat:1"];
    expect(places(path, pack(objects))).toEqual(expected);
    expect(places(path, pack(objects), 100)).toEqual(expected);
    expect(scanner.cutShort).toBeNull();
  });

  it("of too many objects, or too large ones, is named", () => {
    const large = Buffer.concat([head(kinds.blob, 33 * 1024 * 1024), deflateSync("")]);
    expect(places(path, pack([whole("blob", note), large, whole("blob", token)]))).toEqual(["blob gitlab-pat:2"]);
    expect(scanner.cutShort).toBe("the archive holds more or larger objects of git than are looked at");
  });

  it("holds the files of tests as well: what is found counts a grade less", () => {
    for (const place of [path, `srv/repo.git/objects/pack/a.pack`]) {
      expect(severityAt(`${place}!/blob`, "critical", "form")).toBe("high");
      expect(severityAt(`${place}!/blob`, "high", "name")).toBe("low");
    }
    expect(severityAt("srv/objects/a.env", "critical", "form")).toBe("critical");
  });

  it("that is damaged is named, and told what came before", () => {
    const bytes = pack([whole("blob", note), whole("blob", note)]);
    expect(places(path, bytes.subarray(0, -30))).toEqual(["blob gitlab-pat:2"]);
    expect(scanner.cutShort).toBe("the archive holds an object of git that is damaged, and what follows was not looked at");
    expect(places("srv/other.pack", bytes)).toEqual([]);
    expect(scanner.cutShort).toBeNull();
  });
});
