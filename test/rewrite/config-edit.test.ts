import { describe, expect, it } from "vitest";

import { parseConfig } from "../../src/image/config.ts";
import { editConfig } from "../../src/rewrite/documents/config-edit.ts";
import { editHistory } from "../../src/rewrite/documents/history-edit.ts";
import { serializeJson } from "../../src/rewrite/documents/json-document.ts";
import { noConfigEdits } from "../../src/rewrite/plan/plan.ts";

const diffId = `sha256:${"a".repeat(64)}` as const;
const change = {
  diffIds: [diffId],
  history: null,
  edits: noConfigEdits,
  scrub: null,
  redact: (text: string) => text,
  created: null,
  clampTime: null,
};

const edited = (text: string, more: Partial<typeof change> = {}): string =>
  editConfig(Buffer.from(text), { ...change, ...more }).bytes.toString();

describe("editing a config", () => {
  it("keeps digits, key order, escapes and keys nobody knows", () => {
    const text =
      '{ "b": 12345678901234567890, "a": 1.0, "n": -1e+5, "é\\u00e9": "\\u0041\\/", "config": {"Healthcheck": {"Interval": 30000000000}} }';
    expect(edited(text)).toBe(
      `{"b":12345678901234567890,"a":1.0,"n":-1e+5,"é\\u00e9":"\\u0041\\/","config":{"Healthcheck":{"Interval":30000000000}},"rootfs":{"type":"layers","diff_ids":["${diffId}"]}}`,
    );
  });

  it("drops what describes the old layers, and says so", () => {
    const { bytes, notes } = editConfig(
      Buffer.from('{"moby.buildkit.cache.v0":"x","container":"y","container_config":{},"config":{"Image":"sha256:1","Cmd":["a"]}}'),
      change,
    );
    expect(JSON.parse(bytes.toString())).toEqual({ config: { Cmd: ["a"] }, rootfs: { type: "layers", diff_ids: [diffId] } });
    expect(notes).toHaveLength(3);
  });

  it("gives a new entry point no old command, unless one is given", () => {
    const text = '{"config":{"Entrypoint":["old"],"Cmd":["old"]}}';
    expect(JSON.parse(edited(text, { edits: { ...noConfigEdits, entrypoint: ["new"] } })).config).toEqual({ Entrypoint: ["new"] });
    expect(JSON.parse(edited(text, { edits: { ...noConfigEdits, entrypoint: ["new"], cmd: ["x"] } })).config).toEqual({
      Entrypoint: ["new"],
      Cmd: ["x"],
    });
  });

  it("makes what it edits where the config has none", () => {
    const edits = { ...noConfigEdits, setEnv: [["A", "b=c"]] as const, labels: [["k", "v"]] as const };
    expect(JSON.parse(edited('{"config":null}', { edits })).config).toEqual({ Env: ["A=b=c"], Labels: { k: "v" } });
  });

  it("refuses what is no config", () => {
    expect(() => edited("[1]")).toThrow(/not a JSON object/);
    expect(() => edited("{")).toThrow(/not JSON/);
  });
});

describe("editing history", () => {
  const rows = (history: unknown, mode: "keep" | "collapse", keptLayers: number, layerCount: number, newLayers = ["merged"]) => {
    const bytes = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] }, history }));
    const parsed = editHistory(bytes, parseConfig(bytes, "the config"), {
      mode,
      keptLayers,
      layerCount,
      newLayers,
      redact: (text) => text,
      clampTime: null,
      created: null,
    });
    return (JSON.parse(serializeJson(parsed)) as { created_by?: string; empty_layer?: boolean }[]).map(
      (row) => `${row.created_by}${row.empty_layer === true ? " (empty)" : ""}`,
    );
  };
  const three = [{ created_by: "a" }, { created_by: "env", empty_layer: true }, { created_by: "b" }, { created_by: "c" }];

  it("leaves as many filled rows as there are layers", () => {
    expect(rows(three, "keep", 1, 3)).toEqual(["a", "env (empty)", "b (empty)", "c (empty)", "merged"]);
    expect(rows(three, "collapse", 1, 3)).toEqual(["a", "merged"]);
    expect(rows(three, "keep", 0, 3)).toEqual(["a (empty)", "env (empty)", "b (empty)", "c (empty)", "merged"]);
  });

  it("admits what it does not know where history never matched the layers", () => {
    expect(rows(three, "keep", 2, 5)).toEqual(["a (empty)", "env (empty)", "b (empty)", "c (empty)", "unknown", "unknown", "merged"]);
    expect(rows([], "keep", 1, 2)).toEqual(["unknown", "merged"]);
    expect(rows(null, "collapse", 0, 2)).toEqual(["merged"]);
  });
});
