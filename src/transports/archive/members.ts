/** The members of an archive by name, with links followed inside the archive and nowhere else. */
import { BallastError } from "../../base/errors.ts";
import { cleanPath, displayBytes, parentPath } from "../../filesystem/paths.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** How many links are followed in a row; as many as in Linux. */
const maxHops = 40;

type Member<T> = { readonly content: T; readonly isSparse: boolean } | { readonly link: string };

export interface FoundMember<T> {
  /** With links followed; a byte string. */
  readonly path: string;
  readonly content: T;
}

export class ArchiveMembers<T> {
  readonly #members = new Map<string, Member<T>>();
  /** Names that lead out of the archive, ready to print. Such members are never found. */
  readonly outside: string[] = [];
  readonly #archive: string;

  /** @param archive names the archive in messages. */
  constructor(archive: string) {
    this.#archive = archive;
  }

  /** Adds a file or link; a later one of the same name replaces the earlier, as when the archive is unpacked. */
  add(entry: TarEntry, content: () => T): void {
    const { path, problem } = cleanPath(entry.path);
    if (problem !== null) {
      this.outside.push(displayBytes(entry.path));
      return;
    }
    if (entry.type === EntryType.file) this.#members.set(path, { content: content(), isSparse: entry.sparse !== null });
    else if (entry.type === EntryType.hardlink) this.#members.set(path, { link: cleanPath(entry.link).path });
    else if (entry.type === EntryType.symlink) this.#members.set(path, { link: linkTarget(path, entry.link) });
  }

  /**
   * The file at a path, a byte string; null when there is none or its links lead nowhere.
   * @throws {BallastError} unsupported-image when it is stored as a sparse file
   */
  find(path: string): FoundMember<T> | null {
    let at = cleanPath(path).path;
    for (let hops = 0; hops < maxHops; hops += 1) {
      const member = this.#members.get(at);
      if (member === undefined) {
        const through = this.#throughLink(at);
        if (through === null) return null;
        at = through;
        continue;
      }
      if ("link" in member) {
        at = member.link;
        continue;
      }
      if (!member.isSparse) return { path: at, content: member.content };
      throw new BallastError("unsupported-image", `${displayBytes(at)} of ${this.#archive} is stored as a sparse file`, {
        hint: "pack the archive again without tar's --sparse",
      });
    }
    return null;
  }

  /** The path with its first linked directory replaced by the link's target; null when it has none. */
  #throughLink(path: string): string | null {
    for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
      const member = this.#members.get(path.slice(0, slash));
      if (member !== undefined && "link" in member) return cleanPath(`${member.link}${path.slice(slash)}`).path;
    }
    return null;
  }

  paths(): Iterable<string> {
    return this.#members.keys();
  }
}

/** Symlinks are relative to their directory and clamped at the archive's root (Docker's `layer.tar -> ../ID/layer.tar`). */
function linkTarget(path: string, link: string): string {
  return cleanPath(link.startsWith("/") ? link : `${parentPath(path)}/${link}`).path;
}
