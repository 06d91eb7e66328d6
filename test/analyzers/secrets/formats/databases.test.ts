/** Secrets in the tables of SQLite databases, and files that claim to be one. */
import { describe, expect, it } from "vitest";

import { createContentScanner } from "../../../../analyzers/secrets/content-scanner.ts";
import { databaseText } from "../../../../analyzers/secrets/match/formats/sqlite.ts";
import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { matchesIn } from "../../../../analyzers/secrets/match/scan/file-scanner.ts";
import { sqliteSettings } from "../../../fixtures/sqlite-settings.ts";
import { threadTime } from "../../../helpers/thread-time.ts";

const rules = compileRules();
const found = (path: string, bytes: Buffer): string[] =>
  matchesIn(rules, bytes, path)
    .filter(({ severity }) => severity !== "low" && severity !== "info")
    .map(({ secret }) => secret)
    .sort();

describe("an SQLite database", () => {
  const secrets = ["Pw-of-user-40", "from-a-blob-8k2", "in-a-url-3q", "mail-Pw-71x"];

  it("gives away what its cells hold, by the names of columns and settings", () => {
    expect(found("srv/app/db.sqlite3", sqliteSettings())).toEqual(secrets);
  });

  it("says where each stands", () => {
    const bytes = sqliteSettings();
    for (const { start, secret } of matchesIn(rules, bytes, "srv/app/db.sqlite3"))
      expect(bytes.toString("latin1", start, start + secret.length)).toBe(secret);
  });

  it("is read the same when it comes in pieces", () => {
    const scanner = createContentScanner(rules);
    const bytes = sqliteSettings();
    scanner.begin(0, "srv/app/db.sqlite3", bytes.length);
    for (let at = 0; at < bytes.length; at += 700) scanner.write(bytes.subarray(at, at + 700));
    expect(scanner.end().length).toBe(secrets.length);
  });

  it("of the system's is left alone", () => {
    expect(found("var/lib/rpm/rpmdb.sqlite", sqliteSettings())).toEqual([]);
  });

  it("that is cut short or damaged at any byte is read as far as it goes", () => {
    const bytes = sqliteSettings();
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0xff;
      expect(typeof databaseText(damaged).text).toBe("string");
      if (at >= 100) expect(typeof databaseText(bytes.subarray(0, at)).text).toBe("string");
    }
  });

  it("whose pages name one cell thirty thousand times takes no longer than others", () => {
    const page = 65_536;
    const bytes = Buffer.alloc(64 * page);
    sqliteSettings().copy(bytes, 0, 0, 100);
    bytes.writeUInt16BE(1, 16);
    for (let start = 0; start < bytes.length; start += page) {
      const head = start === 0 ? 100 : start;
      bytes[head] = 0x0d;
      bytes.writeUInt16BE(30_000, head + 3);
      for (let i = 0; i < 30_000; i += 1) bytes.writeUInt16BE(60_100, head + 8 + 2 * i);
      bytes.set([0x94, 0x40, 1, 0x20, ...Array.from({ length: 31 }, () => 0x7f)], start + 60_100);
    }
    const begun = threadTime();
    databaseText(bytes);
    expect(threadTime() - begun).toBeLessThan(2000);
  });
});
