/** Groups files that belong to no package by the directories that a person would name. */

/** Directories of many unrelated things, where the directory below names the group. */
const shared = new Set([
  "",
  "opt",
  "home",
  "srv",
  "mnt",
  "media",
  "usr",
  "usr/lib",
  "usr/lib64",
  "usr/share",
  "usr/libexec",
  "usr/src",
  "usr/local",
  "usr/local/lib",
  "usr/local/share",
  "var",
  "var/lib",
  "var/cache",
]);

/** `opt/google-cloud-sdk` for a path at or below it; a file directly in a shared directory belongs to that directory. */
export function unownedGroup(path: string): string {
  let group = "";
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    if (!shared.has(group)) break;
    group = path.slice(0, slash);
  }
  return group;
}
