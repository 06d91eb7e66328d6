/** The reasons that dnf 4 and microdnf recorded for each package, from libdnf's database of transactions. */
import { sqliteRows } from "./sqlite.ts";

/** libdnf's numbers for the state of a transaction, and for what it did to a package. */
const done = 1;
const removed = 8;
/** Actions on a package that another replaced: downgraded, obsoleted, upgraded. */
const replaced: ReadonlySet<unknown> = new Set([3, 5, 7]);
const reasons = ["unknown", "dependency", "user", "clean", "weak dependency", "group"];

/**
 * `NAME.ARCHITECTURE = { reason = "REASON" }` lines, as in dnf 5: for each package, the reason in its last completed transaction.
 * @throws {PackageDataError} when the database is damaged
 */
export function dnfHistory(content: Buffer): string {
  const ended = new Set<unknown>();
  for (const { id, state } of sqliteRows(content, "trans")) if (state === done) ended.add(id);
  const names = new Map<unknown, string>();
  for (const { item_id: item, name, arch } of sqliteRows(content, "rpm")) names.set(item, `${String(name)}.${String(arch)}`);
  const last = new Map<string, { readonly transaction: number; readonly reason: string }>();
  for (const { trans_id: transaction, item_id: item, action, reason } of sqliteRows(content, "trans_item")) {
    const name = names.get(item);
    if (name === undefined || typeof transaction !== "number" || !ended.has(transaction) || replaced.has(action)) continue;
    if (transaction < (last.get(name)?.transaction ?? 0)) continue;
    last.set(name, { transaction, reason: action === removed ? "unknown" : (reasons[Number(reason)] ?? "unknown") });
  }
  return [...last].map(([name, { reason }]) => `"${name}" = { reason = "${reason}" }`).join("\n");
}
