/** Which findings the ignore entries exclude. An expired entry excludes nothing and fails the gate. */
import { isExpired } from "../base/expiry.ts";
import type { IgnoreEntry } from "../config/settings.ts";
import { parseGlob } from "../base/text/glob.ts";
import { pathFromDisplay } from "../filesystem/paths.ts";

export interface IgnoreList {
  readonly expired: readonly IgnoreEntry[];
  /** The entry that covers a whole rule, without path or fingerprint. */
  wholeRule(rule: string): IgnoreEntry | null;
  covers(rule: string, about: { readonly path?: string; readonly fingerprint?: string }): boolean;
  /** Distinct findings covered so far. */
  readonly count: number;
  /** Entries in force that have covered nothing so far: mistyped, or left over from something that was fixed. */
  readonly unused: readonly IgnoreEntry[];
}

/** `now` in milliseconds since 1970. */
export function ignoreList(entries: readonly IgnoreEntry[], now: number): IgnoreList {
  const expired = entries.filter(({ expires }) => isExpired(expires, now));
  const active = entries
    .filter((entry) => !expired.includes(entry))
    .map((entry) => ({ entry, glob: entry.path === null ? null : parseGlob(entry.path) }));
  const covered = new Set<string>();
  const used = new Set<IgnoreEntry>();
  return {
    expired,
    wholeRule(rule) {
      const whole = active.find(({ entry }) => entry.rule === rule && entry.path === null && entry.fingerprint === null)?.entry ?? null;
      if (whole !== null) used.add(whole);
      return whole;
    },
    covers(rule, { path, fingerprint }) {
      const bytes = path === undefined || active.length === 0 ? null : pathFromDisplay(path);
      const fits = ({ entry, glob }: (typeof active)[number]): boolean => {
        if (entry.rule !== null && entry.rule !== rule) return false;
        if (entry.fingerprint !== null && entry.fingerprint !== fingerprint) return false;
        if (glob !== null && (bytes === null || !glob.matches(bytes))) return false;
        return entry.path !== null || entry.fingerprint !== null;
      };
      let hit = false;
      // Goes on after the first that matches, because every one that does counts as used.
      for (const one of active) {
        if ((hit && used.has(one.entry)) || !fits(one)) continue;
        hit = true;
        used.add(one.entry);
      }
      if (hit) covered.add(`${rule} ${fingerprint ?? ""} ${path ?? ""}`);
      return hit;
    },
    get count() {
      return covered.size;
    },
    get unused() {
      return active.map(({ entry }) => entry).filter((entry) => !used.has(entry));
    },
  };
}
