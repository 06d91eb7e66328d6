/** Strings that compiled programs give names to. */
import { describe, expect, it } from "vitest";

import { createContentScanner } from "../../../../analyzers/secrets/content-scanner.ts";
import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { fillTemplate } from "../fill-template.ts";

const scanner = createContentScanner(compileRules());
const password = fillTemplate("k7{alnum:10}9");

function found(path: string, bytes: Buffer): string[] {
  scanner.begin(0, path, bytes.length);
  scanner.write(bytes);
  return scanner.end().map(({ rule, key, offset, severity }) => {
    expect(bytes.toString("latin1", offset, offset + password.length)).toBe(password);
    return `${severity} ${rule} ${key}`;
  });
}

const u2 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const u4 = (value: number): Buffer => Buffer.from([0, 0, value >> 8, value & 0xff]);

/** `class A { static final String NAME = "value"; static String field = "value"; }` */
function javaClass(name: string, value: string, field = name): Buffer {
  const text = (said: string): Buffer => Buffer.concat([Buffer.from([1]), u2(said.length), Buffer.from(said)]);
  const constants = [
    text("A"), // 1
    Buffer.from([7, 0, 1]),
    text(name), // 3
    text("Ljava/lang/String;"),
    text("ConstantValue"), // 5
    text(value),
    Buffer.from([8, 0, 6]), // 7
    Buffer.from([5, 0, 0, 0, 0, 0, 0, 0, 7]), // 8, and 9
    text(field), // 10
    Buffer.from([12, 0, 10, 0, 4]),
    Buffer.from([9, 0, 2, 0, 11]), // 12
    text("Code"),
  ];
  const constant = Buffer.concat([u2(0x1a), u2(3), u2(4), u2(1), u2(5), u4(2), u2(7)]);
  const stored = Buffer.from([0x12, 7, 0xb3, 0, 12, 0xb1]);
  return Buffer.concat([
    Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]),
    u2(constants.length + 2),
    ...constants,
    ...[u2(0x21), u2(2), u2(0), u2(1), u2(2), u2(1)],
    constant,
    stored,
  ]);
}

describe("a compiled class of Java", () => {
  it("tells the names of its constants and fields", () => {
    expect(found("app/A.class", javaClass("DB_PASSWORD", password, "x"))).toEqual(["medium key-value DB_PASSWORD"]);
    expect(found("app/A.class", javaClass("x", password, "apiSecret"))).toEqual(["medium key-value apiSecret"]);
  });

  it("is left alone where its strings are words, a library's default, or a dependency's", () => {
    expect(found("app/A.class", javaClass("PASSWORD", "guest"))).toEqual([]);
    expect(found("app/A.class", javaClass("PASSWORD_KEY", "spring.datasource.password"))).toEqual([]);
    expect(found("srv/BOOT-INF/lib/a/A.class", javaClass("DB_PASSWORD", password))).toEqual([]);
  });

  it("may be damaged anywhere", () => {
    const whole = javaClass("DB_PASSWORD", password);
    for (let length = 12; length < whole.length; length += 1) {
      scanner.begin(0, "app/A.class", length);
      scanner.write(whole.subarray(0, length));
      scanner.end();
      expect(scanner.cutShort).toBeNull();
    }
  });
});

/** What marshal writes of `X = "v"`, `{"x": "v"}` and `f(x="v")`, by the number of the version. */
function bytecode(magic: number, name: string, value: string, how: "assigned" | "keyed"): Buffer {
  const s = (said: string): Buffer => Buffer.concat([Buffer.from([0xda, said.length]), Buffer.from(said)]);
  const many = (...items: Buffer[]): Buffer => Buffer.concat([Buffer.from([0x29, items.length]), ...items]);
  const none = Buffer.from("N");
  const long = (content: Buffer): Buffer => Buffer.concat([Buffer.from([0x73, content.length, 0, 0, 0]), content]);
  const [load, store, byNames] = magic < 3550 ? [100, 90, 156] : [83, 114, 46];
  const code = how === "assigned" ? [load, 0, store, 0] : [load, 0, load, 1, byNames, 1];
  const constants = how === "assigned" ? many(s(value)) : many(s(value), many(s(name)));
  const since311 = magic >= 3450;
  const empty = long(Buffer.alloc(0));
  return Buffer.concat([
    Buffer.from([magic & 0xff, magic >> 8, 0x0d, 0x0a]),
    Buffer.alloc(12),
    Buffer.from([0xe3]),
    Buffer.alloc(4 * (since311 ? 5 : 6)),
    long(Buffer.from(code)),
    constants,
    how === "assigned" ? many(s(name)) : many(),
    ...[many(), since311 ? empty : many(), since311 ? s("a.py") : many(), s("<module>"), none],
    Buffer.alloc(4),
    ...(since311 ? [empty, empty] : [empty]),
  ]);
}

describe("compiled Python", () => {
  it.each([
    ["3.8", 3413],
    ["3.10", 3439],
    ["3.11", 3495],
    ["3.12", 3531],
    ["3.13", 3571],
  ])("of %s tells the names of its strings", (_version, magic) => {
    for (const how of ["assigned", "keyed"] as const)
      expect(found("app/__pycache__/main.cpython-3.pyc", bytecode(magic, "DB_PASSWORD", password, how))).toEqual([
        "medium key-value DB_PASSWORD",
      ]);
    expect(found("app/settings.pyc", bytecode(magic, "PASSWORD", password, "keyed"))).toEqual(["high key-value PASSWORD"]);
  });

  it("is left alone where its strings are words, or a dependency's", () => {
    expect(found("app/a.pyc", bytecode(3531, "FTP_PASSWORD", "guest", "assigned"))).toEqual([]);
    expect(
      found("usr/lib/python3/dist-packages/a/__pycache__/a.cpython-311.pyc", bytecode(3495, "PASSWORD", password, "assigned")),
    ).toEqual([]);
  });

  it("may be damaged anywhere, and of a version that is not known yet", () => {
    const whole = bytecode(3531, "DB_PASSWORD", password, "keyed");
    for (let length = 4; length < whole.length; length += 1) {
      scanner.begin(0, "app/a.pyc", length);
      scanner.write(whole.subarray(0, length));
      scanner.end();
      expect(scanner.cutShort).toBeNull();
    }
    expect(found("app/a.pyc", bytecode(3801, "DB_PASSWORD", password, "assigned"))).toEqual([]);
  });
});
