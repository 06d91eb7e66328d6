/** The remaining texts of a config: working directory, user, volumes, and unknown keys. */
import { isObject } from "../../../src/image/json.ts";
import type { JsonObject } from "../../../src/image/json.ts";

export interface OtherText {
  /** The nearest key above it. */
  readonly under: string;
  readonly text: string;
  /** The text is itself a key, like the paths of volumes. */
  readonly isKey: boolean;
}

/** Keys that are examined elsewhere by their meaning, that hold no text written by a person, or (the cache) only names of layers. */
const knownKeys: ReadonlySet<string> = new Set([
  "architecture",
  "author",
  "comment",
  "config",
  "container",
  "container_config",
  "created",
  "docker_comment",
  "docker_version",
  "history",
  "id",
  "moby.buildkit.buildinfo.v1",
  "moby.buildkit.cache.v0",
  "os",
  "os.features",
  "os.version",
  "parent",
  "rootfs",
  "variant",
]);

/** The same for the `config` object. */
const knownContainerKeys: ReadonlySet<string> = new Set(["cmd", "entrypoint", "env", "healthcheck", "image", "labels", "onbuild", "shell"]);

export function otherTexts(json: JsonObject): OtherText[] {
  const texts: OtherText[] = [];
  const walk = (under: string, value: unknown): void => {
    if (typeof value === "string") {
      if (value !== "") texts.push({ under, text: value, isKey: false });
    } else if (Array.isArray(value)) {
      for (const item of value) walk(under, item);
    } else if (isObject(value)) {
      for (const [key, below] of Object.entries(value)) {
        texts.push({ under, text: key, isKey: true });
        walk(key, below);
      }
    }
  };
  const unknown = (object: JsonObject, known: ReadonlySet<string>): void => {
    for (const [key, value] of Object.entries(object)) if (!known.has(key.toLowerCase())) walk(key, value);
  };
  unknown(json, knownKeys);
  for (const [key, value] of Object.entries(json))
    if (key.toLowerCase() === "config" && isObject(value)) unknown(value, knownContainerKeys);
  return texts;
}
