/** Fetches content from the image: a file for the viewer, two versions to compare, files to write to disk. */
import type { FileNode, Inode } from "../../src/filesystem/file-tree.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import { plural } from "../../src/terminal/format-bytes.ts";
import { describeError } from "../loading.ts";
import type { Session } from "../session.ts";
import type { AppState } from "../state.ts";
import { diffVersions } from "../viewmodel/files/diff-files.ts";
import { ViewerModel, viewerLimit } from "../viewmodel/viewer.ts";

export class ContentWork {
  readonly #state: AppState;
  readonly #session: Session;
  readonly #paint: () => void;

  constructor(state: AppState, session: Session, paint: () => void) {
    this.#state = state;
    this.#session = session;
    this.#paint = paint;
  }

  async open(node: FileNode, inode: Inode): Promise<void> {
    const state = this.#state;
    const path = displayPath(node.path);
    await this.#whileBusy(`reading ${path} …`, async (isWanted) => {
      const content = await this.#session.read(inode, viewerLimit);
      if (isWanted())
        state.overlay = { kind: "viewer", model: new ViewerModel(`${path}  (layer ${inode.layer})`, content, inode.bytes), node, inode };
    });
  }

  async compare(node: FileNode, before: Inode, after: Inode): Promise<void> {
    const state = this.#state;
    const back = state.overlay;
    await this.#whileBusy(`comparing ${displayPath(node.path)} …`, async (isWanted) => {
      const catalogs = state.files.tree?.catalogs ?? [];
      const model = await diffVersions(catalogs, node, before, after, (inode, most) => this.#session.read(inode, most));
      if (isWanted()) state.overlay = { kind: "diff", model, node, back };
    });
  }

  async extract(node: FileNode, layer: number, directory: string): Promise<void> {
    await this.#whileBusy(`extracting ${displayPath(node.path)} …`, async () => {
      const { path, files, skipped } = await this.#session.extract(node, layer, directory);
      this.#state.message = {
        kind: "good",
        text: `wrote ${path} (${plural(files, "file")}${skipped > 0 ? `, ${skipped} skipped: no files` : ""})`,
      };
    });
  }

  /** Shows `text` while something is fetched. The result replaces it unless the person has moved on. */
  async #whileBusy(text: string, work: (isWanted: () => boolean) => Promise<void>): Promise<void> {
    const state = this.#state;
    const busy = { kind: "busy", text, back: state.overlay } as const;
    state.overlay = busy;
    try {
      await work(() => state.overlay === busy);
    } catch (error) {
      const { message, hint } = describeError(error);
      state.message = { kind: "error", text: `${message}: ${hint}` };
    }
    if (state.overlay === busy) state.overlay = busy.back;
    this.#paint();
  }
}
