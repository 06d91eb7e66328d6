import type { SecretFinding } from "./secret-finding.ts";

/** Merges the findings of several platforms of one image: a secret in all of them is one finding with the places of each. */
export function mergePlatforms(lists: readonly (readonly SecretFinding[])[]): SecretFinding[] {
  const merged = new Map<string, SecretFinding>();
  for (const finding of lists.flat()) {
    const known = merged.get(finding.fingerprint);
    if (known === undefined) {
      merged.set(finding.fingerprint, finding);
      continue;
    }
    const locations = [...known.locations, ...finding.locations];
    // If one platform still has it, a deletion in another does not hide it.
    const state = known.state === "present" || finding.state !== "present" ? known.state : "present";
    merged.set(finding.fingerprint, { ...known, locations, state, inherited: known.inherited && finding.inherited });
  }
  return [...merged.values()];
}
