/** Everything the screen shows, as plain data and view-models: no terminal, no I/O. */
import type { FileNode, Inode } from "../src/filesystem/file-tree.ts";
import type { Context } from "./keys/keymap.ts";
import { formatVersionedPlatform, normalizePlatform } from "../src/image/platform.ts";
import type { OfferedImage } from "../src/transports/transport.ts";
import type { ShownAnalysis, ShownImage } from "./session.ts";
import { ConfigModel } from "./viewmodel/documents/config-model.ts";
import type { DiffModel } from "./viewmodel/diff.ts";
import { DuplicatesModel } from "./viewmodel/findings/duplicates.ts";
import { FilesModel } from "./viewmodel/files/files.ts";
import { LayersModel } from "./viewmodel/layers.ts";
import type { LineEditor } from "./viewmodel/line-editor.ts";
import { ListCursor } from "./viewmodel/list-cursor.ts";
import type { PatternMode } from "./viewmodel/pattern.ts";
import { PackagesModel } from "./viewmodel/findings/packages.ts";
import type { PickerModel } from "./viewmodel/picker.ts";
import { PlanModel } from "./viewmodel/findings/plan.ts";
import { SecretsModel } from "./viewmodel/findings/secrets.ts";
import type { ViewerModel } from "./viewmodel/viewer.ts";
import { SummaryModel } from "./viewmodel/findings/summary.ts";
import type { Part } from "./viewmodel/findings/summary.ts";
import { WasteModel } from "./viewmodel/findings/waste.ts";

export const tabs = ["summary", "files", "waste", "secrets", "duplicates", "plan", "config", "packages"] as const;
export type Tab = (typeof tabs)[number];

/** The pane with the focus on the Files tab; other tabs have one pane each. */
export type Pane = "layers" | "details" | "image" | "files";

export interface LayerRow {
  readonly index: number;
  /** Redacted and printable; preceded by its line in the Dockerfile once that is known. */
  command: string;
  readonly storedBytes: number | null;
  /** Reading the image failed before this layer was read. */
  isUnread: boolean;
  /** Bytes read so far; null before reading starts and after it ends. */
  readBytes: number | null;
  /** Content bytes; null until the layer has been read. */
  bytes: number | null;
  /** Null until the whole image has been read. */
  wastedBytes: number | null;
}

export type PromptKind = "filter" | "search" | "least-size" | "extract" | "destination";

export interface Prompt {
  readonly kind: PromptKind;
  readonly label: string;
  readonly editor: LineEditor;
  mode: PatternMode | null;
  /** What is wrong with the typed text. */
  error: string | null;
  /** Possible completions of a typed path; empty unless there are several. */
  candidates: readonly string[];
}

export interface Chooser {
  readonly kind: "chooser";
  readonly title: string;
  readonly node: FileNode;
  readonly versions: readonly Inode[];
  readonly labels: readonly string[];
  readonly cursor: ListCursor;
  /** The version picked first, to compare with the next. */
  first: number | null;
  readonly back: Overlay | null;
}

export type Overlay =
  | { readonly kind: "help"; readonly cursor: ListCursor; readonly contexts: readonly Context[]; readonly back: Overlay | null }
  | { readonly kind: "viewer"; readonly model: ViewerModel; readonly node: FileNode; readonly inode: Inode }
  | { readonly kind: "diff"; readonly model: DiffModel; readonly node: FileNode; readonly back: Overlay | null }
  | { readonly kind: "busy"; readonly text: string; readonly back: Overlay | null }
  /** The image cannot be opened or read: `AppState.error`. */
  | { readonly kind: "failure" }
  /** Which image to open. */
  | { readonly kind: "picker"; readonly model: PickerModel; readonly back: Overlay | null }
  /** Which other platform or image of the same source to open. */
  | { readonly kind: "offered"; readonly cursor: ListCursor; readonly back: Overlay | null }
  | Chooser;

export interface Message {
  readonly text: string;
  readonly kind: "info" | "good" | "error";
}

export interface LoadError {
  readonly message: string;
  readonly hint: string;
  /** What was thrown; reported again after the terminal is restored. */
  readonly cause: unknown;
}

/** What is being fetched or read, in bytes; times in milliseconds. */
export interface Activity {
  readonly what: string;
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly startedAt: number;
  readonly startedWith: number;
  readonly now: number;
}

export interface Search {
  readonly query: string;
  /** In the order of the tree. */
  readonly found: readonly FileNode[];
  readonly hits: ReadonlySet<FileNode>;
  /** How many more paths match outside this view; `other` is one of them. */
  readonly others: number;
  readonly other: FileNode | null;
  readonly isRunning: boolean;
}

export const noSearch: Search = { query: "", found: [], hits: new Set(), others: 0, other: null, isRunning: false };

export class AppState {
  readonly name: string;
  /** The platform that was chosen on the screen. */
  readonly wantedPlatform: string | null;
  /** The image that esc returns to while nothing is known about this one yet. */
  before: string | null = null;
  /** What the source of this image offers: its platforms, other images. */
  offered: readonly OfferedImage[] = [];
  tab: Tab = "summary";
  focus: Pane = "layers";
  image: ShownImage | null = null;
  analysis: ShownAnalysis | null = null;
  /** False while secrets and hashes may still arrive. */
  isFinal = false;
  layerRows: LayerRow[] = [];
  /** What is being read, for the status line. */
  activity: Activity | null = null;
  error: LoadError | null = null;
  message: Message | null = null;
  prompt: Prompt | null = null;
  overlay: Overlay | null = null;
  /** The left column's share of the width; null is the default. */
  leftPart: number | null = null;
  /** The mouse is dragging the border of that column. */
  dragsBorder = false;
  /** What `/` searches in the files, and the matches. */
  search: Search = noSearch;
  /** True while the filter's pattern is being matched. */
  isFiltering = false;
  /** What `/` searches in the other tabs. */
  listQuery = "";

  readonly summary = new SummaryModel();
  readonly layers = new LayersModel();
  /** Scroll position of the details, and the row they are about: for another row they start at the top. */
  readonly details = new ListCursor();
  detailsOf = "";
  readonly imagePane = new ListCursor();
  readonly files = new FilesModel();
  readonly waste = new WasteModel();
  readonly secrets = new SecretsModel();
  readonly duplicates = new DuplicatesModel();
  readonly packages = new PackagesModel();
  readonly plan = new PlanModel();
  readonly config = new ConfigModel();
  /** Lines of the scrolling documents in the last frame. */
  detailLines = 0;
  imageLines = 0;

  constructor(name: string, wantedPlatform: string | null = null) {
    this.name = name;
    this.wantedPlatform = wantedPlatform;
  }

  /** Index of the shown image in `offered`; -1 if none. */
  get shownOffer(): number {
    const { image, offered } = this;
    if (image === null) return -1;
    const byDigest = offered.findIndex(({ digest }) => digest === (image.manifestDigest ?? image.configDigest));
    // An engine may repack an image with a new manifest, so the platform has to do.
    return byDigest >= 0
      ? byDigest
      : offered.findIndex(({ name, platform }) => name === null && nameOf(platform) === nameOf(image.platform));
  }

  /** Whether several images are offered, not only platforms of one. */
  get offersImages(): boolean {
    return this.offered.some(({ title }) => title !== null);
  }

  /** What the final image is made of, largest first. */
  parts(): readonly Part[] {
    const owners = (this.analysis?.packages.owners ?? []).filter(({ bytes }) => bytes > 0);
    // A single owner says less than the directories of its files.
    return owners.length > 1 ? owners : this.files.directories();
  }

  /** What the next esc undoes when no overlay is open, one thing at a time. The last shows again why the image is incomplete. */
  get retractable(): "opening" | "writing" | "search" | "filter" | "least size" | "root" | "range" | "error" | null {
    if (this.before !== null && this.image === null) return "opening";
    if (this.tab === "plan" && this.plan.status.kind === "running") return "writing";
    if (this.tab !== "files") {
      if (this.listQuery !== "") return "search";
    } else if (this.search.query !== "") return "search";
    else if (this.files.filter !== null) return "filter";
    else if (this.files.leastBytes > 0) return "least size";
    else if (this.files.root !== null) return "root";
    else if (this.layers.mode === "range") return "range";
    return this.error === null ? null : "error";
  }

  /** The contexts whose keys are active; the first one wins. */
  contexts(): readonly Context[] {
    switch (this.overlay?.kind) {
      case "viewer":
        return ["viewer", "list", "global"];
      case "diff":
        return ["diff", "list", "global"];
      case "failure":
        return ["failure", "global"];
      case "picker":
        return ["picker"];
      case "help":
      case "offered":
      case "chooser":
      case "busy":
        return ["list", "global"];
      case undefined:
        break;
    }
    if (this.tab !== "files") return [this.tab, "list", "global"];
    if (this.focus === "files") return ["files", "list", "global"];
    return this.focus === "layers" ? ["layers", "list", "global"] : ["list", "global"];
  }
}

function nameOf(platform: OfferedImage["platform"]): string {
  return platform === null ? "" : formatVersionedPlatform(normalizePlatform(platform));
}
