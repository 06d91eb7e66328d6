/** Rewrites the bytes of an image config: new layers, new history, requested edits. Every other key stays as it was. */
import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import { jsonNode, member, objectMember, parseJsonDocument, plainValue, removeMember, serializeJson, setMember } from "./json-document.ts";
import type { JsonNode, JsonObject } from "./json-document.ts";
import type { ConfigEdits, PlanScrub } from "../plan/plan.ts";

export interface ConfigChange {
  readonly diffIds: readonly Digest[];
  /** The new `history` array; null leaves the old one. */
  readonly history: JsonNode | null;
  readonly edits: ConfigEdits;
  readonly scrub: PlanScrub | null;
  /** Masks secrets in a text. */
  readonly redact: (text: string) => string;
  /** RFC 3339; null keeps the original's. */
  readonly created: string | null;
  /** Seconds since 1970; a later `created` is set back to it. */
  readonly clampTime: number | null;
}

export interface EditedConfig {
  readonly bytes: Buffer;
  /** What was removed or may now be stale, ready to print. */
  readonly notes: readonly string[];
}

/** Keys that describe the build of the old layers, not the image (BuildKit's inline cache, Docker's builder). */
const staleKeys = ["moby.buildkit.cache.v0", "container", "container_config"];

/** @throws {BallastError} manifest-invalid */
export function editConfig(bytes: Buffer, change: ConfigChange): EditedConfig {
  const root = asObject(parseJsonDocument(bytes, "the image config"), "the image config");
  const notes: string[] = [];
  for (const key of staleKeys) if (removeMember(root, key)) notes.push(`dropped ${key} from the config: it describes the old layers`);
  const container = member(root, "config");
  if (container?.kind === "object") removeMember(container, "Image");
  setMember(objectMember(root, "rootfs"), "type", jsonNode("layers"));
  setMember(objectMember(root, "rootfs"), "diff_ids", jsonNode(change.diffIds));
  if (change.history !== null) setMember(root, "history", change.history);
  const created = newCreated(root, change);
  if (created !== null) setMember(root, "created", jsonNode(created));
  if (change.scrub !== null) scrubConfig(root, change.scrub, change.redact, notes);
  applyEdits(root, change.edits);
  if (/"io\.buildpacks\.(?:lifecycle|build)\.metadata"/.test(serializeJson(root))) {
    notes.push("the label io.buildpacks.lifecycle.metadata names layers that are gone; `pack rebase` will not work on this image");
  }
  return { bytes: Buffer.from(serializeJson(root)), notes };
}

function asObject(node: JsonNode, what: string): JsonObject {
  if (node.kind === "object") return node;
  throw new BallastError("manifest-invalid", `${what} is not a JSON object`);
}

function newCreated(root: JsonObject, { created, clampTime }: ConfigChange): string | null {
  const current = member(root, "created");
  const text = created ?? (current === null ? null : plainValue(current));
  if (typeof text !== "string") return null;
  return clampText(text, clampTime);
}

/** An RFC 3339 time, set back to `clampTime` if it is later. */
export function clampText(text: string, clampTime: number | null): string {
  if (clampTime === null || !(Date.parse(text) > clampTime * 1000)) return text;
  return new Date(clampTime * 1000).toISOString().replace(".000Z", "Z");
}

function applyEdits(root: JsonObject, edits: ConfigEdits): void {
  const { setEnv, unsetEnv, labels, entrypoint, cmd, user, workdir } = edits;
  if (setEnv.length + unsetEnv.length + labels.length === 0 && entrypoint === null && cmd === null && user === null && workdir === null)
    return;
  const container = objectMember(root, "config");
  if (setEnv.length + unsetEnv.length > 0) editEnv(container, (env) => withVariables(env, setEnv, unsetEnv));
  for (const [key, value] of labels) {
    if (value === null) removeMember(objectMember(container, "Labels"), key);
    else setMember(objectMember(container, "Labels"), key, jsonNode(value));
  }
  if (entrypoint !== null) {
    setMember(container, "Entrypoint", jsonNode(entrypoint));
    // Like `docker commit` and Dockerfiles: the old CMD belonged to the old entrypoint.
    if (cmd === null) removeMember(container, "Cmd");
  }
  if (cmd !== null) setMember(container, "Cmd", jsonNode(cmd));
  if (user !== null) setMember(container, "User", jsonNode(user));
  if (workdir !== null) setMember(container, "WorkingDir", jsonNode(workdir));
}

function withVariables(env: readonly string[], set: ConfigEdits["setEnv"], unset: readonly string[]): string[] {
  const result = env.filter((row) => !unset.includes(nameOf(row)));
  for (const [name, value] of set) {
    const at = result.findIndex((row) => nameOf(row) === name);
    if (at < 0) result.push(`${name}=${value}`);
    else result[at] = `${name}=${value}`;
  }
  return result;
}

function nameOf(row: string): string {
  const equals = row.indexOf("=");
  return equals < 0 ? row : row.slice(0, equals);
}

function editEnv(container: JsonObject, edit: (env: readonly string[]) => string[]): void {
  const current = member(container, "Env");
  const env = current === null ? [] : plainValue(current);
  setMember(container, "Env", jsonNode(edit(Array.isArray(env) ? env.filter((row): row is string => typeof row === "string") : [])));
}

/** Defined by the specification or rewritten elsewhere, so never free text. */
const fixedKeys = new Set(["architecture", "os", "os.version", "os.features", "variant", "created", "rootfs", "history", "config"]);

/** Keys of `config` with masking of their own, or none: a masked name would be another user or directory. */
const ownMasks = new Set(["Env", "Labels", "User", "WorkingDir"]);

function scrubConfig(root: JsonObject, scrub: PlanScrub, redact: (text: string) => string, notes: string[]): void {
  const container = member(root, "config");
  if (container?.kind === "object") {
    scrubEnv(container, scrub.env, redact, notes);
    scrubLabels(container, scrub.labels, redact, notes);
    if (scrub.history) {
      for (const entry of container.members) {
        if (!ownMasks.has(entry.key)) entry.value = redactNode(entry.value, redact);
      }
    }
  }
  if (!scrub.history) return;
  for (const entry of root.members) if (!fixedKeys.has(entry.key)) entry.value = redactNode(entry.value, redact);
  if (removeMember(root, "moby.buildkit.buildinfo.v1"))
    notes.push("dropped moby.buildkit.buildinfo.v1 from the config: it may repeat build arguments");
}

/** Removes a variable that is nothing but a secret. One that contains a secret among other things (`JAVA_OPTS`) is masked. */
function scrubEnv(container: JsonObject, names: readonly string[], redact: (text: string) => string, notes: string[]): void {
  const removed: string[] = [];
  const masked: string[] = [];
  if (member(container, "Env") === null) return;
  editEnv(container, (env) =>
    env.flatMap((row) => {
      const name = nameOf(row);
      const clean = redact(row);
      const value = clean.slice(name.length + 1);
      if (names.includes(name) && (clean === row || isOnlyMask(value))) {
        removed.push(name);
        return [];
      }
      if (clean !== row) masked.push(name);
      return [clean];
    }),
  );
  if (removed.length > 0) notes.push(`removed from the environment: ${removed.join(", ")}`);
  if (masked.length > 0) notes.push(`masked in the environment: ${masked.join(", ")}`);
}

function scrubLabels(container: JsonObject, names: readonly string[], redact: (text: string) => string, notes: string[]): void {
  const labels = member(container, "Labels");
  if (labels?.kind !== "object") return;
  const removed: string[] = [];
  const masked: string[] = [];
  for (const { key, value } of [...labels.members]) {
    const text = plainValue(value);
    if (typeof text !== "string") continue;
    const clean = redact(`${key}=${text}`).slice(key.length + 1);
    if (names.includes(key) && (clean === text || isOnlyMask(clean))) {
      removeMember(labels, key);
      removed.push(key);
    } else if (clean !== text) {
      setMember(labels, key, jsonNode(clean));
      masked.push(key);
    }
  }
  if (removed.length > 0) notes.push(`removed labels: ${removed.join(", ")}`);
  if (masked.length > 0) notes.push(`masked in labels: ${masked.join(", ")}`);
}

/** The value was nothing but a secret: what is left is the mask, perhaps with its first characters and quotes. */
function isOnlyMask(value: string): boolean {
  return /^["']?[^\s=:;,@/]{0,8}\*{4,}["']?$/.test(value);
}

/** Masks every string below `node`; strings without a secret stay as written. */
export function redactNode(node: JsonNode, redact: (text: string) => string): JsonNode {
  if (node.kind === "array") return { kind: "array", items: redactWords(node.items, redact) };
  if (node.kind === "object")
    return { kind: "object", members: node.members.map((entry) => ({ ...entry, value: redactNode(entry.value, redact) })) };
  if (!node.text.startsWith('"')) return node;
  const text = JSON.parse(node.text) as string;
  const masked = redact(text);
  return masked === text ? node : jsonNode(masked);
}

/** Words of a command: some are recognized as secrets only together with the word before, like a password after `--password`. */
function redactWords(items: readonly JsonNode[], redact: (text: string) => string): JsonNode[] {
  return items.map((item, index) => {
    const alone = redactNode(item, redact);
    const before = index === 0 ? null : plainValue(items[index - 1]!);
    const text = plainValue(alone);
    if (typeof before !== "string" || typeof text !== "string" || before.includes(" ")) return alone;
    const both = redact(`${before} ${text}`);
    return both.startsWith(`${before} `) && both !== `${before} ${text}` ? jsonNode(both.slice(before.length + 1)) : alone;
  });
}
