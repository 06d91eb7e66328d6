/** A user's rules and global allow list, converted from gitleaks' TOML. Plain data that can be sent to workers. */
import { BallastError } from "../../../../src/base/errors.ts";
import { builtinRules } from "../../rules/all.ts";
import { linearPattern, loadLinearEngine } from "./linear-pattern.ts";
import type { TokenRule, UserAllow } from "../rule.ts";

export interface UserRules {
  readonly rules: readonly TokenRule[];
  /** Ids of built-in rules that are disabled, or replaced by a user rule. */
  readonly disabled: readonly string[];
  /** Allow lists for every rule. */
  readonly allow: readonly UserAllow[];
  /** Allow lists for one rule, by its id. */
  readonly narrowed: Readonly<Record<string, readonly UserAllow[]>>;
}

export const noUserRules: UserRules = { rules: [], disabled: [], allow: [], narrowed: {} };

/** How far from a keyword a rule may match. gitleaks sees whole lines; rules for key blocks span many lines. */
const before = 256;
const after = 1024;
const afterLong = 16 * 1024;
/** How many levels of extension are followed, as in gitleaks. */
const deepestExtension = 2;

/** Reads the file named by `[extend] path`. */
export type ReadExtension = (path: string) => Promise<string>;

/**
 * Parses rules in gitleaks' TOML format (version 8). They are added to the built-in ones. `[extend] disabledRules` disables those by id; an
 * entry with a built-in rule's id and only allow lists narrows that rule, and one with a pattern replaces it. An extended file applies
 * where this one says nothing.
 * @throws {BallastError} bad-config, naming the file, the rule and what is wrong with it; and as `readExtension`
 */
export async function parseUserRules(toml: string, fileName: string, readExtension: ReadExtension | null = null): Promise<UserRules> {
  await loadLinearEngine();
  const tables = await readTables(toml, fileName, readExtension, 0);
  const rows = new Map<string, Row>();
  // The file itself comes first, then what it extends.
  for (const { table, file } of tables.toReversed()) {
    // A file disables rules of the files it extends; a rule of that id in the file itself remains.
    for (const id of strings(isTable(table["extend"]) ? table["extend"]["disabledRules"] : undefined)) rows.delete(id);
    const list = table["rules"] ?? [];
    if (!Array.isArray(list)) throw bad(file, "rules is not a list of tables");
    for (const [index, row] of list.entries()) addRow(rows, row as Table, index, file);
  }
  const extendsDefault = tables.some(({ table }) => isTable(table["extend"]) && table["extend"]["useDefault"] === true);
  const rules: TokenRule[] = [];
  const disabled = tables.flatMap(({ table }) => strings(isTable(table["extend"]) ? table["extend"]["disabledRules"] : undefined));
  const narrowed: Record<string, UserAllow[]> = {};
  const narrow = (id: string, lists: readonly UserAllow[]): void => {
    for (const own of narrowedIds(id)) narrowed[own] = [...(narrowed[own] ?? []), ...lists];
  };
  for (const [id, row] of rows) {
    const rule = userRule(id, row);
    if (rule !== null) {
      if (row["skipReport"] !== true) rules.push(rule);
      if (builtinIds.has(id)) disabled.push(id);
    } else if (builtinIds.has(id) || id in aliases || extendsDefault) {
      narrow(id, allowLists(row, row.file, `rule ${id}`));
    } else {
      throw bad(row.file, `rule ${id} has neither regex nor path, and there is no built-in rule of that id to narrow`);
    }
  }
  const allow: UserAllow[] = [];
  for (const { table, file } of tables) {
    for (const list of allowTables(table)) {
      const one = allowList(list, file, "the global allow list");
      const targets = strings(list["targetRules"]);
      if (targets.length === 0) allow.push(one);
      for (const id of targets) {
        if (!rows.has(id) && !builtinIds.has(id) && !(id in aliases) && !extendsDefault)
          throw bad(file, `a global allow list's target rule ${id} does not exist`);
        narrow(id, [one]);
      }
    }
  }
  return { rules, disabled, allow, narrowed };
}

const builtinIds = new Set(builtinRules.map(({ id }) => id));
/** Rules of gitleaks that Ballast has in another form. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  "generic-api-key": ["key-value", "credentials-file", "shell-history"],
  "hashicorp-tf-password": ["key-value"],
  "curl-auth-header": ["curl-header-token", "header-token", "bearer-header"],
  "curl-auth-user": ["curl-credentials"],
  "kubernetes-secret-yaml": ["kubernetes-secret-data", "kubernetes-secret-data-first", "kubernetes-secret-json"],
  "aws-access-token": ["aws-access-key-id"],
};

function narrowedIds(id: string): readonly string[] {
  return aliases[id] ?? [id];
}

interface Extended {
  readonly table: Table;
  readonly file: string;
}

/** The file, followed by those it extends. */
async function readTables(toml: string, file: string, readExtension: ReadExtension | null, depth: number): Promise<Extended[]> {
  const { parse } = await import("smol-toml");
  let table: Table;
  try {
    table = parse(toml);
  } catch (cause) {
    throw bad(file, cause instanceof Error ? cause.message.split("\n")[0]! : "not TOML", cause);
  }
  if (isTable(table["allowlist"]) && table["allowlists"] !== undefined)
    throw bad(file, "[allowlist] is the old form of [[allowlists]], and cannot stand beside it");
  const path = isTable(table["extend"]) ? text(table["extend"]["path"]) : undefined;
  if (path !== undefined && path !== "" && isTable(table["extend"]) && table["extend"]["useDefault"] === true)
    throw bad(file, "[extend] takes path or useDefault, not both");
  if (path === undefined || path === "") return [{ table, file }];
  if (readExtension === null) throw bad(file, `[extend] path = "${path}" cannot be followed here`);
  if (depth >= deepestExtension) throw bad(file, `[extend] path = "${path}" goes deeper than ${deepestExtension} files`);
  return [{ table, file }, ...(await readTables(await readExtension(path), path, readExtension, depth + 1))];
}

/** One rule, combined from all files. */
type Row = Table & { readonly file: string };

function addRow(rows: Map<string, Row>, row: Table, index: number, file: string): void {
  const id = text(row["id"]);
  if (id === undefined || id === "") throw bad(file, `rule ${index + 1} has no id`);
  for (const key of ["required"]) {
    if (row[key] !== undefined) throw bad(file, `rule ${id}: ${key} is not supported: a rule here is judged by its own match alone`);
  }
  const known = rows.get(id);
  if (known === undefined) {
    rows.set(id, { ...row, file });
    return;
  }
  rows.set(id, {
    ...known,
    ...row,
    keywords: [...strings(known["keywords"]), ...strings(row["keywords"])],
    allowlist: undefined,
    allowlists: [...allowTables(known), ...allowTables(row)],
    file,
  });
}

type Table = Readonly<Record<string, unknown>>;

/** Null if it has no pattern of its own. */
function userRule(id: string, row: Row): TokenRule | null {
  const where = `rule ${id}`;
  const fileName = row.file;
  const regex = text(row["regex"]);
  const path = text(row["path"]);
  if (regex === undefined && path === undefined) return null;
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
    pattern: regex === undefined ? "" : checked(regex, fileName, where),
    before,
    after: long ? afterLong : after,
    ...(typeof entropy === "number" ? { entropy } : {}),
    ...(typeof group === "number" && group > 0 ? { group } : {}),
    ...(path === undefined ? {} : { path: checked(path, fileName, where) }),
    userAllow: allowLists(row, fileName, where),
    match: [],
  };
}

function allowTables(table: Table): Table[] {
  return [table["allowlist"], table["allowlists"]].flat().filter(isTable);
}

function allowLists(table: Table, fileName: string, where: string): UserAllow[] {
  return allowTables(table).map((list) => allowList(list, fileName, where));
}

function allowList(list: Table, fileName: string, where: string): UserAllow {
  const condition = text(list["condition"]) ?? "OR";
  if (!/^(?:and|&&|or|\|\|)$/i.test(condition)) throw bad(fileName, `${where}: condition is OR or AND, not ${condition}`);
  const target = list["regexTarget"] ?? "secret";
  if (target !== "secret" && target !== "match" && target !== "line")
    throw bad(
      fileName,
      `${where}: regexTarget is secret, match or line, not ${typeof target === "string" ? target : JSON.stringify(target)}`,
    );
  return {
    paths: strings(list["paths"]).map((source) => checked(source, fileName, where)),
    regexes: strings(list["regexes"]).map((source) => checked(source, fileName, where)),
    target,
    stopwords: strings(list["stopwords"] ?? list["stopWords"]).map((word) => word.toLowerCase()),
    all: /^(?:and|&&)$/i.test(condition),
  };
}

/** The pattern as a byte string, like the texts. It is compiled here once, so that an invalid one is refused by name. */
function checked(source: string, fileName: string, where: string): string {
  const bytes = Buffer.from(source, "utf8").toString("latin1");
  try {
    linearPattern(bytes);
    return bytes;
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
