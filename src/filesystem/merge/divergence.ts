/**
 * Layer shapes that the engines in use read differently. Ballast follows the specification (as umoci applies it) and says where
 * overlay engines (Docker's overlay2, containerd, podman) show something else.
 */
import type { DivergenceCode, Warning } from "../../image/warning.ts";
import { displayPath } from "../paths.ts";

const messages: Readonly<Record<DivergenceCode, string>> = {
  "whiteout-and-directory":
    "is removed and created again in one layer: Docker shows its old content again or refuses the layer, umoci shows only what this layer put there",
  "hard-link-to-lower-layer": "is a hard link to a file of a lower layer: Docker refuses the layer, umoci links it",
  "hard-link-metadata": "is a hard link whose header states other metadata than its target: Docker shows the link's, umoci the target's",
  "symlinked-parent": "lies below a symlink of a lower layer: Docker replaces the link by a directory, umoci follows it",
  "implied-parent": "gets entries without being stated itself: Docker shows it as root's with mode 0755, umoci keeps its owner and mode",
  "opaque-root": "is made opaque: Docker ignores that and shows the lower layers, umoci hides them",
  "whiteout-in-new-directory":
    "is removed inside a directory that is new in this layer: Docker lists a name that cannot be opened, umoci shows nothing",
  "duplicate-path": "stands twice in one layer: Docker refuses the layer, umoci shows the last",
  "parent-not-directory": "is a file and gets entries below it: Docker refuses the layer, umoci replaces it by a directory",
  "overlay-device": "is character device 0:0: Docker reads it as a whiteout, umoci shows a device",
  "contiguous-file": "has type 7 (contiguous file): Docker shows a file, umoci refuses the layer",
  "gnu-sparse-file": "is stored in GNU's old sparse form: umoci and buildah refuse the layer",
  "parent-reference": "is stored with `..` in its name: Docker refuses the layer, umoci clamps it to the root",
  "overlay-attribute":
    "carries an attribute by which overlayfs hides or moves what lies there: Docker may show something else, umoci shows what the layers hold",
  "long-name": "has a name of more than 255 bytes: no Linux file system holds it, and engines refuse the layer",
  "symlink-target": "is a symlink to nothing, or to more than 4,095 bytes: Linux knows no such link, and engines refuse the layer",
  "root-not-directory": "is stored as something else than a directory: engines refuse the layer",
  "aufs-metadata": "is bookkeeping of the AUFS driver and no file of the image: Docker passes over it, umoci shows its directories",
  "symlink-loop": "lies below symlinks that go in a circle: Docker refuses the layer, Ballast shows a directory in the link's place",
};

/** How many warnings of one code are kept for one layer; the rest is counted. */
const keptPerLayer = 10;

export class DivergenceLog {
  readonly #kept: Warning[] = [];
  readonly #counts = new Map<string, { code: DivergenceCode; layer: number; count: number }>();

  /** `path` is a byte string. */
  add(code: DivergenceCode, layer: number, path: string): void {
    const key = `${code} ${layer}`;
    const entry = this.#counts.get(key) ?? { code, layer, count: 0 };
    entry.count += 1;
    this.#counts.set(key, entry);
    if (entry.count > keptPerLayer) return;
    const shown = displayPath(path);
    this.#kept.push({ code, layer, path: shown, message: `${shown} ${messages[code]}` });
  }

  warnings(): Warning[] {
    const more = [...this.#counts.values()]
      .filter(({ count }) => count > keptPerLayer)
      .map(({ code, layer, count }) => ({
        code,
        layer,
        count: count - keptPerLayer,
        message: `${count - keptPerLayer} more paths of which each ${messages[code]}`,
      }));
    return [...this.#kept, ...more];
  }
}
