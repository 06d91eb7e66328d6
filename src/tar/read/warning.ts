/** Something odd in an archive that did not stop it from being read. */
export interface TarWarning {
  /** Stable kebab-case code. */
  readonly code:
    | "tar-unknown-type"
    | "tar-skipped-entry"
    | "tar-global-header"
    | "tar-stray-header"
    | "tar-missing-end"
    | "tar-trailing-data";
  readonly message: string;
  /** The entry's stored name, a byte string, where it is about one. */
  readonly path?: string;
}

const keptPerCode = 20;

/** Collects warnings. An archive may raise the same one a million times: the first few of a kind are kept and the rest counted. */
export class WarningLog {
  readonly #kept: TarWarning[] = [];
  readonly #counts = new Map<TarWarning["code"], number>();

  add(code: TarWarning["code"], message: string, path?: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= keptPerCode) this.#kept.push(path === undefined ? { code, message } : { code, message, path });
  }

  list(): readonly TarWarning[] {
    const all = [...this.#kept];
    for (const [code, count] of this.#counts) {
      if (count > keptPerCode) all.push({ code, message: `${count - keptPerCode} more warnings of this kind` });
    }
    return all;
  }
}
