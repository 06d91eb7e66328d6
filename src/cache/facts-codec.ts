/**
 * Facts about layers and images, as JSON. Node's own serialization could store them directly, but loading its module takes longer than
 * reading all facts about a small image.
 */
import type { DiveTotals, ShownTexts, TreeFigures } from "../../analyzers/analysis.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretHit } from "../../analyzers/secrets/match/secret-hit.ts";

/** By file extension. */
export interface FactsByKind {
  readonly dive: DiveTotals;
  readonly figures: TreeFigures;
  /** Of the image's config. */
  readonly texts: ShownTexts;
  /** Before known secrets are left out; never contains the secret itself. */
  readonly findings: readonly SecretFinding[];
  /** Of one layer. */
  readonly secrets: CachedSecrets;
}

export interface CachedSecrets {
  readonly hits: readonly SecretHit[];
  readonly unscanned: readonly { readonly entry: number; readonly reason: string }[];
  /** See `scan/suspects/digest-collector.ts`. */
  readonly suspects: ReadonlyMap<number, Readonly<Record<"md5" | "sha1" | "sha256", string>>>;
}

interface Codec<T> {
  /** Converts to what JSON can hold. */
  readonly pack: (facts: T) => unknown;
  readonly unpack: (json: never) => T;
}

const asItIs = { pack: (facts: unknown) => facts, unpack: (json: never) => json };

const codecs: { readonly [Kind in keyof FactsByKind]: Codec<FactsByKind[Kind]> } = {
  dive: {
    // As text, since a percentage of nothing is infinite, which JSON cannot hold.
    pack: (totals) => Object.entries(totals).map(([name, number]) => [name, number === null ? null : String(number)]),
    unpack: (rows: readonly [string, string | null][]) =>
      Object.fromEntries(rows.map(([name, text]) => [name, text === null ? null : Number(text)])) as unknown as DiveTotals,
  },
  figures: {
    pack: ({ accounts, packages, ...figures }) => ({
      ...figures,
      accounts: accounts === null ? null : [...accounts],
      packages: { ...packages, entryOwners: packages.entryOwners.map(packNumbers) },
    }),
    unpack: ({ accounts, packages, ...figures }: PackedFigures) => ({
      ...figures,
      accounts: accounts === null ? null : new Map(accounts),
      packages: { ...packages, entryOwners: packages.entryOwners.map(unpackNumbers) },
    }),
  },
  texts: asItIs,
  findings: asItIs,
  secrets: {
    pack: ({ suspects, ...found }) => ({ ...found, suspects: [...suspects] }),
    unpack: ({ suspects, ...found }: PackedSecrets) => ({ ...found, suspects: new Map(suspects) }),
  },
};

type PackedFigures = Omit<TreeFigures, "accounts" | "packages"> & {
  readonly accounts: readonly [string, number][] | null;
  readonly packages: Omit<TreeFigures["packages"], "entryOwners"> & { readonly entryOwners: readonly string[] };
};

type PackedSecrets = Omit<CachedSecrets, "suspects"> & {
  readonly suspects: readonly (CachedSecrets["suspects"] extends ReadonlyMap<infer Key, infer Value> ? readonly [Key, Value] : never)[];
};

export function encodeFacts<Kind extends keyof FactsByKind>(kind: Kind, facts: FactsByKind[Kind]): Buffer {
  return Buffer.from(JSON.stringify(codecs[kind].pack(facts)));
}

/** @throws for anything but the result of `encodeFacts` for facts of that kind */
export function decodeFacts<Kind extends keyof FactsByKind>(kind: Kind, bytes: Buffer): FactsByKind[Kind] {
  return codecs[kind].unpack(JSON.parse(bytes.toString()) as never);
}

/** One number for each file: their bytes take less space and time than their digits. */
function packNumbers({ buffer, byteOffset, byteLength }: Int32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function unpackNumbers(text: string): Int32Array {
  // Copied for alignment, which a slice of Node's shared pool may lack.
  return new Int32Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
}
