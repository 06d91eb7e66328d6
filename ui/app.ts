/** The terminal UI: one screen that shows one image at a time, each with its own state and session. */
import { ExitStatus } from "../src/base/errors.ts";
import { sanitize } from "../src/terminal/sanitize.ts";
import { Controller } from "./keys/controller.ts";
import type { Effects } from "./effects.ts";
import { ContentWork } from "./work/content-work.ts";
import { FindWork } from "./work/find-work.ts";
import { charsetOf, restrict } from "./terminal/charset.ts";
import type { Charset } from "./terminal/charset.ts";
import { watchProcess } from "./terminal/lifecycle.ts";
import { listen } from "./loading.ts";
import { usualLeft } from "./layout.ts";
import { paintFrame } from "./panes/frame.ts";
import { PickerWork } from "./work/picker-work.ts";
import { PlanWork } from "./work/plan-work.ts";
import { completePlace } from "./work/place-work.ts";
import { Scheduler } from "./work/scheduler.ts";
import { TerminalScreen } from "./terminal/screen.ts";
import { ShownImages } from "./shown-images.ts";
import { noSession, ShownSession } from "./shown-session.ts";
import { AppState } from "./state.ts";
import { chooseTheme, groundFromEnvironment, themeNames } from "./terminal/theme.ts";
import type { Ground, Theme, ThemeName, ThemeSetting } from "./terminal/theme.ts";
import type { AppOptions } from "./app-options.ts";
import { ContribWidgets } from "./terminal/widgets.ts";

/** Milliseconds between frames that no key press asked for (progress). */
const frameMs = 50;

/** Milliseconds between frames while work is running but reports nothing. */
const waitMs = 1000;

/** Milliseconds that the terminal has to report its background. */
const backgroundMs = 1000;
/** The luminance on which black and white are equally legible. */
const midGray = 0.179;

/**
 * Shows the UI until the person leaves. Returns the exit status.
 * @throws what crashed it, or why the image could not be read, after the terminal is restored
 */
export async function runApp(options: AppOptions): Promise<number> {
  // A signal arrived while the program was being loaded: the terminal is left alone.
  if (options.signal.aborted) return ExitStatus.interrupted;
  const app = new App(options);
  return app.run();
}

export class App {
  readonly screen: TerminalScreen;
  readonly #options: AppOptions;
  readonly #charset: Charset;
  readonly #picker: PickerWork;
  readonly #images: ShownImages;
  #theme: Theme;
  #setting: ThemeSetting;
  #ground: Ground;
  #widgets: ContribWidgets | null = null;
  #paintQueued: NodeJS.Timeout | null = null;
  #waitShown: NodeJS.Timeout | null = null;
  #hasEnded = false;
  readonly #startedAt = performance.now();
  /** The terminal size for which the width of the left column was looked up. */
  #sized = "";
  #left: number | null = null;
  #end: (status: number, error?: unknown) => void = () => {};

  constructor(options: AppOptions) {
    this.#options = options;
    this.#charset = charsetOf(options.env);
    this.#picker = new PickerWork(options.findImages, options.completeImage, (when) => (when === "now" ? this.paint() : this.#paintSoon()));
    this.#setting = options.theme;
    this.#ground = groundFromEnvironment(options.env);
    this.#theme = chooseTheme(this.#setting, options.env, this.#ground);
    this.#images = new ShownImages(this.#show(options.name ?? "", null));
    this.screen = new TerminalScreen(options.streams, {
      input: (event) => {
        if (event.kind === "background") this.#onBackground(event.luminance);
        else this.#shown.controller.input(event);
      },
      resize: () => this.paint(),
      gone: () => this.#end(ExitStatus.hungUp),
    });
  }

  get #shown(): ShownSession {
    return this.#images.current;
  }

  get state(): AppState {
    return this.#shown.state;
  }

  async run(): Promise<number> {
    const { signal } = this.#options;
    const ended = new Promise<{ readonly status: number; readonly error: unknown }>((resolve) => {
      this.#end = (status, error) => {
        this.#hasEnded = true;
        // Before any other pending work, so that leaving restores the terminal at once.
        this.screen.restore();
        resolve({ status, error });
      };
    });
    const unwatch = watchProcess((status, error) => this.#end(status, error));
    const onAbort = (): void => this.#end(ExitStatus.interrupted);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      this.paint();
      if (this.#options.name === null) this.#picker.open(this.state);
      else this.#begin(this.#shown);
      const { status, error } = await ended;
      if (error !== undefined)
        throw error instanceof Error ? error : new Error("something that is not an error was thrown", { cause: error });
      return status;
    } finally {
      this.#hasEnded = true;
      if (this.#waitShown !== null) clearTimeout(this.#waitShown);
      if (this.#paintQueued !== null) clearTimeout(this.#paintQueued);
      this.screen.restore();
      this.#picker.stop();
      await Promise.all([this.screen.released(), this.#images.close()]);
      unwatch();
      signal.removeEventListener("abort", onAbort);
    }
  }

  paint(): void {
    if (this.#paintQueued !== null) clearTimeout(this.#paintQueued);
    this.#paintQueued = null;
    if (this.#hasEnded) return;
    const { state, controller } = this.#shown;
    const { width, height } = this.screen;
    if (this.#sized !== `${width} ${height}`) {
      this.#sized = `${width} ${height}`;
      this.#left = this.#options.memory?.left(width, height) ?? null;
      state.leftPart = this.#left;
    }
    const frame = paintFrame(state, this.screen.surface, this.#theme, this.#options.keymap);
    if (this.#charset !== "unicode") {
      restrict(this.screen.surface, this.#charset);
      // The widget draws with characters of its own.
      frame.widgets.gauge = null;
    }
    controller.hits = frame.hits;
    this.#widgets?.show(frame.widgets, this.#theme);
    this.screen.flush();
    this.#showWait();
  }

  /** Paints soon, not now: a loading image reports more often than anyone can see. */
  #paintSoon(): void {
    if (!this.#hasEnded) this.#paintQueued ??= setTimeout(() => this.paint(), frameMs);
  }

  /** Repaints while something is being waited for. Otherwise no timer wakes the program. */
  #showWait(): void {
    if (this.state.activity === null) return;
    this.#waitShown ??= setTimeout(() => {
      this.#waitShown = null;
      const { activity } = this.state;
      if (activity === null) return;
      this.state.activity = { ...activity, now: performance.now() };
      this.#paintSoon();
    }, waitMs);
  }

  /** The terminal has reported its background. A late answer is ignored: colours should not change while someone is reading. */
  #onBackground(luminance: number): void {
    const ground = luminance > midGray ? "light" : "dark";
    if (ground === this.#ground || performance.now() - this.#startedAt > backgroundMs) return;
    this.#ground = ground;
    this.#theme = chooseTheme(this.#setting, this.#options.env, ground);
    this.paint();
  }

  // ---- one image after the other

  #show(name: string, platform: string | null): ShownSession {
    const session = name === "" ? noSession : this.#options.open(name, platform);
    const state = new AppState(name, platform);
    state.tab = this.#options.tab ?? state.tab;
    state.leftPart = this.#left;
    const scheduler = new Scheduler();
    const plan = new PlanWork(state, session, (when) => (when === "now" ? this.paint() : this.#paintSoon()));
    const controller = new Controller(
      state,
      this.#options.keymap,
      this.#effects(() => this.#shown),
    );
    const find = new FindWork(state, scheduler, () => this.paint());
    const content = new ContentWork(state, session, () => this.paint());
    return new ShownSession({ state, session, scheduler, plan, find, content, controller });
  }

  #begin(shown: ShownSession): void {
    const { state, scheduler, session } = shown;
    const listener = listen(state, scheduler, { paint: () => this.#paintSoon(), treeChanged: () => this.#treeChanged(shown) });
    setImmediate(() => {
      if (this.#hasEnded) return;
      // Here, while the engine reads, because loading the widgets takes longer than a key press may.
      this.#widgets ??= new ContribWidgets(this.screen.screen);
      session.start({
        ...listener,
        onImage: (image) => {
          if (shown === this.#shown) this.#images.settle();
          this.#options.memory?.keepRecent(session.name);
          listener.onImage(image);
        },
        onAnalysis: (analysis, about) => {
          listener.onAnalysis(analysis, about);
          if (about.final && state.tab === "plan" && state.plan.status.kind === "none") void shown.plan.load();
        },
      });
    });
  }

  /** Replaces the shown image by another one. For the same image again, the tab and the list of offered images are kept. */
  #replace(name: string, platform: string | null, isSame: boolean): void {
    this.#picker.stop();
    const { state } = this.#shown;
    // Coming back later must not show the choice again.
    if (state.overlay?.kind === "picker" || state.overlay?.kind === "offered") state.overlay = state.overlay.back;
    this.#images.replace(this.#show(name, platform));
    if (isSame) {
      this.state.tab = state.tab;
      // So that a wrong choice can be corrected without waiting for the image.
      this.state.offered = state.offered;
    }
    this.paint();
    this.#begin(this.#shown);
  }

  #goBack(): void {
    this.#images.back();
    this.state.leftPart = this.#left;
  }

  #treeChanged({ state, find }: ShownSession): void {
    state.files.setView(state.layers.view);
    if (state.files.filter !== null) find.filter(state.files.filter.text, state.files.filter.mode);
    if (state.search.query !== "") find.search(state.search.query);
    this.#paintSoon();
  }

  #setLeft(wanted: number, isKept: boolean): void {
    const part = Math.max(0.2, Math.min(0.8, wanted));
    this.state.leftPart = part;
    this.#left = part;
    if (isKept) this.#options.memory?.keepLeft(this.screen.width, this.screen.height, part);
  }

  #effects(shown: () => ShownSession): Effects {
    return {
      paint: () => this.paint(),
      press: (key) => this.#shown.controller.input({ kind: "key", key, text: "" }),
      quit: () => {
        const { error } = shown().state;
        this.#end(ExitStatus.ok, error === null ? undefined : error.cause);
      },
      retry: () => this.#replace(shown().session.name, shown().state.wantedPlatform, true),
      pickImage: () => this.#picker.open(this.state),
      completeImage: (model) => void this.#picker.complete(this.state, model),
      completePlace: (prompt) => void completePlace(this.state, prompt, this.#options.completeImage).then(() => this.paint()),
      openImage: (name) => this.#replace(name, null, false),
      openOffered: (name, platform) => this.#replace(name ?? shown().session.name, platform, true),
      goBack: () => this.#goBack(),
      suspend: () => this.screen.suspend(() => this.paint()),
      resizeLeft: (by) => this.#setLeft((this.state.leftPart ?? usualLeft) + by, true),
      moveBorder: (x, isEnd) => this.#setLeft((x + 1) / this.screen.width, isEnd),
      nextTheme: () => {
        const next = themeNames[(themeNames.indexOf(this.#setting as ThemeName) + 1) % themeNames.length]!;
        this.#setting = next;
        this.#theme = chooseTheme(next, this.#options.env, this.#ground);
        this.state.message = { kind: "info", text: `theme ${next}` };
      },
      copy: (text) => {
        // A shell would run a name with a newline in it when it is pasted.
        const inert = /\p{Cc}/u.test(text) ? sanitize(text) : text;
        this.screen.output.write(`\x1b]52;c;${Buffer.from(inert, "utf8").toString("base64")}\x07`);
        // Terminals do not say whether they took the text.
        this.state.message = { kind: "good", text: `handed to the terminal's clipboard: ${text}` };
      },
      openFile: (node, inode) => void shown().content.open(node, inode),
      openDiff: (node, before, after) => void shown().content.compare(node, before, after),
      extract: (node, layer, directory) => void shown().content.extract(node, layer, directory),
      search: (query) => shown().find.search(query),
      filter: (text, mode) => shown().find.filter(text, mode),
      loadPlan: () => void shown().plan.load(),
      turnStep: (id, enabled) => void shown().plan.turn(id, enabled),
      runPlan: (destination, force) => void shown().plan.run(destination, force),
      stopPlan: () => shown().plan.stop(),
    };
  }
}
