/** Config fields that some builders add or that predate the specification: `container_config`, BuildKit's build info. */
import { isObject, stringsOf } from "../../../src/image/json.ts";

export interface LegacyText {
  /** Set if the text is the value of a name. */
  readonly name: string | null;
  readonly text: string;
}

export function legacyTexts(json: Readonly<Record<string, unknown>>): LegacyText[] {
  const texts: LegacyText[] = [];
  const container = json["container_config"];
  if (isObject(container)) {
    for (const row of stringsOf(container["Env"])) {
      const equals = row.indexOf("=");
      if (equals > 0) texts.push({ name: row.slice(0, equals), text: row.slice(equals + 1) });
    }
    for (const key of ["Cmd", "Entrypoint", "OnBuild", "Shell"]) {
      const words = stringsOf(container[key]);
      if (words.length > 0) texts.push({ name: null, text: words.join(" ") });
    }
    if (isObject(container["Labels"])) {
      for (const [name, value] of Object.entries(container["Labels"])) if (typeof value === "string") texts.push({ name, text: value });
    }
  }
  for (const key of ["comment", "docker_comment"]) {
    const value = json[key];
    if (typeof value === "string" && value !== "") texts.push({ name: null, text: value });
  }
  texts.push(...buildInfo(json["moby.buildkit.buildinfo.v1"]));
  return texts;
}

/** Base64 of JSON whose `attrs` hold `build-arg:NAME`. Written by BuildKit 0.9 to 0.11. */
function buildInfo(value: unknown): LegacyText[] {
  if (typeof value !== "string") return [];
  let info: unknown;
  try {
    info = JSON.parse(Buffer.from(value, "base64").toString("utf8"));
  } catch {
    return [];
  }
  if (!isObject(info) || !isObject(info["attrs"])) return [];
  return Object.entries(info["attrs"]).flatMap(([name, text]) =>
    typeof text === "string" ? [{ name: name.replace(/^build-arg:/, ""), text }] : [],
  );
}
