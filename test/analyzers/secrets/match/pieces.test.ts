/** Values that are written in pieces, with escapes or elsewhere: judged by what they say, found where they are written. */
import { describe, expect, it } from "vitest";

import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { matchesIn } from "../../../../analyzers/secrets/match/scan/file-scanner.ts";
import { fillTemplate } from "../fill-template.ts";

const rules = compileRules();
const found = (path: string, text: string): { rule: string; written: string }[] =>
  matchesIn(rules, Buffer.from(text), path)
    .filter(({ severity }) => severity !== "low" && severity !== "info")
    .map(({ rule, start, secret }) => {
      expect(Buffer.from(text).toString("latin1", start, start + secret.length)).toBe(secret);
      return { rule: rule.id, written: secret };
    });

const [a, b] = [fillTemplate("k7{alnum:8}"), fillTemplate("{alnum:8}9")];
const body = fillTemplate("{alnum:36}");
const escaped = (text: string, as: (hex: string) => string): string =>
  [...text].map((ch) => as(ch.charCodeAt(0).toString(16).padStart(2, "0"))).join("");

describe("a literal in pieces", () => {
  it.each([
    ["app/a.js", `const password = '${a}' + '${b}';\n`],
    ["app/a.js", `const password = \`${a}\` +\n  \`${b}\`;\n`],
    ["app/a.py", `API_KEY = (\n    '${a}'\n    '${b}'\n)\n`],
    ["app/a.py", `password = ''.join(['${a}', '${b}'])\n`],
    ["app/a.java", `String password = "${a}"\n    + "${b}";\n`],
    ["app/a.go", `const dbPassword = "${a}" +\n\t"${b}"\n`],
    ["app/a.php", `<?php $password = '${a}' . '${b}';\n`],
    ["app/b.php", `<?php $secret = implode('', ['${a}', '${b}']);\n`],
    ["app/a.lua", `local api_key = '${a}' .. '${b}'\n`],
    ["app/a.vb", `Dim password As String = "${a}" & "${b}"\n`],
    ["app/a.ex", `config :app, secret_key_base: "${a}" <> "${b}"\n`],
    ["app/a.c", `#define API_TOKEN "${a}" \\\n  "${b}"\n`],
    ["app/a.rs", `let token = concat!("${a}", "${b}");\n`],
    ["app/a.cs", `var token = string.Concat("${a}", "${b}");\n`],
    ["app/b.js", `const secret = ['${a}', '${b}'].join('');\n`],
  ])("is one secret, from its first to its last piece: %s %s", (path, text) => {
    const [match, ...more] = found(path, text);
    expect(more).toEqual([]);
    expect(match?.written.startsWith(a)).toBe(true);
    expect(match?.written.endsWith(b)).toBe(true);
  });

  it("is known by the form of what it says", () => {
    const pieces = `ghp_' + '${body.slice(0, 9)}' + '${body.slice(9)}`;
    expect(found("app/a.js", `const token = '${pieces}';\n`)).toEqual([{ rule: "github-pat", written: pieces }]);
  });

  it.each([
    "const passwordLabel = 'Enter ' + 'your ' + 'password1';",
    "const password = ['new1', 'old2', 'confirm3'].join('-');",
    "const secretKey = 'user2:' + id + ':session';",
    "const tokenUrl = 'https://' + 'example.org/' + 'token1';",
    "def splituser(s): \"\"\"splituser('user[:passwd]@host[:port]') --> 'user[:passwd]', 'host[:port]'.\"\"\"",
  ])("of words and names is none: %s", (text) => {
    expect(found("app/a.js", `${text}\n`)).toEqual([]);
  });
});

describe("a token whose name says nothing", () => {
  const token = `ghp_${body}`;

  it.each([
    ["in pieces", "app/a.js", `const t = "${token.slice(0, 9)}" + "${token.slice(9)}";\n`, `${token.slice(0, 9)}" + "${token.slice(9)}`],
    ["side by side", "app/a.py", `t = ("${token.slice(0, 9)}"\n  "${token.slice(9)}")\n`, `${token.slice(0, 9)}"\n  "${token.slice(9)}`],
    ...(["\\x00", "\\u0000", "\\000"] as const).map((form): [string, string, string, string] => {
      const written = [...token].map((ch) => form.replace(/0+$/, (zeros) => code(ch, form).padStart(zeros.length, "0"))).join("");
      return [`by numbers, ${form}`, "app/a.sh", `t=$'${written}'\n`, written];
    }),
    ...["", "x"].map((before): [string, string, string, string] => {
      const wide = Buffer.from(`${before}$env:T="${token}"; ./run`, "utf16le").toString("base64");
      return ["in UTF-16 in base64", "app/a.cmd", `powershell -EncodedCommand ${wide}\r\n`, wide];
    }),
  ])("is found by its form %s", (_how, path, text, written) => {
    expect(found(path, text)).toEqual([{ rule: "github-pat", written }]);
  });

  it("is none where the pieces are something else, or the numbers a path", () => {
    expect(found("app/a.js", `const t = "ghp_" + id;\nconst u = ["ghp_", "gho_", "ghs_"];\n`)).toEqual([]);
    expect(found("app/a.txt", "see C:\\107\\150\\160\\137\\101\\102\\103\n")).toEqual([]);
  });
});

/** In the base that the form writes numbers in. */
function code(ch: string, form: string): string {
  return ch.charCodeAt(0).toString(form.length === 4 && form[1] === "0" ? 8 : 16);
}

describe("a literal with escapes", () => {
  it.each([
    ["app/a.js", (text: string) => `const password = '${escaped(text, (hex) => `\\x${hex}`)}';`],
    ["app/a.json", (text: string) => `{"password":"${escaped(text, (hex) => `\\u00${hex}`)}"}`],
    ["app/b.json", (text: string) => `{"url":"postgres:\\/\\/app:${text}@db.example.org\\/x"}`],
    ["app/b.js", (text: string) => `post("client_secret\\u003d${text}\\u0026grant_type\\u003dpassword")`],
  ])("says what it says: %s", (path, write) => {
    expect(found(path, write(`${a}${b}`)).length).toBe(1);
  });

  it.each([
    '{"password":"\\u5bc6\\u7801","token":"\\u0422\\u043e\\u043a\\u0435\\u043d","secret":"Contrase\\u00f1a"}',
    '{"token":"\\u001b[31m","password":"\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022"}',
    '{"$schema":"http:\\/\\/json-schema.org\\/draft-07","home":"https:\\/\\/user@example.org\\/a"}',
    '{"passwordLabel":"\\u{1F512}","password":"\\u{1F512}\\u{1F511}"}',
  ])("of words, colours and signs is none: %s", (text) => {
    expect(found("app/x.json", text)).toEqual([]);
  });
});

describe("a YAML alias behind a secret's name", () => {
  it.each([
    `x: &pw ${a}${b}\napp:\n  db_password: *pw\n`,
    `x:\n  - &pw "${a}${b}" # shared\nauth: {jwt_secret: *pw}\n`,
    `x: &pw ${a}${b}\nenv:\n  - name: DB_PASSWORD\n    value: *pw\n`,
  ])("makes its anchor's value one: %s", (text) => {
    expect(found("app/a.yaml", text).map(({ written }) => written)).toEqual([a + b]);
  });

  it.each([
    "x: &pw\n  min: 8\npassword: *pw\n",
    "x: &pw ${DB_PASSWORD}\npassword: *pw\n",
    `x: &id ${a}${b}\nname: *id\npassword: *missing\n`,
  ])("of a mapping, a reference or another name is none: %s", (text) => {
    expect(found("app/a.yaml", text)).toEqual([]);
  });
});
