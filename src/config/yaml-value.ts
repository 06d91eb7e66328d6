/** A YAML file read with positions, so that every complaint names file, line and key. */
import type { Document, LineCounter, Node, YAMLError } from "yaml";

import { BallastError } from "../base/errors.ts";
import { suggestion } from "../base/text/nearest.ts";
import { show } from "./threshold.ts";
import { lineTooDeep } from "./yaml-depth.ts";

/** Levels of maps that merge maps: an anchor that contains itself has no end. */
const deepestMerge = 20;

interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** @throws {BallastError} bad-config when it is not YAML, naming the line */
export async function readYaml(file: string, text: string): Promise<YamlValue> {
  const { Lexer, LineCounter, parseDocument } = await import("yaml");
  const deep = lineTooDeep(new Lexer().lex(text));
  if (deep !== null) throw new BallastError("bad-config", `${file}:${deep}: is nested too deeply`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new BallastError("bad-config", `${file}:${lines.linePos(error.pos[0]).line}: ${inWords(error)}`);
  }
  return new YamlValue({ file, document, lines }, document.contents, "", 1);
}

function inWords({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return "a second YAML document begins here; there may be one";
  if (code === "DUPLICATE_KEY") return "a key stands twice in one map";
  return message.startsWith("Maximum call stack") ? "is nested too deeply" : message.split("\n")[0]!;
}

export class YamlValue {
  readonly #source: Source;
  readonly #node: Node | null;
  /** `rules.efficiency.fail`; "" for the whole file. */
  readonly key: string;
  readonly line: number;

  constructor(source: Source, node: unknown, key: string, line: number) {
    this.#source = source;
    this.#node = (node ?? null) as Node | null;
    this.key = key;
    this.line = this.#node?.range ? source.lines.linePos(this.#node.range[0]).line : line;
    if (this.line === 0) this.line = line;
  }

  /** `.ballast.yaml:12` */
  get from(): string {
    return `${this.#source.file}:${this.line}`;
  }

  fail(what: string): never {
    throw new BallastError("bad-config", `${this.from}: ${this.key === "" ? "the file" : this.key} ${what}`);
  }

  /** The plain value. */
  get value(): unknown {
    try {
      return this.#node === null ? null : this.#node.toJS(this.#source.document, { maxAliasCount: 100 });
    } catch (error) {
      if (error instanceof RangeError) return this.fail("is nested too deeply");
      // yaml throws this for bad aliases.
      if (!(error instanceof ReferenceError)) throw error;
      if (error.message.startsWith("Unresolved alias")) return this.fail("refers to an anchor that does not stand before it");
      return this.fail("repeats itself through aliases until it is too large");
    }
  }

  /** `rules:` with nothing below it, as when every rule is commented out. */
  get isEmpty(): boolean {
    return this.#node === null || this.value === null;
  }

  isMap(): boolean {
    const { value } = this;
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  /**
   * The entries of a map whose keys are all known.
   * @throws {BallastError} bad-config naming the unknown key and the nearest known one
   */
  map(known: readonly string[], what = "key", isOwn: (name: string) => boolean = () => false): Map<string, YamlValue> {
    const entries = this.anyMap();
    for (const [name, value] of entries) {
      if (!known.includes(name) && !isOwn(name)) {
        const key = this.key === "" ? name : `${this.key}.${name}`;
        throw new BallastError(
          "bad-config",
          `${this.#source.file}:${value.line}: ${key}: there is no ${what} "${name}"${suggestion(name, known)}`,
        );
      }
    }
    return entries;
  }

  /** The entries of a map, whatever its keys. */
  anyMap(depth = 0): Map<string, YamlValue> {
    const entries = new Map<string, YamlValue>();
    if (this.isEmpty) return entries;
    const node = this.#resolved();
    if (!this.isMap() || node === null || !("items" in node)) return this.fail(`must be a map of keys and values, not ${show(this.value)}`);
    for (const pair of node.items as { key: Node; value: Node | null }[]) {
      const name = String(pair.key.toJS(this.#source.document));
      const line = pair.key.range ? this.#source.lines.linePos(pair.key.range[0]).line : this.line;
      if (name === "<<") {
        const merged = new YamlValue(this.#source, pair.value, this.key, line).#merged(depth);
        for (const [key, value] of merged) if (!this.#states(key)) entries.set(key, value);
      } else {
        const key = this.key === "" ? name : `${this.key}.${name}`;
        entries.set(name, new YamlValue(this.#source, pair.value, key, line));
      }
    }
    return entries;
  }

  /** The entries that `<<: *anchor` and `<<: [*a, *b]` merge in. The first of several maps that has a key counts. */
  #merged(depth: number): Map<string, YamlValue> {
    if (depth > deepestMerge) return this.fail("is nested too deeply");
    const maps = Array.isArray(this.value) ? this.list() : [this];
    return new Map(maps.toReversed().flatMap((map) => [...map.anyMap(depth + 1)]));
  }

  /** Whether the map itself has the key, not one it merges. */
  #states(key: string): boolean {
    const node = this.#resolved();
    return (
      node !== null &&
      "items" in node &&
      (node.items as { key: Node }[]).some((pair) => String(pair.key.toJS(this.#source.document)) === key)
    );
  }

  list(): YamlValue[] {
    if (this.isEmpty) return [];
    const node = this.#resolved();
    if (!Array.isArray(this.value) || node === null || !("items" in node)) return this.fail(`must be a list, not ${show(this.value)}`);
    return (node.items as Node[]).map((item, index) => new YamlValue(this.#source, item, `${this.key}[${index}]`, this.line));
  }

  string(): string {
    const { value } = this;
    return typeof value === "string" && value !== "" ? value : this.fail(`must be a text, not ${show(value)}`);
  }

  oneOf<const T extends string>(choices: readonly T[]): T {
    const { value } = this;
    const found = choices.find((choice) => choice === value);
    return found ?? this.fail(`cannot be ${show(value)}${suggestion(String(value), choices)}`);
  }

  #resolved(): Node | null {
    const node = this.#node;
    if (node !== null && "source" in node && "resolve" in node)
      return (node as unknown as { resolve(document: Document): Node | null }).resolve(this.#source.document);
    return node;
  }
}
