/** Which user a container of an image starts as, by the rules of moby's user library, which all engines share. */
import type { ImageConfig } from "../src/image/config.ts";

/** The uids of `/etc/passwd` by name; empty where the image has none, null where it was not read. */
export type Accounts = ReadonlyMap<string, number> | null;

export type RunUser =
  | { readonly is: "root"; readonly why: string }
  /** `note` where engines refuse to start the container. */
  | { readonly is: "other"; readonly note: string | null }
  | { readonly is: "unknown"; readonly why: string };

/** Engines refuse larger uids. */
const largestId = 2 ** 31 - 1;

export function runUser({ container, os }: Pick<ImageConfig, "container" | "os">, accounts: Accounts): RunUser {
  const user = container.user ?? "";
  const name = user.split(":")[0]!;
  if (name === "") return { is: "root", why: user === "" ? "the image names no user, so it runs as root" : `the image runs as ${user}` };
  if (os === "windows") return windowsUser(name);
  if (/^[+-]?\d+$/.test(name)) return userOfId(name);
  if (name === "root") return { is: "root", why: `the image runs as ${user}` };
  if (accounts === null) return { is: "unknown", why: `/etc/passwd was not read, so nobody knows the uid of ${name}` };
  const id = accounts.get(name);
  if (id === 0) return { is: "root", why: `the image runs as ${user}, and /etc/passwd gives ${name} uid 0` };
  if (id === undefined) return { is: "other", note: `/etc/passwd does not name ${name}: engines refuse to start the image as it is` };
  return { is: "other", note: null };
}

/** A number is a uid, even if there is a user with that name. */
function userOfId(written: string): RunUser {
  const id = BigInt(written.replace("+", ""));
  if (id === 0n) return { is: "root", why: `the image runs as ${written}` };
  if (id >= 0n && id <= largestId) return { is: "other", note: null };
  // CVE-2024-40635: older containerd takes the lowest 32 bits of it.
  if (BigInt.asUintN(32, id) === 0n) return { is: "root", why: `the image runs as ${written}, which older engines take for uid 0` };
  return { is: "other", note: `${written} is not a uid: engines refuse to start the image as it is` };
}

function windowsUser(name: string): RunUser {
  const isAdministrator = /^(?:.*\\)?(?:containeradministrator|administrator|system)$/i.test(name);
  return isAdministrator ? { is: "root", why: `the image runs as ${name}` } : { is: "other", note: null };
}

/** The parts of `/etc/passwd` that matter, in its own format, without password hashes and people's names. */
export function accountLines(text: string): string {
  const lines = text.split("\n").map((line) => {
    const [name, , id] = line.trim().split(":");
    return id === undefined ? name! : `${name}::${id}`;
  });
  return lines.filter((line) => line !== "").join("\n");
}

/** The first line of a name counts: as engines read them. */
export function parseAccounts(text: string): ReadonlyMap<string, number> {
  const accounts = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name = "", , id = ""] = line.split(":");
    if (name !== "" && !accounts.has(name)) accounts.set(name, uidOfLine(id));
  }
  return accounts;
}

const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** What is not a number is 0. Engines read 64 bits, or the nearest number that has as many, and hand the lower 32 to the kernel. */
function uidOfLine(written: string): number {
  if (!/^[+-]?\d+$/.test(written)) return 0;
  const id = BigInt(written.replace("+", ""));
  const held = id < int64.least ? int64.least : id > int64.most ? int64.most : id;
  return Number(BigInt.asUintN(32, held));
}
