import { describe, expect, it } from "vitest";

import { compileRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { createContentScanner } from "../../../analyzers/secrets/content-scanner.ts";
import type { SecretHit } from "../../../analyzers/secrets/match/secret-hit.ts";
import { threadTime } from "../../helpers/thread-time.ts";
import { fillTemplate } from "./fill-template.ts";

const rules = compileRules();
const scanner = createContentScanner(rules);

function scan(path: string, bytes: Buffer, chunk = bytes.length): SecretHit[] {
  scanner.begin(7, path, bytes.length);
  for (let at = 0; at < bytes.length; at += chunk) scanner.write(Buffer.from(bytes.subarray(at, at + chunk)));
  return scanner.end();
}

const rulesAndLines = (hits: readonly SecretHit[]): string[] => hits.map((hit) => `${hit.rule}:${hit.line}`);

describe("the content scanner", () => {
  const key = fillTemplate("-----BEGIN RSA PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END RSA PRIVATE KEY-----\n");
  const filler = "some ordinary line of text, as files have them\n".repeat(9000);
  const parts = [
    fillTemplate("a=ghp_{crc32}\n"),
    filler,
    fillTemplate("DATADOG_API_KEY: {hex:32}\n"),
    filler,
    key,
    filler,
    fillTemplate("url=postgres://a:{alnum:12}@db/x\n"),
  ];
  const file = Buffer.from(parts.join(""));
  const expected = ["github-pat:1", "datadog-key:9002", "private-key:18003", "url-credentials:27007"];

  for (const chunk of [file.length, 1, 7, 4096, 65_537, 300_000]) {
    it(`finds the same in chunks of ${chunk} bytes`, () => {
      const some = chunk < 7 ? file.subarray(0, 500_000) : file;
      const hits = scan("srv/app/notes.txt", some, chunk);
      expect(rulesAndLines(hits)).toEqual(chunk < 7 ? expected.slice(0, 2) : expected);
      expect(hits[0]!.entry).toBe(7);
      expect(some.toString("latin1", hits[0]!.offset, hits[0]!.offset + 4)).toBe("ghp_");
    });
  }

  it("finds a secret wherever the block ends lie", () => {
    const secret = fillTemplate("ghp_{crc32}");
    for (let at = 262_000; at < 262_400; at += 13) {
      const bytes = Buffer.from(`${".".repeat(at)} ${secret} ${".".repeat(300_000)}`);
      expect(rulesAndLines(scan("srv/x", bytes, 100_000))).toEqual(["github-pat:1"]);
    }
  });

  it("keeps nothing of a secret but four characters and a hash", () => {
    const secret = fillTemplate("glpat-{alnum:20}");
    const [hit] = scan("srv/x", Buffer.from(`token: ${secret}\n`));
    expect(JSON.stringify(hit)).not.toContain(secret.slice(5));
    expect(hit).toMatchObject({ redacted: "glpa********", rule: "gitlab-pat" });
    expect(hit!.secretHash).toMatch(/^[0-9a-f]{12}$/);
  });

  it("looks into binary files, and gives no line there", () => {
    const hits = scan("srv/app.bin", Buffer.from(fillTemplate("\0\x7fELF\0\0ghp_{crc32}\0\0")));
    expect(rulesAndLines(hits)).toEqual(["github-pat:null"]);
  });

  it("says a token whose checksum is wrong is doubtful", () => {
    const [right] = scan("srv/x", Buffer.from(fillTemplate("x ghp_{crc32} ")));
    const [wrong] = scan("srv/x", Buffer.from(fillTemplate("x ghp_{alnum:36} ")));
    expect(right).toMatchObject({ severity: "critical", confidence: "high" });
    expect(wrong).toMatchObject({ severity: "medium", confidence: "low" });
  });

  it("lowers documentation examples and leaves them in", () => {
    const [hit] = scan("srv/x", Buffer.from(["aws_access_key_id = AKIA", "IOSFODNN7", "EXAMPLE\n"].join("")));
    expect(hit).toMatchObject({ rule: "aws-access-key-id", severity: "low" });
  });

  it("leaves out what a comment on the line allows", () => {
    const line = fillTemplate("token = glpat-{alnum:20}");
    expect(scan("srv/x", Buffer.from(`${line} # ballast:allow made for the tests\n`))).toEqual([]);
    expect(scan("srv/x", Buffer.from(`${line}\n# ballast:allow\n`))).toHaveLength(1);
  });

  it("tells two different keys in one file apart", () => {
    const hits = scan("srv/x", Buffer.from(fillTemplate("a=ghp_{crc32}\nb=ghp_{crc32}\n")));
    expect(new Set(hits.map((hit) => hit.secretHash)).size).toBe(2);
  });
});

describe("hostile content", () => {
  const megabyte = (unit: string): Buffer => Buffer.from(unit.repeat(Math.ceil(1_000_000 / unit.length)).slice(0, 1_000_000));
  const cases: [what: string, path: string, bytes: Buffer][] = [
    ["curl options without end", "srv/x", megabyte("curl -H 'x")],
    ["curl commands on one line", "srv/x", megabyte("curl -u ")],
    ["key blocks that begin and never end", "srv/x", megabyte("-----BEGIN RSA PRIVATE KEY-----")],
    ["key blocks with long bodies", "srv/x", megabyte(`-----BEGIN RSA PRIVATE KEY-----${"A1b2".repeat(500)}`)],
    ["URLs", "srv/x", megabyte("a://b:c")],
    ["URLs with at signs", "srv/x", megabyte("ab://:@")],
    ["JSON web tokens cut short", "srv/x", megabyte("eyJhbGciOiJ")],
    ["Kubernetes secrets", "srv/x", megabyte("kind: Secret\n")],
    ["connection strings", "srv/x", megabyte("server=a;password=")],
    ["prefixes", "srv/x", megabyte("AKIA")],
    ["names", "srv/x", megabyte("algolia ")],
    ["names with assignments", "srv/x", megabyte("algolia=")],
    ["Discord names", "srv/x", megabyte("discord=M")],
    ["base64", "srv/x", megabyte(`${"QUJD".repeat(19)}AZDO`)],
    ["an env file of equals signs", "srv/.env", megabyte("A=")],
    ["an env file of blanks", "srv/.env", megabyte(" ")],
    ["an env file of names", "srv/.env", megabyte("PASSWORD ")],
    ["JSON of quotes", "srv/a.json", megabyte('"a":"')],
    ["JSON of backslashes", "srv/a.json", megabyte('"k":"\\')],
    ["XML of open elements", "srv/a.xml", megabyte("<password>")],
    ["XML of spaces", "srv/settings.xml", megabyte("<password ")],
    ["settings in code", "srv/settings.py", megabyte("password = 'a")],
    ["shell history of quotes", "root/.bash_history", megabyte('x="a ')],
    ["shell history of logins", "root/.bash_history", megabyte("docker login -u a ")],
    ["shell history of mysql", "root/.bash_history", megabyte("mysql mysqldump ")],
    ["a pgpass of colons", "root/.pgpass", megabyte("a:")],
    ["a netrc of words", "root/.netrc", megabyte("password ")],
    ["a kubeconfig", "root/.kube/config", megabyte("token: ")],
    ["wp-config", "srv/wp-config.php", megabyte("define('AUTH_KEY',")],
  ];
  for (const [what, path, bytes] of cases) {
    // Without windows and budgets some of these take minutes.
    it(`a megabyte of ${what} does not stop the scan`, () => {
      const begun = threadTime();
      const hits = scan(path, bytes, 1_000_000);
      expect(hits.length).toBeLessThanOrEqual(1000);
      expect(threadTime() - begun).toBeLessThan(7000);
    });
  }

  it("says so when the budget cuts the search short", () => {
    scan("srv/x", megabyte("-----BEGIN RSA PRIVATE KEY-----"));
    expect(scanner.cutShort).toMatch(/budget/);
    scan("srv/x", Buffer.from("nothing\n"));
    expect(scanner.cutShort).toBeNull();
  });
});
