/** Secrets that a program states without writing them as a string behind a name. */
import { describe, expect, it } from "vitest";

import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { matchesIn } from "../../../../analyzers/secrets/match/scan/file-scanner.ts";
import { fillTemplate } from "../fill-template.ts";

const rules = compileRules();
const found = (path: string, content: Buffer | string): { rule: string; written: string }[] => {
  const bytes = Buffer.from(content as string);
  return matchesIn(rules, bytes, path)
    .filter(({ severity }) => severity !== "low" && severity !== "info")
    .map(({ rule, start, secret }) => {
      expect(bytes.toString("latin1", start, start + secret.length)).toBe(secret);
      return { rule: rule.id, written: secret };
    });
};

const token = fillTemplate("ghp_{alnum:36}");
const password = fillTemplate("k7{alnum:10}9");
const codes = (text: string, as: (code: number) => string): string => [...text].map((ch) => as(ch.charCodeAt(0))).join(", ");
const hex = (text: string): string => codes(text, (code) => `0x${code.toString(16)}`);

describe("a list of numbers that says a secret", () => {
  it.each([
    ["app/a.go", hex(token), (list: string) => `var t = []byte{${list}}\n`],
    ["app/a.c", hex(token), (list: string) => `static const unsigned char blob[] = {\n  ${list}, 0x00\n};\n`],
    ["app/a.js", codes(token, String), (list: string) => `const t = String.fromCharCode(${list});\n`],
    ["app/A.java", codes(token, (code) => `'${String.fromCharCode(code)}'`), (list: string) => `char[] c = {${list}};\n`],
  ])("is found by the form of what it says: %s", (path, list, write) => {
    expect(found(path, write(list))).toEqual([{ rule: "github-pat", written: path === "app/a.c" ? `${list}, 0x00` : list }]);
  });

  it("is judged by the name it is assigned to", () => {
    const list = codes(password, String);
    expect(found("app/a.py", `API_KEY = bytes([${list}])\n`)).toEqual([{ rule: "key-value", written: list }]);
    expect(found("app/a.py", `OFFSETS = bytes([${list}])\n`)).toEqual([]);
  });

  it("is left alone where it is a table, a magic number or a word", () => {
    expect(found("app/a.c", "static const uint8_t key_schedule[] = {0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15};\n")).toEqual([]);
    expect(found("app/a.c", `const char password_prompt[] = {${codes("Password: ", (code) => `0x${code.toString(16)}`)}};\n`)).toEqual([]);
    expect(found("app/a.py", "key = bytes([80, 75, 3, 4, 20, 0, 6, 0, 8, 0])\n")).toEqual([]);
  });
});

describe("a string in UTF-16 in a program", () => {
  const program = (text: string, shift = ""): Buffer =>
    Buffer.concat([
      Buffer.from(`MZ\x90\0\x03\0\0\0\xff${"\xe8\x01".repeat(100)}${shift}`, "latin1"),
      Buffer.from(text, "utf16le"),
      Buffer.from("\x01\xfe\x07", "latin1"),
    ]);

  it.each(["", "x"])("is found by its form, wherever it begins", (shift) => {
    expect(found("app/A.dll", program(token, shift)).map(({ rule }) => rule)).toEqual(["github-pat"]);
    expect(found("app/A.exe", program(`Server=db;Database=a;User Id=sa;Password=${password};`, shift)).map(({ rule }) => rule)).toEqual([
      "connection-string-password",
    ]);
  });

  it("is left alone where it says what a program says to people", () => {
    expect(found("app/A.dll", program("Enter your password: "))).toEqual([]);
  });
});

describe("a program that keeps its strings one behind the other, as Go and Rust do", () => {
  const program = (text: string): Buffer => Buffer.from(`\x7fELF\x02\x01\0\0unknown method${text}invalid argument\0`, "latin1");

  it.each([
    ["github-pat", "ghp_{crc32}"],
    ["aws-access-key-id", "AKIA{base32:14}7Q"],
    ["digitalocean-token", "dop_v1_{hex:64}"],
    ["shopify-token", "shpat_{hex:32}"],
    ["stripe-secret-key", "sk_live_k7Qx{alnum:17}9Bz"],
    ["anthropic-api-key", "sk-ant-api03-{alnum:93}AA"],
    ["slack-bot-token", "xoxb-{digit:12}-{digit:13}-k7Qx{alnum:17}9Bz"],
  ])("holds a token, as long as such tokens are: %s", (rule, template) => {
    const secret = fillTemplate(template);
    expect(found("usr/local/bin/svc", program(secret))).toEqual([{ rule, written: secret }]);
  });

  it("holds the password of a database's URL", () => {
    expect(found("usr/local/bin/svc", program(`postgres://app:${password}@db/app`))).toEqual([
      { rule: "url-password-in-program", written: password },
    ]);
  });

  it("holds a long text in base64 that goes by the letters of one: WebAssembly, an image", () => {
    const data = (bytes: number): string => fillTemplate(`{alnum:${bytes}}`);
    for (const before of [data(500), `${data(70)}\n`])
      expect(found("usr/local/bin/node", program(`${before}cmVmd${data(59)}${data(500)}`))).toEqual([]);
    const token = `cmVmd${data(59)}`;
    expect(found("usr/local/bin/svc", program(token))).toEqual([{ rule: "jfrog-reference-token", written: token }]);
  });

  it.each([
    "ghp_invalidTokenFormatWithoutAnyChecksum1234",
    "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",
    "sk_live_isThePrefixOfStripesKeysForProduction",
    "postgres://user:password@localhost/db",
    "mysql://%s:%s@host",
  ])("holds words that begin like one: %s", (text) => {
    expect(found("usr/local/bin/svc", program(text))).toEqual([]);
  });
});

describe("the memory of a program", () => {
  const memory = (variable: string): Buffer => Buffer.from(`\x7fELF\x02\x01\0\0PATH=/bin\0${variable}\0HOME=/\0`, "latin1");

  it("holds its environment: a core dump, a copy of /proc/1/environ", () => {
    expect(found("core.12", memory(`DB_PASSWORD=${password}`))).toEqual([{ rule: "environment-in-memory", written: password }]);
  });

  it("is no secret where a format or nothing stands behind the name", () => {
    expect(found("usr/local/bin/a", memory("DB_PASSWORD=%s"))).toEqual([]);
    expect(found("usr/local/bin/a", memory("DB_PASSWORD="))).toEqual([]);
  });
});

describe("a word that a program opens a connection with", () => {
  it.each([
    ["app/a.py", "db = connect(host='db', user='app', password='sunflowers')\n", "sunflowers"],
    ["app/a.js", "createConnection({\n  host: 'db',\n  user: 'app',\n  password: 'correct-horse-battery',\n})\n", "correct-horse-battery"],
  ])("is a password: %s", (path, text, written) => {
    expect(found(path, text)).toEqual([{ rule: "key-value", written }]);
  });

  it.each([
    "form.fill({ username: 'username', password: 'current-password' })\n",
    "const labels = { host: 'Host', user: 'User', password: 'Password' };\n",
    "connect({ host: 'db', user: 'app', password: process.env.PASSWORD })\n",
  ])("is a label elsewhere: %s", (text) => {
    expect(found("app/a.js", text)).toEqual([]);
  });
});

describe("a generated key with brackets in it", () => {
  it("is a key, in quotes and without", () => {
    const key = fillTemplate("k9#{alnum:12}(z@{alnum:10}&)9{alnum:14}!");
    expect(found("app/core/settings.py", `SECRET_KEY = '${key}'\n`).map(({ written }) => written)).toEqual([key]);
  });

  it("is none where it is a pattern or a call", () => {
    expect(found("app/config.js", "const tokenSecret = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==)?$';\n")).toEqual([]);
    expect(found("app/config.js", "const apiSecret = 'createSecret(a1,b2)&with(c3)#and(d4)!';\n")).toEqual([]);
  });
});
