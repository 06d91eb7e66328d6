/**
 * Finds secrets in all texts of an image outside its layers: environment, history with its build arguments, labels, commands, legacy and
 * unknown fields, provenance. The results hold the secrets in clear, guarded by `ClearSecret`, for the redactor.
 */
import type { ContainerConfig } from "../../../src/image/config.ts";
import type { Image } from "../../../src/image/image.ts";
import { ClearSecret } from "../match/values/clear-secret.ts";
import { secretsInCommand } from "../commands/command-text.ts";
import { compileRules } from "../match/compile-rules.ts";
import type { CompiledRules } from "../match/compile-rules.ts";
import { isAllowed } from "../match/user/user-allow.ts";
import { matchesIn } from "../match/scan/file-scanner.ts";
import { mask } from "../match/values/mask.ts";
import type { RuleMatch } from "../match/match-rule.ts";
import { parseHistoryRow, wordsOfList } from "./history-row.ts";
import type { Pair } from "./history-row.ts";
import { judgeKeyValue } from "../match/key-value.ts";
import type { KeyValueVerdict } from "../match/key-value.ts";
import { looksRandom } from "../match/values/value-looks.ts";
import { classifyName } from "../match/values/name-words.ts";
import { legacyTexts } from "./legacy-config.ts";
import { otherTexts } from "./other-config.ts";
import { provenanceTexts } from "./provenance.ts";
import { writtenFiles } from "../commands/written-files.ts";
import type { Confidence, Severity } from "../../../src/base/severity.ts";
import type { SecretSurface } from "../findings/secret-finding.ts";

export interface ConfigHit {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly surface: SecretSurface;
  /** The variable, label or option. */
  readonly key: string | null;
  /** The layer made by its history row; null elsewhere, and for rows that made no layer. */
  readonly layer: number | null;
  /** How many layers existed when its history row was written, including its own; null if the history does not say. */
  readonly layersBelow: number | null;
  readonly secret: ClearSecret;
}

interface Place {
  readonly surface: SecretSurface;
  readonly layer: number | null;
  readonly layersBelow: number | null;
}

const metadata = (surface: SecretSurface): Place => ({ surface, layer: null, layersBelow: null });

/**
 * Every secret in the image's config, history and attestations. Never throws because of an image's content; a broken attestation is
 * reported by the verification of blobs.
 */
export async function scanConfig(image: Image, rules: CompiledRules = compileRules()): Promise<ConfigHit[]> {
  const hits = scanConfigTexts(image, rules);
  const collector = new Collector(rules);
  for (const attestation of image.attestations) {
    const statements = await attestation.statements().catch(() => []);
    for (const { json } of statements) {
      for (const { name, text } of provenanceTexts(json)) {
        if (name !== null) collector.pair({ name, value: text }, metadata("provenance"), true);
        else collector.command(text, metadata("provenance"));
      }
    }
  }
  return dedupe([...hits, ...collector.hits]);
}

/** As `scanConfig`, but without attestations, which are the only part that needs further reading. */
export function scanConfigTexts(
  image: Pick<Image, "config" | "annotations" | "indexAnnotations" | "layers">,
  rules: CompiledRules = compileRules(),
): ConfigHit[] {
  const { config } = image;
  const collector = new Collector(rules);
  collector.container(config.container);
  collector.history(config.history, image.layers.length, config.container.shell);
  if (config.author !== undefined) collector.text(config.author, metadata("author"));
  for (const annotations of [image.annotations, image.indexAnnotations ?? {}])
    for (const [name, value] of Object.entries(annotations)) collector.pair({ name, value }, metadata("label"), false);
  for (const layer of image.layers) {
    for (const [name, value] of Object.entries(layer.annotations))
      collector.pair({ name, value }, { surface: "label", layer: layer.index, layersBelow: layer.index + 1 }, false);
  }
  for (const { name, text } of legacyTexts(config.json)) {
    if (name !== null) collector.pair({ name, value: text }, metadata("legacy-config"), true);
    else collector.command(text, metadata("legacy-config"));
  }
  for (const { under, text, isKey } of otherTexts(config.json)) {
    if (isKey) collector.text(text, metadata("config"), under);
    else collector.pair({ name: under, value: text }, metadata("config"), false);
  }
  return dedupe(collector.hits);
}

/** A secret found in a text, before its place is added. */
interface Found {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly secret: string;
}

const byName = { rule: "key-value", title: "secret by its name" } as const;
const tellingName = { rule: "secret-name", title: "name that is used for secrets", severity: "info", confidence: "low" } as const;

class Collector {
  readonly hits: ConfigHit[] = [];
  readonly #rules: CompiledRules;

  constructor(rules: CompiledRules) {
    this.#rules = rules;
  }

  container(config: ContainerConfig): void {
    for (const row of config.env) this.pair(pairOf(row), metadata("env"), true);
    for (const [name, value] of Object.entries(config.labels)) this.pair({ name, value }, metadata("label"), false);
    for (const words of [config.entrypoint, config.cmd, config.shell])
      if (words !== null) this.command(words.join(" "), metadata("command"));
    if (config.healthcheck !== null) this.command(config.healthcheck.test.join(" "), metadata("healthcheck"));
    for (const trigger of config.onBuild) this.row(trigger, metadata("onbuild"), [], null);
  }

  history(history: Image["config"]["history"], layerCount: number, shell: readonly string[] | null): void {
    const makesLayer = history.filter((row) => row.emptyLayer !== true).length === layerCount;
    const knownArgs: string[] = [];
    let layer = -1;
    for (const row of history) {
      if (row.emptyLayer !== true) layer += 1;
      const at = { layer: makesLayer && row.emptyLayer !== true ? layer : null, layersBelow: makesLayer ? layer + 1 : null };
      if (row.createdBy !== undefined) this.row(row.createdBy, { surface: "history", ...at }, knownArgs, shell);
      if (row.comment !== undefined) this.remark(row.comment, { surface: "history", ...at });
      if (row.author !== undefined) this.text(row.author, { surface: "author", ...at });
    }
  }

  /** A history row or a Dockerfile instruction. Names from ARG rows are added to `knownArgs`. */
  row(createdBy: string, place: Place, knownArgs: string[], shell: readonly string[] | null): void {
    const row = parseHistoryRow(createdBy, knownArgs, shell);
    const onHistory = place.surface === "history";
    for (const pair of row.buildArgs) this.pair(pair, onHistory ? { ...place, surface: "build-arg" } : place, true);
    if (row.instruction === "ENV" || row.instruction === "ARG" || row.instruction === "LABEL") {
      const surface = onHistory && row.instruction === "ARG" ? "build-arg" : place.surface;
      for (const pair of row.pairs) {
        if (row.instruction === "ARG") knownArgs.push(pair.name);
        this.pair(pair, { ...place, surface }, row.instruction !== "LABEL");
      }
      if (row.pairs.length === 0) this.text(row.text, place);
      return;
    }
    this.command(row.text, place);
  }

  /** `NAME=value`. `lint` also reports names that should not be there, whatever their value. */
  pair({ name, value }: Pair, place: Place, lint: boolean): void {
    const before = this.hits.length;
    this.text(`${name}=${value}`, place, name);
    const isObject = value.trimStart().startsWith("{");
    if (isObject && value.includes('"auths"')) this.#credentials(value, place, name, ".docker/config.json");
    if (isObject && name === "COMPOSER_AUTH") this.#credentials(value, place, name, "auth.json");
    // A value may itself contain pairs and options: `JAVA_OPTS=-Dx.password=y`, connection strings, JSON.
    if (/[=:\s]/.test(value)) {
      this.#pairs(value, "data", place, name);
      this.#commandSecrets(value, place, name);
    }
    const verdict = judgeKeyValue(name, value) ?? userAndPassword(name, value);
    // If a secret was found inside, the whole value counts as well only if it has no structure of its own.
    if (verdict !== null && (this.hits.length === before || !/[=\s{]/.test(value))) {
      this.#add({ ...byName, ...verdict }, place, name);
    } else if (this.hits.length === before && lint && classifyName(name) !== null && isWeakLiteral(value)) {
      this.#add({ ...tellingName, secret: value.trim() }, place, name);
    }
  }

  /** A shell command, or the words of one. */
  command(written: string, place: Place): void {
    const text = wordsOfList(written) ?? written;
    this.text(text, place);
    this.#pairs(text, "shell", place);
    this.#commandSecrets(text, place);
    for (const { path, content } of writtenFiles(text))
      this.#found(matchesIn(this.#rules, Buffer.from(content, "utf8"), path), place, null);
  }

  /** A comment that somebody added. */
  remark(text: string, place: Place): void {
    this.text(text, place);
    this.#pairs(text, "data", place);
  }

  /** Any text: only secrets recognisable by their own form. */
  text(text: string, place: Place, key: string | null = null): void {
    this.#found(matchesIn(this.#rules, Buffer.from(text, "utf8"), "", null), place, key);
  }

  /** `name = value` anywhere in the text. */
  #pairs(text: string, style: "data" | "shell", place: Place, key: string | null = null): void {
    const matches = matchesIn(this.#rules, Buffer.from(text, "utf8"), "", style);
    this.#found(
      matches.filter(({ rule }) => rule.id === "key-value"),
      place,
      key,
    );
  }

  #found(matches: readonly RuleMatch[], place: Place, key: string | null): void {
    for (const match of matches) {
      const secret = Buffer.from(match.secret, "latin1").toString("utf8");
      // In most files `user:pass@host` is an example; in a config it is what the container uses.
      const weak = match.rule.check === "url-password" && match.severity === "low";
      const { id, title } = match.rule;
      this.#add(
        { rule: id, title, severity: weak ? "medium" : match.severity, confidence: match.confidence, secret },
        place,
        key ?? match.key,
      );
    }
  }

  #commandSecrets(text: string, place: Place, key: string | null = null): void {
    for (const { key: option, verdict } of secretsInCommand(text)) {
      this.#add({ ...byName, ...verdict }, place, key ?? option);
    }
  }

  /** Credentials of Docker and Composer in a variable: `DOCKER_AUTH_CONFIG={"auths":…}`, read as the file they represent. */
  #credentials(value: string, place: Place, key: string, path: string): void {
    this.#found(matchesIn(this.#rules, Buffer.from(value, "utf8"), path), place, key);
  }

  /** The user's allow lists apply to pairs and options as they do to files. */
  #isAllowed(rule: string, key: string | null, secret: string): boolean {
    const { user } = this.#rules;
    if (user === null) return false;
    const bytes = Buffer.from(secret, "utf8").toString("latin1");
    const line = key === null ? bytes : `${Buffer.from(key, "utf8").toString("latin1")}=${bytes}`;
    return isAllowed([...user.allow, ...(user.narrowed[rule] ?? [])], { path: "", secret: bytes, match: line, line });
  }

  #add({ rule, title, severity, confidence, secret }: Found, place: Place, key: string | null): void {
    if (this.#isAllowed(rule, key, secret)) return;
    this.hits.push({ rule, title, severity, confidence, ...place, key, secret: new ClearSecret(secret) });
  }
}

/** `BASIC_AUTH=admin:x`, `SFTP_USERS=a:x:1001,b:y`, Bundler's `BUNDLE_GEMS__EXAMPLE__ORG=ci:x`: the first password of the list. */
function userAndPassword(name: string, value: string): KeyValueVerdict | null {
  if (!/(?:^|_)(?:auth|users?|accounts?|logins?|htpasswd)$/i.test(name) && !/^BUNDLE_\w+__\w+$/.test(name)) return null;
  const found = /^["']?[\w.@-]{1,60}[:/]([^\s:,;/@]{6,100})(?=$|[:,;\s"'])/.exec(value);
  if (found === null || !looksRandom(found[1]!) || !/[A-Za-z]/.test(found[1]!)) return null;
  return { severity: "medium", confidence: "medium", secret: found[1]!, start: value.indexOf(found[1]!) };
}

/** A short plain word after a telling name: too weak to call a secret, but worth a note. */
function isWeakLiteral(value: string): boolean {
  return (
    !value.includes(mask) && /^["']?[^\s/$%{<]{0,11}["']?$/.test(value.trim()) && !/^(?:true|false|yes|no|on|off|\d+)$/i.test(value.trim())
  );
}

function pairOf(row: string): Pair {
  const equals = row.indexOf("=");
  return equals < 0 ? { name: row, value: "" } : { name: row.slice(0, equals), value: row.slice(equals + 1) };
}

/** Keeps one hit per secret and place, whatever the rules: the one with the most telling rule. */
function dedupe(hits: readonly ConfigHit[]): ConfigHit[] {
  const best = new Map<string, ConfigHit>();
  for (const hit of hits) {
    const id = [hit.surface, hit.layer ?? "", hit.secret.reveal()].join("\0");
    const known = best.get(id);
    if (known === undefined || (isByName(known) && !isByName(hit))) best.set(id, hit);
  }
  // If a longer secret contains a shorter one at the same place, one of them is enough.
  const judged = new Set(hits.filter((hit) => hit.rule !== "secret-name").map((hit) => hit.key));
  // A note about a name adds nothing if its value was found elsewhere: `ARG TOKEN` and the RUN that received it.
  const kept = [...best.values()].filter((hit) => hit.rule !== "secret-name" || !judged.has(hit.key));
  const byForm = kept.filter((hit) => !isByName(hit));
  return kept.filter((hit) => !isByName(hit) || !byForm.some((other) => covers(other, hit)));
}

function isByName(hit: ConfigHit): boolean {
  return hit.rule === "key-value" || hit.rule === "secret-name";
}

function covers(other: ConfigHit, hit: ConfigHit): boolean {
  if (other.surface !== hit.surface || other.layer !== hit.layer) return false;
  const [known, named] = [other.secret.reveal(), hit.secret.reveal()];
  // A rule's `user:password` contains the password found through an option.
  return known.includes(named) || (hit.key === other.key && named.includes(known));
}
