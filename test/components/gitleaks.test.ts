/** `.gitleaks.toml` means here what it means to gitleaks 8: both judge one folder by the same files. `.ci/gitleaks` builds it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { createContentScanner } from "../../analyzers/secrets/content-scanner.ts";
import { compileRules } from "../../analyzers/secrets/match/compile-rules.ts";
import { parseUserRules } from "../../analyzers/secrets/match/user/user-rules.ts";
import { fillTemplate } from "../analyzers/secrets/fill-template.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

const program = process.env["BALLAST_GITLEAKS"] ?? "";
const reason = program === "" ? "BALLAST_GITLEAKS names no program; .ci/gitleaks builds one" : existsSync(program) ? null : `no ${program}`;

const acme = (): string => fillTemplate("acme_{hex:32}");
const files: Readonly<Record<string, string>> = {
  "srv/a.js": `const a = "${acme()}";\nconst b = 1;\nconst c = "${fillTemplate("acme_{hex:28}f00d")}";\n`,
  "srv/b/c.txt": `# example ${acme()}\nreal ${acme()} and ${acme()}\nkey: corp-${fillTemplate("{upper:12}")}-x\n`,
  "srv/test/d.txt": `${acme()}\ncorp-${fillTemplate("{upper:12}")}-y\n`,
  "lib/e.cfg": `id=none\nTOKEN = tok_${fillTemplate("{alnum:24}")}\nTOKEN = tok_aaaaaaaaaaaaaaaaaaaaaaaa\nallowed ${acme()} gitleaks:allow\n`,
  "lib/own.pem": "nothing in it\n",
  "lib/multi.txt": `BEGIN\nsecret-of\n${fillTemplate("{hex:40}")}\nEND\n`,
  "docs/f.md": `${acme()}\nACME_${fillTemplate("{HEX:32}")}\n`,
};

const base = `
[[rules]]
id = "acme"
description = "an ACME token"
regex = '''(?i)acme_[0-9a-f]{32}'''
keywords = ["acme_"]
[[rules]]
id = "corp"
regex = '''corp-([A-Z0-9]{12})-[xy]'''
secretGroup = 1
keywords = ["corp-"]
[[rules]]
id = "tok"
regex = '''TOKEN = (tok_[A-Za-z0-9]{24})'''
entropy = 3.5
[[rules]]
id = "pem-file"
path = '''\\.pem$'''
[[rules]]
id = "multi"
regex = '''(?s)BEGIN\\n.{1,80}\\nEND'''
keywords = ["secret-of"]
`;

const configs: Readonly<Record<string, string>> = {
  "rules alone": base,
  "extend, and a rule that replaces another": `[extend]\npath = "base.toml"\n[[rules]]\nid = "corp"\nregex = '''corp-[A-Z0-9]{12}-y'''\nkeywords = ["corp-"]\n`,
  "extend without some rules": `[extend]\npath = "base.toml"\ndisabledRules = ["tok", "pem-file"]\n`,
  "a rule narrowed by its id: paths": `[extend]\npath = "base.toml"\n[[rules]]\nid = "acme"\n[[rules.allowlists]]\npaths = ['''(^|/)test/''', '''\\.md$''']\n`,
  "a rule narrowed by its id: the line": `[extend]\npath = "base.toml"\n[[rules]]\nid = "acme"\n[[rules.allowlists]]\nregexTarget = "line"\nregexes = ['''example''']\n`,
  "the match and the secret are two things": `[extend]\npath = "base.toml"\n[[rules]]\nid = "corp"\n[[rules.allowlists]]\nregexTarget = "match"\nregexes = ['''-x$''']\n[[rules]]\nid = "tok"\n[[rules.allowlists]]\nregexes = ['''^TOKEN''']\n`,
  stopwords: `[extend]\npath = "base.toml"\n[[rules]]\nid = "acme"\n[[rules.allowlists]]\nstopwords = ["f00d"]\n`,
  // Of a rule: what a global list's paths name, `gitleaks dir` leaves out whatever else the list asks for.
  "conditions: all": `[extend]\npath = "base.toml"\n[[rules]]\nid = "acme"\n[[rules.allowlists]]\ncondition = "AND"\npaths = ['''srv/''']\nregexes = ['''f00d''']\n`,
  "conditions: any": `[extend]\npath = "base.toml"\n[[allowlists]]\ncondition = "OR"\npaths = ['''lib/''']\nregexes = ['''f00d''']\n`,
  // In one file: of rules that come from another one, gitleaks 8.28 loses what was meant for them.
  "allow lists for some rules": `${base}\n[[allowlists]]\ntargetRules = ["corp", "tok"]\npaths = ['''.''']\n`,
  "the old form of an allow list": `[extend]\npath = "base.toml"\n[allowlist]\npaths = ['''docs/''']\nstopwords = ["f00d"]\n`,
  "a rule for some files": `${base}\n[[rules]]\nid = "acme-in-docs"\nregex = '''acme_'''\npath = '''^.*docs/'''\nkeywords = ["acme"]\n`,
};

const folder = makeTemporaryDirectory();
afterAll(() => removeDirectory(folder));
for (const [path, content] of Object.entries({ ...files, "../configs/base.toml": base })) {
  const full = join(folder, "root", path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
}

function byGitleaks(config: string): string[] {
  const report = execFileSync(
    program,
    [
      "dir",
      ".",
      "--config",
      config,
      "--report-format",
      "json",
      "--report-path",
      "-",
      "--no-banner",
      "--log-level",
      "error",
      "--exit-code",
      "0",
    ],
    // What `[extend] path` names is looked for from where gitleaks was started.
    { cwd: join(folder, "root"), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  const found = JSON.parse(report) as { RuleID: string; File: string; StartLine: number }[];
  return found.map(({ RuleID, File, StartLine }) => `${RuleID} ${File}:${Math.max(1, StartLine)}`).toSorted();
}

async function byBallast(config: string): Promise<string[]> {
  const user = await parseUserRules(readFileSync(config, "utf8"), config, (path) =>
    Promise.resolve(readFileSync(join(folder, "root", path), "utf8")),
  );
  const scanner = createContentScanner(compileRules({ builtin: false, user }));
  return Object.entries(files)
    .flatMap(([path, content]) => {
      const bytes = Buffer.from(content);
      scanner.begin(0, path, bytes.length);
      scanner.write(bytes);
      return scanner.end().map(({ rule, line }) => `${rule} ${path}:${line}`);
    })
    .toSorted();
}

describe.skipIf(reason !== null)(`gitleaks finds the same${reason === null ? "" : ` (${reason})`}`, () => {
  it.each(Object.entries(configs))("%s", async (name, toml) => {
    const config = join(folder, "configs", `${name.replaceAll(/\W+/g, "-")}.toml`);
    writeFileSync(config, toml.replaceAll('path = "base.toml"', 'path = "../configs/base.toml"'));
    const expected = byGitleaks(config);
    expect(expected.length, "both might find nothing").toBeGreaterThan(0);
    expect(await byBallast(config)).toEqual(expected);
  });
});
