/** The data of a page: a document of plain data, and columns for long lists. The program writes it, `ui/web/` reads it. */
import type { LayerFigures, ShownConfig, Totals, WasteCause } from "../../../analyzers/analysis.ts";
import type { ImageDiff } from "../../../analyzers/diff/image-diff.ts";
import type { BaseFamily } from "../../../analyzers/ledger/families.ts";
import type { Ledger } from "../../../analyzers/ledger/model.ts";
import type { SecretFinding, SecretLocation } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretGroup } from "../../../analyzers/survey/secret-groups.ts";
import type { Survey, SurveyedImage } from "../../../analyzers/survey/survey.ts";
import type { WasteGroup } from "../../../analyzers/waste/groups.ts";
import type { Baseline, GateResult } from "../../gate/verdict.ts";
import type { Warning } from "../../image/warning.ts";
import type { Unneeded } from "../text/unneeded.ts";

export type Columns = Readonly<Record<string, Uint8Array>>;

/** In the order of their numbers in the column `wasteCause`. */
export const wasteCauses: readonly WasteCause[] = ["overwritten", "removed", "metadata", "identical"];
/** In the order of their numbers in the column `change`; 0 stands for a directory that only holds changes. */
export const pathChanges = ["within", "added", "removed", "changed"] as const;
/** In the order of their bits in the column `what`. */
export const aspects = ["type", "content", "mode", "owner", "link", "device", "xattr", "hard-link"] as const;

interface Page {
  readonly tool: { readonly name: string; readonly version: string };
  /** When the report was made (ISO 8601). */
  readonly made: string;
  /** Bytes of each column, in the order in which they follow the document. */
  readonly columns: readonly (readonly [name: string, bytes: number])[];
}

export interface PageLayer extends LayerFigures {
  /** The command on one line, without the shell that every one begins with. */
  readonly command: string;
  readonly isBase: boolean;
  /** Where in the Dockerfile it was made; "" where that is not known. */
  readonly dockerfile: string;
}

export interface PagePackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly bytesWithDependents: number;
  readonly files: number;
  readonly layer: number;
  readonly why: string;
  readonly location: string;
  /** Where in the Dockerfile its layer was made; "" where that is not known. */
  readonly dockerfile: string;
}

export interface PageSecret extends Omit<SecretFinding, "locations"> {
  /** `dockerfile`: its line, where a Dockerfile was named and the line is known. */
  readonly locations: readonly (SecretLocation & { readonly dockerfile?: string })[];
}

export interface PageOwner {
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
  readonly note: string;
  readonly isPackage: boolean;
}

export interface PageDuplicate {
  /** Of one copy. */
  readonly bytes: number;
  readonly digest: string;
  /** Places in the tree. */
  readonly nodes: readonly number[];
}

export interface ImagePage extends Page {
  readonly kind: "image";
  /** The section that was asked for: it comes first. */
  readonly focus: "packages" | null;
  readonly image: {
    readonly reference: string;
    readonly transport: string;
    readonly platform: string;
    readonly manifestDigest: string | null;
    readonly configDigest: string;
    readonly tags: readonly string[];
    readonly verified: boolean;
  };
  readonly shown: ShownConfig;
  readonly totals: Totals;
  readonly score: number;
  readonly base: { readonly layers: number; readonly from: string; readonly reference: string | null };
  readonly gate: GateResult | null;
  readonly baseline: Omit<Baseline, "layers"> | null;
  readonly layers: readonly PageLayer[];
  readonly wasteGroups: readonly (WasteGroup & { readonly advice: string; readonly dockerfile: string })[];
  readonly madeOf: string;
  readonly owners: readonly PageOwner[];
  readonly packages: readonly PagePackage[];
  readonly unneeded: readonly Unneeded[];
  /** Null when they were not looked for. */
  readonly duplicates: readonly PageDuplicate[];
  /** Null when they were not looked for. */
  readonly secrets: readonly PageSecret[] | null;
  readonly incomplete: readonly { readonly what: string; readonly reason: string; readonly layer?: number; readonly path?: string }[];
  readonly warnings: readonly Warning[];
  /** Mode, uid and gid, by the numbers in the column `meta`. */
  readonly metadata: readonly (readonly [mode: number, uid: number, gid: number])[];
}

export interface DiffPage
  extends Page, Pick<ImageDiff, "before" | "after" | "layers" | "config" | "history" | "packages" | "texts" | "warnings"> {
  readonly kind: "diff";
  /** Lines of the Dockerfile whose layers differ; empty where none was named. */
  readonly lines: readonly {
    readonly line: string;
    readonly text: string;
    readonly bytesBefore: number | null;
    readonly bytesAfter: number | null;
  }[];
  readonly files: Omit<ImageDiff["files"], "changes">;
  readonly counts: { readonly added: number; readonly removed: number; readonly changed: number };
}

export interface SurveyPageImage extends Pick<SurveyedImage, "name" | "figures" | "verdict" | "unreadable"> {
  readonly tags: number;
  readonly platform: string;
  readonly created: string | null;
  readonly layers: number;
  /** As stored. */
  readonly bytes: number;
  /** What deleting it would free. */
  readonly exclusiveBytes: number;
}

export interface SurveyPage
  extends Page, Pick<Survey, "unreadable" | "analysed">, Pick<Ledger, "repositories" | "layersByUse" | "staleBases"> {
  readonly kind: "survey";
  readonly totals: Ledger["totals"] & Pick<Survey, "artifacts" | "leftOut">;
  readonly images: readonly SurveyPageImage[];
  /** `names`: those of some of its images. */
  readonly families: readonly (Pick<BaseFamily, "images" | "layers" | "bytes" | "base"> & { readonly names: readonly string[] })[];
  readonly identical: readonly (readonly string[])[];
  /** Null when they were not looked for. */
  readonly secrets: readonly (Omit<SecretGroup, "locations"> & { readonly place: string })[] | null;
}

export type PageData = ImagePage | DiffPage | SurveyPage;
