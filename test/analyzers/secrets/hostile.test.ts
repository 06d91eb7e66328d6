/** An image's texts are a stranger's: whatever they hold, looking at them takes time in proportion to their length, and little of it. */
import { describe, expect, it } from "vitest";

import { secretsInCommand } from "../../../analyzers/secrets/commands/command-text.ts";
import { createRedactor } from "../../../analyzers/secrets/config/redactor.ts";
import { scanConfigTexts } from "../../../analyzers/secrets/config/scan-config.ts";
import { compileRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { createContentScanner } from "../../../analyzers/secrets/content-scanner.ts";
import { loadRules } from "../../../analyzers/secrets/match/user/load-rules.ts";
import type { TokenRule } from "../../../analyzers/secrets/match/rule.ts";
import { noUserRules } from "../../../analyzers/secrets/match/user/user-rules.ts";
import { builtinRules } from "../../../analyzers/secrets/rules/all.ts";
import { parseConfig } from "../../../src/image/config.ts";
import { fillTemplate } from "./fill-template.ts";
import { threadTime } from "../../helpers/thread-time.ts";

const kibibyte = 1024;
const rules = compileRules();
const repeated = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

function milliseconds(run: () => void): number {
  const begun = threadTime();
  run();
  return threadTime() - begun;
}

// What is quadratic takes a quarter of the time over half a text: short texts with small limits find it as long ones with large limits do.
describe("every built-in rule takes a bounded time over a quarter of a mebibyte", () => {
  const scan = (rule: TokenRule, text: string): number => {
    const alone = createContentScanner(compileRules({ builtin: false, user: { ...noUserRules, rules: [rule] } }));
    const bytes = Buffer.from(text, "latin1");
    return milliseconds(() => {
      alone.begin(0, "srv/x.txt", bytes.length);
      alone.write(bytes);
      alone.end();
    });
  };
  it.each(builtinRules.map((rule) => [rule.id, rule] as const))("%s", (_, rule) => {
    const example = fillTemplate(rule.match[0]!);
    const word = rule.kind === "token" ? rule.keywords[0]! : `${rule.names[0]!}_key=`;
    // Its keyword again and again, and what nearly matches: an example without its end, one cut in the middle.
    const unit = `${word}${word} ${example.slice(0, -1)}${example.slice(0, Math.ceil(example.length / 2))} `;
    expect(scan(rule as TokenRule, repeated(unit, 256 * kibibyte))).toBeLessThan(500);
  });
});

const units = [
  " ",
  "\t",
  "\n",
  "'",
  '"',
  "\\",
  '\\"',
  "=",
  "a=",
  "a ",
  "pass=",
  "pass: ",
  "pass ",
  "password='",
  "token=$",
  "{",
  "(",
  "<",
  "<password>",
  "<!--",
]
  .concat([
    "%3A",
    "QUJD",
    "://",
    "://a:b@",
    "curl -u ",
    "-p ",
    "echo x | ",
    "key: |\n",
    "machine a login b password ",
    "identified by '",
    "# buildkit ",
    "|3 ",
    "token = '' + 'a' + ",
    "token=['a',",
    "\\u003d",
    ":\\/\\/",
    "p: *a &a b ",
    "COPY a (key) FROM stdin;\n",
    "create user a identified by ",
  ])
  .concat(["-----BEGIN PRIVATE KEY-----", "eyJa.", "kind: Secret\n", "data:\n  a: b\n", "\u00ff", "a,b", "$A", "${A", "{{", "A=B "]);

describe("a person's pattern that explodes elsewhere takes a bounded time over a quarter of a mebibyte", () => {
  const patterns: [pattern: string, unit: string][] = [
    ["(a+)+$", "a"],
    ["(a|aa)+b", "a"],
    ["(x+x+)+y", "x"],
    ["(.*)*;", "a"],
    ["([a-z]+)*\\d", "ab"],
    ["a.*b.*c.*d.*e", "ab"],
    ["a{1,500}a{1,500}b", "a"],
    ["(a?){200}a{200}b", "a"],
  ];
  it.each(patterns)("%s", async (pattern, unit) => {
    for (const keywords of [`keywords = ["${unit}"]`, ""]) {
      const own = createContentScanner(await loadRules(`[[rules]]\nid = "own"\nregex = '''${pattern}'''\n${keywords}\n`));
      const bytes = Buffer.from(repeated(unit, 256 * kibibyte));
      const spent = milliseconds(() => {
        try {
          own.begin(0, "srv/x", bytes.length);
          own.write(bytes);
          own.end();
        } catch (error) {
          expect((error as Error).message).toMatch(/^rule own takes too long: /);
        }
      });
      expect(spent, keywords).toBeLessThan(8000);
    }
  });
});

describe("a long text of one kind is done with soon", () => {
  it.each(["auth=(", "a$(", "x=$(y)"])("a command of %j alone is taken apart in one pass", (unit) => {
    expect(milliseconds(() => secretsInCommand(repeated(unit, 512 * kibibyte)))).toBeLessThan(3000);
  });

  it.each(units)("%j in files of every form", (unit) => {
    const bytes = Buffer.from(repeated(unit, 64 * kibibyte));
    const scanner = createContentScanner(rules);
    for (const path of [
      "srv/a.env",
      "srv/a.py",
      "srv/a.sh",
      "root/.netrc",
      "root/.docker/config.json",
      "etc/shadow",
      "etc/rsyncd.secrets",
    ]) {
      const spent = milliseconds(() => {
        scanner.begin(0, path, bytes.length);
        scanner.write(bytes);
        scanner.end();
      });
      expect(spent, path).toBeLessThan(750);
    }
  });

  it.each(units)("25,000 characters of %j in ENV and history, masked", (unit) => {
    const text = repeated(unit, 25_000);
    const rows = [`RUN /bin/sh -c ${text} # buildkit`, `ENV A=${text}`, `|3 A=b ${text}`, `/bin/sh -c #(nop) LABEL ${text}`];
    const json = {
      architecture: "amd64",
      os: "linux",
      config: { Env: [`X=${text}`] },
      rootfs: { type: "layers", diff_ids: [] },
      history: rows.map((row) => ({ created_by: row, empty_layer: true })),
    };
    const config = parseConfig(Buffer.from(JSON.stringify(json)), "a config");
    const spent = milliseconds(() => {
      const redact = createRedactor(scanConfigTexts({ config, annotations: {}, layers: [] }, rules));
      for (const row of rows) redact(row);
      secretsInCommand(text);
    });
    expect(spent).toBeLessThan(1500);
  });
});
