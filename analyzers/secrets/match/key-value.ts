/** Judges `NAME=value`: is the value a secret? By the words of the name and the look of the value; see `docs/secrets.md`. */
import { isReference } from "./checks.ts";
import { entropy } from "./entropy.ts";
import { classifyName, nameWords } from "./name-words.ts";
import { isMonotonous, isPlaceholder } from "./placeholder.ts";
import type { Confidence, Severity } from "./secret-hit.ts";

export interface KeyValueVerdict {
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The part of the value that is the secret: without quotes, the default of `${X:-default}`. */
  readonly secret: string;
  /** Where it begins in the value given. */
  readonly start: number;
}

/** In files people write code and prose behind a name too: there the value has to be a plain literal. */
export type ValueContext = "config" | "file";

/** Null when the pair holds no secret. */
export function judgeKeyValue(name: string, raw: string, context: ValueContext = "config"): KeyValueVerdict | null {
  const nameClass = classifyName(name);
  if (nameClass === null) return null;
  const { text, start } = unwrap(raw);
  if (text === "" || isReference(text)) return null;
  if (isOrdinary(text) || (context === "file" && isCode(text, raw))) return null;
  const verdict = (severity: Severity, confidence: Confidence): KeyValueVerdict => ({ severity, confidence, secret: text, start });

  if (isPlaceholder(text)) {
    if (nameClass !== "password" || context === "file") return null;
    if (/^(?:pass(?:word|wd)?|secret|admin|root)$/i.test(text)) return verdict("medium", "medium");
    return /^(?:change|default|example)/i.test(text) ? verdict("low", "low") : null;
  }
  if (sameWords(name, text)) return null;
  if (/^[a-z]+(?:[_ -][a-z]+){4,}$/i.test(text)) return verdict("low", "low");
  if (/\s/.test(text)) return /PRIVATE KEY/.test(text) || entropy(text) >= 4.5 ? verdict("low", "low") : null;

  if (nameClass === "password") return judgePassword(text, context, verdict);
  if (nameClass === "strong") return judgeStrong(text, context, verdict);
  const random = text.length >= 16 && entropy(text) >= 3.3 && /\d/.test(text) && /^[\w+/=.\-:~!@#$%^&*]+$/.test(text);
  return random && !/^[a-z]+(?:[-_.][a-z0-9]+)+$/.test(text) ? verdict("medium", "low") : null;
}

type MakeVerdict = (severity: Severity, confidence: Confidence) => KeyValueVerdict;

function judgePassword(text: string, context: ValueContext, verdict: MakeVerdict): KeyValueVerdict | null {
  if (/^(?:true|false|yes|no|on|off|none|null)$/i.test(text)) return null;
  if (context === "file" && (text.length < 4 || /^\d{1,3}$/.test(text))) return null;
  return text.length >= 6 && entropy(text) > 2 ? verdict("high", "medium") : verdict("medium", "medium");
}

function judgeStrong(text: string, context: ValueContext, verdict: MakeVerdict): KeyValueVerdict | null {
  if (/^\d{1,8}(?:ms|s|m|h|d|kb|mb|gb|k)?$/i.test(text) || text.length < 4) return null;
  if (text.length >= 12 && entropy(text) >= 2.8) return verdict("high", "medium");
  if (context === "file" && !/\d/.test(text)) return null;
  return verdict("medium", "low");
}

/** Takes quotes off, and the default out of `${X:-default}`. */
function unwrap(raw: string): { text: string; start: number } {
  let text = raw.trim();
  let start = raw.indexOf(text);
  const quoted = /^\\?(["'`])([\s\S]*?)\\?\1$/.exec(text);
  if (quoted !== null) {
    start += text.indexOf(quoted[2]!, 1);
    text = quoted[2]!;
  }
  const fallback = /^\$\{\w+:?[-=]([^}]+)\}$/.exec(text);
  if (fallback !== null) {
    start += text.indexOf(fallback[1]!, 3);
    text = fallback[1]!;
  }
  return { text, start };
}

const fileName =
  /^[\w.@/-]+\.(?:sh|bash|key|pem|crt|cer|der|json|ya?ml|txt|conf|cfg|ini|jks|p12|pfx|properties|env|gpg|asc|pub|kdbx|xml|js|ts|py|rb|php|sql|log|html?|md|toml|gz|zip|tar|jar|so|exe)$/i;
/** One or several key fingerprints: 16 or 40 upper-case hex digits, or ten groups of four. */
const fingerprints =
  /^(?:(?:0x)?[0-9A-Fa-f]{16}|0x[0-9A-Fa-f]{8,40}|[0-9A-F]{40}|(?:[0-9A-F]{4}\s*){10})(?:[\s,;]+(?:(?:0x)?[0-9A-Fa-f]{16}|0x[0-9A-Fa-f]{8,40}|[0-9A-F]{40}))*$/;

/** Values that are something else than a secret by their form alone. */
function isOrdinary(text: string): boolean {
  if (/^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:\\|file:)/.test(text) && !/^\/[A-Za-z0-9+/]{30,}={0,2}$/.test(text)) return true;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return true;
  if (/^v?\d+(?:\.\d+)+[\w.~+-]*$/.test(text)) return true;
  if (fingerprints.test(text) && !/^[0-9a-f]{16}$/.test(text)) return true;
  if (isMonotonous(text)) return true;
  if (fileName.test(text)) return true;
  if (/^(?:sha(?:1|256|512)|md5)[-:=]/.test(text)) return true;
  if (/^arn:aws|^projects\/|^ssh-(?:rsa|ed25519|dss) |^ecdsa-sha2-|^-----BEGIN (?:PUBLIC|CERTIFICATE)/.test(text)) return true;
  // Hashes of passwords that htpasswd and shadow hold are judged there.
  return false;
}

/** An expression, a type, a call or prose: what stands behind a name in source code and templates. */
function isCode(text: string, raw: string): boolean {
  const quoted = /^\s*["'`]/.test(raw);
  if (/[(){}[\]<>]|=>|\$\{|\$\(|%\(|\{\{|::/.test(text)) return true;
  if (!quoted && /^[A-Za-z_$][\w$]*(?:(?:\.|->)[A-Za-z_$][\w$]*)+;?$/.test(text)) return true;
  if (!quoted && /^(?:var|local|data|module|self|this|env|config|settings|options|params|args)\./.test(text)) return true;
  if (
    /^(?:str(?:ing)?|int|bool(?:ean)?|object|array|number|any|None|Optional|function|async|await|new|return|class|char|void|const|uuid)$/i.test(
      text,
    )
  )
    return true;
  return /\s/.test(text);
}

/** `"password": "Password"`, `token: access_token`: the value repeats the name, as in translations and schemas. */
function sameWords(name: string, text: string): boolean {
  const value = nameWords(text).join("");
  const key = nameWords(name).join("");
  if (value === "" || /\d{2}/.test(text)) return false;
  if (value === key) return true;
  return /^[A-Za-z_. -]+$/.test(text) && value.length > 4 && key.endsWith(value);
}
