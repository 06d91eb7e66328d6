import { describe, expect, it } from "vitest";

import { compileRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { createContentScanner } from "../../../analyzers/secrets/content-scanner.ts";
import { builtinRules } from "../../../analyzers/secrets/rules/all.ts";
import type { NamedRule, SecretRule, TokenRule } from "../../../analyzers/secrets/match/rule.ts";
import { noUserRules } from "../../../analyzers/secrets/match/user/user-rules.ts";
import { fillTemplate } from "./fill-template.ts";

/** Rules of which only one is looked for at a time, so that siblings cannot answer for it. */
function idsFound(rule: SecretRule, text: string): string[] {
  const alone = compileRules({ builtin: false, user: { ...noUserRules, rules: [rule as TokenRule] } });
  const scanner = createContentScanner(alone);
  const bytes = Buffer.from(text, "latin1");
  scanner.begin(0, rule.kind === "token" && rule.path !== undefined ? "home/app/.npmrc" : "app/settings.txt", bytes.length);
  scanner.write(bytes);
  return scanner.end().map((hit) => hit.rule);
}

/** The notations a named value must be found in. */
function notations(rule: NamedRule, value: string): string[] {
  const name = rule.names[0]!.replaceAll(/[- ]/g, "_");
  const word = wordFor(rule);
  const camel = name.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase()) + word[0]!.toUpperCase() + word.slice(1);
  return [
    `export ${name.toUpperCase()}_${word.toUpperCase()}=${value}\n`,
    `${name}_${word}: "${value}"`,
    `{\n    "${name}_${word}": "${value}"\n}`,
    `const ${camel} = '${value}';`,
    `<${camel}>\n    ${value}\n</${camel}>`,
    `${name}_${word} := \`${value}\``,
    `System.setProperty("${name.toUpperCase()}_${word.toUpperCase()}", "${value}")`,
  ];
}

function wordFor(rule: NamedRule): string {
  return ["token", "secret", "key", "password", "private_key", "auth_token", "secret_key", "license_key"].find(
    (w) => rule.nameRest === undefined || new RegExp(rule.nameRest, "i").test(w),
  )!;
}

describe("every built-in rule", () => {
  it("has an id of its own, and there are enough of them", () => {
    const ids = builtinRules.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(250);
    for (const rule of builtinRules) {
      expect(rule.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(rule.match.length, rule.id).toBeGreaterThan(0);
    }
  });

  for (const rule of builtinRules) {
    it(`${rule.id} finds its examples and nothing in its counter-examples`, () => {
      for (const template of rule.match) {
        const filled = fillTemplate(template);
        for (const text of rule.kind === "named" ? notations(rule, filled) : [filled, `x = "${filled}"\n`]) {
          expect(idsFound(rule, text), text).toEqual([rule.id]);
        }
      }
      for (const template of rule.noMatch ?? []) {
        const filled = fillTemplate(template);
        for (const text of rule.kind === "named" ? notations(rule, filled) : [filled]) expect(idsFound(rule, text), text).toEqual([]);
      }
    });
  }
});
