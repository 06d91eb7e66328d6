/**
 * The messages between the screen's thread and the engine's. The engine loads, analyses, plans and rewrites; the screen's thread never
 * waits for it. Messages are plain data, and none contains a secret of the image.
 */
import type { PlanKind, PlanResult, ShownAnalysis, ShownImage, ShownPlan } from "../../../ui/session.ts";
import type { CatalogColumns } from "../../filesystem/catalog.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import type { OfferedImage } from "../../transports/transport.ts";
import type { Failure } from "../../scan/workers/protocol.ts";

export interface EngineStart {
  readonly name: string;
  readonly args: AnalysisArguments;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** To the engine. The answer to each `ask` carries its number. */
export type Order =
  | { readonly ask: "read"; readonly id: number; readonly layer: number; readonly entry: number; readonly most: number }
  | { readonly ask: "extract"; readonly id: number; readonly path: string; readonly layer: number; readonly directory: string }
  | { readonly ask: "plan"; readonly id: number; readonly kind: PlanKind }
  | { readonly ask: "step"; readonly id: number; readonly step: string; readonly enabled: boolean }
  | { readonly ask: "run"; readonly id: number; readonly destination: string; readonly force: boolean }
  | { readonly ask: "stop" }
  | { readonly ask: "close" };

/** The lists of an analysis, which are sent in pieces: a hundred thousand rows at once would delay a key press. */
export type ListName = "waste" | "duplicates" | "leftovers" | "secrets" | "incomplete" | "warnings" | "owners" | "packages";
export type AnalysisHead = Omit<ShownAnalysis, "image" | "tree" | ListName> & {
  readonly packages: Omit<ShownAnalysis["packages"], "owners" | "packages">;
};

export interface Answers {
  readonly read: Uint8Array;
  readonly extract: { readonly path: string; readonly files: number; readonly skipped: number };
  readonly plan: ShownPlan;
  readonly step: ShownPlan;
  readonly run: PlanResult;
}

/** From the engine. */
export type Notice =
  | { readonly notice: "offered"; readonly offered: readonly OfferedImage[] }
  | { readonly notice: "image"; readonly image: ShownImage }
  | {
      readonly notice: "progress";
      readonly layer: number | null;
      readonly what: string;
      readonly bytes: number;
      readonly totalBytes: number | null;
    }
  | { readonly notice: "layer"; readonly layer: number; readonly bytes: number; readonly entries: number }
  /** The entries of the next layer, from the bottom up; layer 0 starts a new tree. */
  | { readonly notice: "catalog"; readonly layer: number; readonly columns: CatalogColumns }
  | { readonly notice: "rows"; readonly list: ListName; readonly rows: readonly unknown[] }
  /** Sent after all its rows. `contents` by layer: hashes and similar data that have become known. */
  | {
      readonly notice: "analysis";
      readonly final: boolean;
      readonly head: AnalysisHead;
      readonly hasSecrets: boolean;
      readonly contents: readonly Pick<CatalogColumns, "hashes" | "prefixes" | "fingerprints">[];
    }
  | { readonly notice: "failed"; readonly failure: Failure }
  | { readonly notice: "answer"; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly notice: "refused"; readonly id: number; readonly failure: Failure }
  | { readonly notice: "running"; readonly what: string; readonly ratio: number | null }
  | { readonly notice: "closed" };
