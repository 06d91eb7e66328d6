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

/** What has the focus on the Files tab; the other tabs have one pane each. */
export type Pane = "layers" | "details" | "image" | "files";

export interface LayerRow {
  readonly index: number;
  /** Redacted, printable; led by its line of the Dockerfile once that is known. */
  command: string;
  readonly storedBytes: number | null;
  /** The image's reading came to an end before this layer was read. */
  isUnread: boolean;
  /** Bytes read so far; null before the first and after the last. */
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
  /** What is wrong with what was typed. */
  error: string | null;
  /** How a place that is typed can go on; none where it goes on in one way. */
  candidates: readonly string[];
}

export interface Chooser {
  readonly kind: "chooser";
  readonly title: string;
  readonly node: FileNode;
  readonly versions: readonly Inode[];
  readonly labels: readonly string[];
  readonly cursor: ListCursor;
  /** The version already picked, to compare with the next one. */
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
  /** Which of the platforms or images that lie where the name leads to open instead. */
  | { readonly kind: "offered"; readonly cursor: ListCursor; readonly back: Overlay | null }
  | Chooser;

export interface Message {
  readonly text: string;
  readonly kind: "info" | "good" | "error";
}

export interface LoadError {
  readonly message: string;
  readonly hint: string;
  /** What was thrown: told again once the terminal is back. */
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
  /** In the order the tree shows them. */
  readonly found: readonly FileNode[];
  readonly hits: ReadonlySet<FileNode>;
  /** How many more paths match that this view does not show, and one of them. */
  readonly others: number;
  readonly other: FileNode | null;
  readonly isRunning: boolean;
}

export const noSearch: Search = { query: "", found: [], hits: new Set(), others: 0, other: null, isRunning: false };

export class AppState {
  readonly name: string;
  /** The platform that was chosen on the screen. */
  readonly wantedPlatform: string | null;
  /** What esc leads back to while nothing is known of this image yet. */
  before: string | null = null;
  /** What can be opened where the name leads: platforms of the image, other images. */
  offered: readonly OfferedImage[] = [];
  tab: Tab = "summary";
  focus: Pane = "layers";
  image: ShownImage | null = null;
  analysis: ShownAnalysis | null = null;
  /** False while secrets and hashes may still come. */
  isFinal = false;
  layerRows: LayerRow[] = [];
  /** What is being read right now, for the status line. */
  activity: Activity | null = null;
  error: LoadError | null = null;
  message: Message | null = null;
  prompt: Prompt | null = null;
  overlay: Overlay | null = null;
  /** Part of the width for the left column, where somebody chose one. */
  leftPart: number | null = null;
  /** The mouse holds the border beside it. */
  dragsBorder = false;
  /** What `/` looks for in the files, and where it was found. */
  search: Search = noSearch;
  /** True while the filter's pattern is being matched. */
  isFiltering = false;
  /** What `/` looks for in the other tabs. */
  listQuery = "";

  readonly summary = new SummaryModel();
  readonly layers = new LayersModel();
  /** The window on what is told about the row under the cursor, and which row that is: those of another are read from their beginning. */
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
  /** Lines of the documents that scroll, as painted last. */
  detailLines = 0;
  imageLines = 0;

  constructor(name: string, wantedPlatform: string | null = null) {
    this.name = name;
    this.wantedPlatform = wantedPlatform;
  }

  /** Which of the offered is looked at; -1 for none. */
  get shownOffer(): number {
    const { image, offered } = this;
    if (image === null) return -1;
    const byDigest = offered.findIndex(({ digest }) => digest === (image.manifestDigest ?? image.configDigest));
    // An engine may pack an image anew, its manifest included.
    return byDigest >= 0
      ? byDigest
      : offered.findIndex(({ name, platform }) => name === null && nameOf(platform) === nameOf(image.platform));
  }

  /** Whether images are offered, and not only the platforms of one. */
  get offersImages(): boolean {
    return this.offered.some(({ title }) => title !== null);
  }

  /** What the final image is made of, largest first. */
  parts(): readonly Part[] {
    const owners = (this.analysis?.packages.owners ?? []).filter(({ bytes }) => bytes > 0);
    // One owner alone says less than where its files lie.
    return owners.length > 1 ? owners : this.files.directories();
  }

  /** What esc takes back where nothing lies over the tab, one after the other; last it says again why the image is not whole. */
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

  /** Contexts whose keys count now, the first winning. */
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
