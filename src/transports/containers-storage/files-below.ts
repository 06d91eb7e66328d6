/** Files below a directory whose names and links are not trusted. Names are byte strings; see `tar/entry.ts`. */
import { lstatSync, readlinkSync } from "node:fs";

/** How many links are followed on one path; as many as in the kernel. */
const mostLinks = 40;

/**
 * Finds files as a process with this root directory would: a link to `/etc` in it leads to its own `etc`, and nothing leads out of it.
 */
export class FilesBelow {
  readonly #root: Buffer;
  /** Real paths of the directories that were looked up. */
  readonly #known = new Map<string, string>();

  constructor(root: string) {
    this.#root = Buffer.from(`${root}/`);
  }

  /** The real path of a file: links on the way are followed, a final one is not. */
  find(path: string): Buffer {
    const parts = namesIn(path);
    // No engine unpacks an entry with this name.
    const name = parts.at(-1) === ".." ? "" : (parts.pop() ?? "");
    return this.#path(`${this.#directory(parts)}${name}`);
  }

  /** Ends in a slash, except for the root itself, which is empty. */
  #directory(parts: readonly string[]): string {
    const key = parts.join("/");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const waiting = parts.toReversed();
    let walked: string[] = [];
    for (let links = 0; waiting.length > 0;) {
      const part = waiting.pop()!;
      if (part === "..") {
        walked.pop();
        continue;
      }
      const target = links < mostLinks ? this.#link([...walked, part].join("/")) : null;
      if (target === null) {
        walked.push(part);
        continue;
      }
      links += 1;
      if (target.startsWith("/")) walked = [];
      waiting.push(...namesIn(target).reverse());
    }
    const found = walked.map((part) => `${part}/`).join("");
    this.#known.set(key, found);
    return found;
  }

  #link(path: string): string | null {
    const full = this.#path(path);
    const stats = lstatSync(full, { throwIfNoEntry: false });
    return stats?.isSymbolicLink() === true ? readlinkSync(full, "buffer").toString("latin1") : null;
  }

  #path(below: string): Buffer {
    return Buffer.concat([this.#root, Buffer.from(below, "latin1")]);
  }
}

function namesIn(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
