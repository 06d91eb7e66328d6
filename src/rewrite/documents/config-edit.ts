/** Rewrites the bytes of an image config: new layers, new history, the edits people ask for; every other key stays as it was. */
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
  /** Seconds since 1970; `created` is moved back to it when later. */
  readonly clampTime: number | null;
}

export interface EditedConfig {
  readonly bytes: Buffer;
  /** What was taken out or may be stale now, ready to print. */
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

/** An RFC 3339 time, moved back to `clampTime` when it is later. */
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
    // As `docker commit` and Dockerfiles do: the old CMD belonged to the old entrypoint.
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

/** Keys whose texts may repeat a secret: commands, and what builders keep about themselves. */
const spokenKeys = ["Cmd", "Entrypoint", "OnBuild", "Shell"];

function scrubConfig(root: JsonObject, scrub: PlanScrub, redact: (text: string) => string, notes: string[]): void {
  const container = member(root, "config");
  if (container?.kind === "object") {
    if (scrub.env.length > 0) {
      editEnv(container, (env) => env.filter((row) => !scrub.env.includes(nameOf(row))));
      notes.push(`removed from the environment: ${scrub.env.join(", ")}`);
    }
    const labels = member(container, "Labels");
    if (labels?.kind === "object") for (const label of scrub.labels) removeMember(labels, label);
    if (scrub.labels.length > 0) notes.push(`removed labels: ${scrub.labels.join(", ")}`);
    if (scrub.history) for (const key of spokenKeys) redactMember(container, key, redact);
    const healthcheck = member(container, "Healthcheck");
    if (scrub.history && healthcheck?.kind === "object") redactMember(healthcheck, "Test", redact);
  }
  if (!scrub.history) return;
  redactMember(root, "author", redact);
  if (removeMember(root, "moby.buildkit.buildinfo.v1"))
    notes.push("dropped moby.buildkit.buildinfo.v1 from the config: it may repeat build arguments");
}

function redactMember(object: JsonObject, key: string, redact: (text: string) => string): void {
  const node = member(object, key);
  if (node !== null) setMember(object, key, redactNode(node, redact));
}

/** Every string below `node`, masked; a string without a secret stays as written. */
export function redactNode(node: JsonNode, redact: (text: string) => string): JsonNode {
  if (node.kind === "array") return { kind: "array", items: node.items.map((item) => redactNode(item, redact)) };
  if (node.kind === "object")
    return { kind: "object", members: node.members.map((entry) => ({ ...entry, value: redactNode(entry.value, redact) })) };
  if (!node.text.startsWith('"')) return node;
  const text = JSON.parse(node.text) as string;
  const masked = redact(text);
  return masked === text ? node : jsonNode(masked);
}
