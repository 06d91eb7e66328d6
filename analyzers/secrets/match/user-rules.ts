/** A person's own rules and global allow list, converted from gitleaks' TOML. Plain data: it travels to the workers. */
import { BallastError } from "../../../src/base/errors.ts";
import { translateRe2 } from "./re2-to-js.ts";
import type { TokenRule, UserAllow } from "./rule.ts";

export interface UserRules {
  readonly rules: readonly TokenRule[];
  /** Ids of built-in rules that are switched off. */
  readonly disabled: readonly string[];
  readonly allow: readonly UserAllow[];
}

export const noUserRules: UserRules = { rules: [], disabled: [], allow: [] };

/** Bytes around a keyword that a rule may match in: gitleaks sees whole lines, rules for key blocks many of them. */
const before = 256;
const after = 1024;
const afterLong = 16 * 1024;

/**
 * Reads rules in gitleaks' TOML form (its version 8). They come on top of the built-in ones; `[extend] disabledRules` switches those off
 * by id.
 * @throws {BallastError} bad-config, naming the file, the rule and what is wrong with it
 */
export async function parseUserRules(toml: string, fileName: string): Promise<UserRules> {
  const { parse } = await import("smol-toml");
  let table: Table;
  try {
    table = parse(toml);
  } catch (cause) {
    throw bad(fileName, cause instanceof Error ? cause.message.split("\n")[0]! : "not TOML", cause);
  }
  const rows = table["rules"] ?? [];
  if (!Array.isArray(rows)) throw bad(fileName, "rules is not a list of tables");
  return {
    rules: rows.map((row, index) => userRule(row as Table, index, fileName)),
    disabled: strings(isTable(table["extend"]) ? table["extend"]["disabledRules"] : undefined),
    allow: allowLists(table, fileName, "the global allow list"),
  };
}

type Table = Readonly<Record<string, unknown>>;

function userRule(row: Table, index: number, fileName: string): TokenRule {
  const id = text(row["id"]);
  if (id === undefined || id === "") throw bad(fileName, `rule ${index + 1} has no id`);
  const where = `rule ${id}`;
  const regex = text(row["regex"]);
  const path = text(row["path"]);
  if (regex === undefined && path === undefined) throw bad(fileName, `${where} has neither regex nor path`);
  const entropy = row["entropy"];
  const group = row["secretGroup"];
  const long = /\[\\s\\S|\(\?s|\{\d*,?\d{4,}\}|\{\d{3,},\}/.test(regex ?? "");
  return {
    kind: "token",
    id,
    title: text(row["description"]) ?? id,
    severity: "high",
    confidence: "medium",
    keywords: strings(row["keywords"]).map((word) => Buffer.from(word.toLowerCase(), "utf8").toString("latin1")),
    pattern: regex === undefined ? "" : translate(regex, fileName, where),
    before,
    after: long ? afterLong : after,
    ...(typeof entropy === "number" ? { entropy } : {}),
    ...(typeof group === "number" && group > 0 ? { group } : {}),
    ...(path === undefined ? {} : { path: translate(path, fileName, where) }),
    userAllow: allowLists(row, fileName, where),
    match: [],
  };
}

function allowLists(table: Table, fileName: string, where: string): UserAllow[] {
  const lists = [table["allowlist"], table["allowlists"]].flat().filter(isTable);
  return lists.map((list) => ({
    paths: strings(list["paths"]).map((source) => translate(source, fileName, where)),
    regexes: strings(list["regexes"]).map((source) => translate(source, fileName, where)),
    target: list["regexTarget"] === "match" || list["regexTarget"] === "line" ? list["regexTarget"] : "secret",
    stopwords: strings(list["stopwords"] ?? list["stopWords"]).map((word) => word.toLowerCase()),
    all: /^(?:and|&&)$/i.test(text(list["condition"]) ?? ""),
  }));
}

function translate(source: string, fileName: string, where: string): string {
  try {
    // Texts are scanned as bytes: so is the pattern.
    return translateRe2(Buffer.from(source, "utf8").toString("latin1"));
  } catch (cause) {
    throw bad(fileName, `${where}: ${cause instanceof Error ? cause.message : "bad pattern"}`, cause);
  }
}

function bad(fileName: string, what: string, cause?: unknown): BallastError {
  return new BallastError("bad-config", `${fileName}: ${what}`, { hint: "rules take gitleaks' TOML form; see docs/secrets.md", cause });
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
