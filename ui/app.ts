/** The terminal UI: state, screen and session put together. */
import { ExitStatus } from "../src/base/errors.ts";
import type { FileNode, Inode } from "../src/filesystem/file-tree.ts";
import { displayPath } from "../src/filesystem/paths.ts";
import { plural } from "../src/terminal/format-bytes.ts";
import { Controller } from "./keys/controller.ts";
import { diffVersions } from "./viewmodel/diff-files.ts";
import type { Effects } from "./effects.ts";
import type { Keymap } from "./keys/keymap.ts";
import { endByHangUp, watchProcess } from "./terminal/lifecycle.ts";
import { describeError, listen } from "./loading.ts";
import { paintFrame } from "./panes/frame.ts";
import { Scheduler } from "./scheduler.ts";
import { TerminalScreen } from "./terminal/screen.ts";
import type { TerminalStreams } from "./terminal/screen.ts";
import type { Session } from "./session.ts";
import { AppState, noSearch } from "./state.ts";
import { chooseTheme, themeNames } from "./terminal/theme.ts";
import type { Theme, ThemeName, ThemeSetting } from "./terminal/theme.ts";
import { findSteps, matchSteps } from "./viewmodel/path-search.ts";
import { compilePattern } from "./viewmodel/pattern.ts";
import type { PatternMode } from "./viewmodel/pattern.ts";
import { ViewerModel, viewerLimit } from "./viewmodel/viewer.ts";
import { ContribWidgets } from "./terminal/widgets.ts";

/** Milliseconds between frames that nobody asked for by a key (progress). */
const frameMs = 50;
/** How long leaving waits for workers and sockets to end. */
const closeMs = 300;

export interface AppOptions {
  readonly streams: TerminalStreams;
  readonly session: Session;
  readonly keymap: Keymap;
  readonly theme: ThemeSetting;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Shows the UI until the person leaves. Returns the exit status; throws what crashed it, once the terminal is back. */
export async function runApp(options: AppOptions): Promise<number> {
  const app = new App(options);
  return app.run();
}

export class App {
  readonly state: AppState;
  readonly screen: TerminalScreen;
  readonly #options: AppOptions;
  readonly #scheduler = new Scheduler();
  readonly #controller: Controller;
  #theme: Theme;
  #themeName: ThemeName = "default";
  #widgets: ContribWidgets | null = null;
  #paintQueued: NodeJS.Timeout | null = null;
  #planAbort: AbortController | null = null;
  #end: (status: number, error?: unknown) => void = () => {};

  constructor(options: AppOptions) {
    this.#options = options;
    if (typeof options.theme === "string") this.#themeName = options.theme as ThemeName;
    this.#theme = chooseTheme(options.theme, options.env);
    this.state = new AppState(options.session.name);
    this.state.redact = (text) => options.session.redact(text);
    this.#controller = new Controller(this.state, options.keymap, this.#effects());
    this.screen = new TerminalScreen(options.streams, {
      input: (event) => this.#controller.input(event),
      resize: () => this.paint(),
    });
  }

  async run(): Promise<number> {
    const { session, signal } = this.#options;
    const ended = new Promise<{ readonly status: number; readonly error: unknown }>((resolve) => {
      this.#end = (status, error) => resolve({ status, error });
    });
    const unwatch = watchProcess((status, error) => this.#end(status, error));
    const onAbort = (): void => this.#end(ExitStatus.interrupted);
    signal.addEventListener("abort", onAbort, { once: true });
    let hungUp = false;
    try {
      this.paint();
      this.#start();
      const { status, error } = await ended;
      hungUp = status === ExitStatus.hungUp;
      if (error !== undefined) throw error instanceof Error ? error : new Error("something that is no error was thrown", { cause: error });
      return status;
    } finally {
      this.#planAbort?.abort();
      this.#scheduler.stop();
      if (this.#paintQueued !== null) clearTimeout(this.#paintQueued);
      this.screen.restore();
      unwatch();
      signal.removeEventListener("abort", onAbort);
      await Promise.race([session.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, closeMs).unref())]);
      if (hungUp) endByHangUp();
    }
  }

  /** Paints a frame now. */
  paint(): void {
    if (this.#paintQueued !== null) clearTimeout(this.#paintQueued);
    this.#paintQueued = null;
    const frame = paintFrame(this.state, this.screen.surface, this.#theme, this.#options.keymap);
    this.#controller.hits = frame.hits;
    this.#widgets?.show(frame.widgets, this.#theme);
    this.screen.flush();
  }

  /** Paints soon: what a loading image reports comes more often than anyone can look. */
  #paintSoon(): void {
    this.#paintQueued ??= setTimeout(() => this.paint(), frameMs);
  }

  #start(): void {
    const { session } = this.#options;
    const listener = listen(this.state, this.#scheduler, {
      paint: () => this.#paintSoon(),
      treeChanged: () => this.#treeChanged(),
    });
    setImmediate(() => {
      session.start({
        ...listener,
        onAnalysis: (analysis, about) => {
          // Its chart is the first thing to need the widgets.
          this.#widgets ??= new ContribWidgets(this.screen.screen);
          listener.onAnalysis(analysis, about);
          if (about.final && this.state.tab === "plan" && this.state.plan.status.kind === "none") void this.#loadPlan();
        },
      });
    });
  }

  #treeChanged(): void {
    const { state } = this;
    state.files.setView(state.layers.view);
    if (state.files.filter !== null) this.#filter(state.files.filter.text, state.files.filter.mode);
    if (state.search.query !== "") this.#search(state.search.query);
    this.#paintSoon();
  }

  #effects(): Effects {
    return {
      paint: () => this.paint(),
      quit: () => this.#end(ExitStatus.ok),
      suspend: () => this.screen.suspend(() => this.paint()),
      nextTheme: () => {
        const next = themeNames[(themeNames.indexOf(this.#themeName) + 1) % themeNames.length]!;
        this.#themeName = next;
        this.#theme = chooseTheme(next, this.#options.env);
        this.state.message = { kind: "info", text: `theme ${next}` };
      },
      copy: (text) => {
        this.screen.send(`\x1b]52;c;${Buffer.from(text, "utf8").toString("base64")}\x07`);
        this.state.message = { kind: "good", text: `copied ${text}` };
      },
      openFile: (node, inode) => void this.#openFile(node, inode),
      openDiff: (node, before, after) => void this.#openDiff(node, before, after),
      extract: (node, layer, directory) => void this.#extract(node, layer, directory),
      search: (query) => this.#search(query),
      filter: (text, mode) => this.#filter(text, mode),
      loadPlan: () => void this.#loadPlan(),
      runPlan: (destination) => void this.#runPlan(destination),
      stopPlan: () => this.#planAbort?.abort(),
      suggestDestination: () => this.state.plan.planner?.suggestDestination(this.state.plan.kind) ?? "",
    };
  }

  // ---- content

  /** Shows `text` while something is fetched; the result replaces it unless the person went elsewhere meanwhile. */
  async #whileBusy(text: string, work: () => Promise<void>): Promise<void> {
    const busy = { kind: "busy", text } as const;
    this.state.overlay = busy;
    try {
      await work();
    } catch (error) {
      const { message, hint } = describeError(error);
      this.state.message = { kind: "error", text: `${message}: ${hint}` };
    }
    if (this.state.overlay === busy) this.state.overlay = null;
    this.paint();
  }

  async #openFile(node: FileNode, inode: Inode): Promise<void> {
    const path = displayPath(node.path);
    await this.#whileBusy(`reading ${path} …`, async () => {
      const { overlay } = this.state;
      const content = await this.#options.session.read(inode, viewerLimit);
      if (this.state.overlay !== overlay) return;
      this.state.overlay = { kind: "viewer", model: new ViewerModel(`${path}  (layer ${inode.layer})`, content, inode.bytes), node, inode };
    });
  }

  async #openDiff(node: FileNode, before: Inode, after: Inode): Promise<void> {
    await this.#whileBusy(`comparing ${displayPath(node.path)} …`, async () => {
      const { overlay } = this.state;
      const catalogs = this.state.files.tree?.catalogs ?? [];
      const model = await diffVersions(catalogs, node, before, after, (inode, most) => this.#options.session.read(inode, most));
      if (this.state.overlay === overlay) this.state.overlay = { kind: "diff", model, node };
    });
  }

  async #extract(node: FileNode, layer: number, directory: string): Promise<void> {
    await this.#whileBusy(`extracting ${displayPath(node.path)} …`, async () => {
      const { path, files, skipped } = await this.#options.session.extract(node, layer, directory);
      this.state.message = {
        kind: "good",
        text: `wrote ${path} (${plural(files, "file")}${skipped > 0 ? `, ${skipped} skipped: no files` : ""})`,
      };
    });
  }

  // ---- search and filter

  #search(query: string): void {
    const { state } = this;
    const { tree, rows } = state.files;
    const test = query === "" ? null : compilePattern(query, "substring").test;
    if (tree === null || rows === null || test === null) {
      this.#scheduler.cancel("search");
      state.search = query === "" ? noSearch : { ...noSearch, query };
      return;
    }
    const isNew = query !== state.search.query;
    state.search = { ...state.search, query, isRunning: true };
    const steps = (function* () {
      return yield* findSteps(tree.root, rows, yield* matchSteps(tree.root, test));
    })();
    this.#scheduler.run("search", steps, (found) => {
      state.search = { query, found, hits: new Set(found), isRunning: false };
      if (isNew && found.length > 0 && (state.files.selected === null || !state.search.hits.has(state.files.selected)))
        this.#controller.toNearestMatch();
      this.paint();
    });
  }

  #filter(text: string, mode: PatternMode): void {
    const { state } = this;
    const { tree } = state.files;
    const { test } = compilePattern(text, mode);
    this.#scheduler.cancel("filter");
    state.isFiltering = false;
    if (text === "") state.files.setFilter(null);
    if (text === "" || test === null || tree === null) return;
    state.isFiltering = true;
    this.#scheduler.run("filter", matchSteps(tree.root, test), (matches) => {
      state.isFiltering = false;
      state.files.setFilter({ text, mode, matches });
      this.paint();
    });
  }

  // ---- the plan

  async #loadPlan(): Promise<void> {
    const { plan, isFinal } = this.state;
    if (!isFinal) return;
    plan.status = { kind: "planning" };
    plan.plan = null;
    plan.prediction = null;
    const { kind } = plan;
    try {
      const planner = await this.#options.session.planner();
      const made = await planner.plan(kind);
      if (plan.kind === kind) plan.setPlan(made, planner);
    } catch (error) {
      plan.status = { kind: "failed", ...describeError(error) };
    }
    this.paint();
  }

  async #runPlan(destination: string): Promise<void> {
    const { plan } = this.state;
    if (plan.plan === null || plan.planner === null) return;
    const abort = new AbortController();
    this.#planAbort = abort;
    plan.status = { kind: "running", what: "starting", ratio: null, destination };
    try {
      const result = await plan.planner.execute(
        plan.plan,
        destination,
        (what, ratio) => {
          plan.status = { kind: "running", what, ratio, destination };
          this.#paintSoon();
        },
        abort.signal,
      );
      plan.status = { kind: "done", result };
    } catch (error) {
      plan.status = abort.signal.aborted
        ? { kind: "failed", message: "stopped", hint: "nothing was left behind" }
        : { kind: "failed", ...describeError(error) };
    }
    this.#planAbort = null;
    this.paint();
  }
}
