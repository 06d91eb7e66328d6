import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { createContentScanner } from "../../../../analyzers/secrets/content-scanner.ts";
import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import type { SecretHit } from "../../../../analyzers/secrets/match/secret-hit.ts";
import { file, tar } from "../../../helpers/tar-fixture.ts";
import { zipArchive } from "../../../helpers/bytes/zip-fixture.ts";
import { fillTemplate } from "../fill-template.ts";
import { threadTime } from "../../../helpers/thread-time.ts";

const scanner = createContentScanner(compileRules());

function scan(path: string, bytes: Buffer, chunk = bytes.length): SecretHit[] {
  scanner.begin(0, path, bytes.length);
  for (let at = 0; at < bytes.length; at += chunk) scanner.write(Buffer.from(bytes.subarray(at, at + chunk)));
  return scanner.end();
}

const places = (hits: readonly SecretHit[]): string[] => hits.map(({ inside, rule, line }) => `${inside ?? "-"} ${rule}:${line}`);

const settings = (): string => fillTemplate("server.port=8080\nspring.token=ghp_{crc32}\n");
const noise = Buffer.from(Array.from({ length: 40_000 }, (_, i) => String.fromCharCode(33 + ((i * i * 7919) % 90))).join(""));

describe("a secret in an archive in a layer", () => {
  const name = "BOOT-INF/classes/application.properties";
  const kinds = {
    "a deflated zip archive": zipArchive([
      { name: "a.txt", content: noise },
      { name, content: settings() },
    ]),
    "a stored one": zipArchive([
      { name: "a.txt", content: noise, stored: true },
      { name, content: settings(), stored: true },
    ]),
    "one whose sizes follow the data": zipArchive([
      { name: "META-INF/", content: "", sizesFollow: true },
      { name: "stored/", content: "", stored: true, sizesFollow: true },
      { name: "a.txt", content: noise, sizesFollow: true },
      { name, content: settings(), sizesFollow: true },
    ]),
    "a tar archive": tar([file("a.txt", noise), file(name, settings())]),
    "a compressed tar archive": gzipSync(tar([file("./a.txt", noise), file(`./${name}`, settings())])),
  };
  for (const [kind, bytes] of Object.entries(kinds)) {
    for (const chunk of [bytes.length, 65_536, 997, 13]) {
      it(`is found in ${kind} that comes in chunks of ${chunk}`, () => {
        expect(places(scan("app/app.bin", bytes, chunk))).toEqual([`${name} github-pat:2`]);
        expect(scanner.cutShort).toBeNull();
      });
    }
  }

  it("is found in a compressed file, under the name that it has unpacked", () => {
    expect(places(scan("backup/dump.sql.gz", gzipSync(settings())))).toEqual(["dump.sql github-pat:2"]);
  });

  it("is found two archives deep, and a third is told instead", () => {
    const inner = zipArchive([{ name: "conf/app.properties", content: settings() }]);
    const war = zipArchive([{ name: "WEB-INF/own.jar", content: inner, stored: true }]);
    expect(places(scan("srv/app.war", war))).toEqual(["WEB-INF/own.jar!/conf/app.properties github-pat:2"]);
    expect(scanner.cutShort).toBeNull();
    expect(places(scan("srv/all.tgz", gzipSync(tar([file("own.jar", inner)]))))).toEqual(["own.jar!/conf/app.properties github-pat:2"]);
    const ear = zipArchive([{ name: "app.war", content: war }]);
    expect(places(scan("srv/app.ear", ear)).filter((place) => place.includes("app.properties"))).toEqual([]);
    expect(scanner.cutShort).toBe("the archive app.war!/WEB-INF/own.jar in it is nested in more than 2 archives and was not looked into");
  });

  it("is judged by the format of the file in the archive", () => {
    const zip = zipArchive([{ name: "home/.netrc", content: fillTemplate("machine a.example login b password {alnum:16}\n") }]);
    expect(places(scan("opt/home.zip", zip))).toEqual(["home/.netrc credentials-file:1"]);
  });

  it("is found behind an archive of the same scanner that was cut off", () => {
    const zip = zipArchive([
      { name: "a.txt", content: noise },
      { name: "b", content: settings() },
    ]);
    expect(scan("a.zip", zip.subarray(0, 200))).toEqual([]);
    expect(scanner.cutShort).toBe("the archive is cut off, and its last entry was not looked at");
    expect(places(scan("a.zip", zip))).toEqual(["b github-pat:2"]);
    expect(scanner.cutShort).toBeNull();
  });
});

describe("an archive that costs too much, or cannot be read", () => {
  it("stops at a ratio that no text has, and goes on behind it", () => {
    const bomb = Buffer.alloc(40 * 1024 * 1024, "a");
    const zip = zipArchive([
      { name: "bomb", content: bomb, sizesFollow: true },
      { name: "b.txt", content: settings() },
    ]);
    expect(places(scan("a.zip", zip))).toEqual(["b.txt github-pat:2"]);
    expect(scanner.cutShort).toMatch(/^the archive holds bomb, which unpacks to more than \d+ bytes and was not looked at$/);
    expect(scan("a.gz", gzipSync(bomb))).toEqual([]);
    expect(scanner.cutShort).toMatch(/^the archive holds a, which unpacks to more than \d+ bytes/);
  });

  it("says what is encrypted or packed in another way", () => {
    scan("a.zip", zipArchive([{ name: "x", content: "1", encrypted: true }]));
    expect(scanner.cutShort).toBe("the archive holds x, which is encrypted and was not looked at");
    scan("a.zip", zipArchive([{ name: "x", content: "1", method: 98 }]));
    expect(scanner.cutShort).toBe("the archive holds x, which is packed with method 98 and was not looked at");
  });

  it("says what is damaged", () => {
    const gzip = gzipSync(settings());
    gzip.fill(0xff, 12, 30);
    scan("a.txt.gz", gzip);
    expect(scanner.cutShort).toBe("the archive holds a.txt, which is damaged and was not looked at");
    const archive = tar([file("a", settings()), file("b", noise)]);
    archive.fill(0xff, 1024, 1536);
    expect(places(scan("a.tar", archive))).toEqual(["a github-pat:2"]);
    expect(scanner.cutShort).toBe("the archive is damaged, and its rest was not looked at");
  });

  it("is read in time proportional to its bytes when it is made of signatures", () => {
    const local = zipArchive([{ name: "a", content: "x", sizesFollow: true }]).subarray(0, 31);
    const hostile = Buffer.concat([local, Buffer.from("PK\x07\x08".repeat(500_000), "latin1")]);
    const begun = threadTime();
    scan("a.zip", hostile, 65_536);
    expect(threadTime() - begun).toBeLessThan(2000);
  });
});
