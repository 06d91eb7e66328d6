/** Checks for what a pattern alone cannot decide. Each returns how far the secret can be trusted, or null if it is not one. */
import { crc32 } from "node:zlib";

import type { CheckName } from "../rule.ts";
import { isMonotonous, isPlaceholder } from "./placeholder.ts";
import { isWordLike, looksRandom } from "./value-looks.ts";

export type Verdict = "valid" | "plausible" | "doubtful" | null;

const table: Record<CheckName, (secret: string) => Verdict> = {
  "crc32-base62": checkCrc32Base62,
  jwt: checkJwt,
  "jwt-base64": (secret) => checkJwtInBase64(secret),
  "basic-credentials": checkBasic,
  "url-password": checkUrlPassword,
  "private-key": checkPrivateKey,
  "curl-user": checkCurlUser,
  password: (secret) => (isPlaceholder(secret) || isReference(secret) ? null : "plausible"),
  literal: (secret) =>
    isPlaceholder(secret) || isAlphabet(secret) || isReference(secret) || isWordLike(secret) || !looksRandom(secret) ? null : "plausible",
};

/** `valid` if a checksum or structure inside the secret proves it, `doubtful` if that should and does not. */
export function check(name: CheckName, secret: string): Verdict {
  return table[name](secret);
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Tokens of GitHub and npm: `prefix_` + 30 characters + the CRC-32 of those 30 as six base-62 digits. */
function checkCrc32Base62(token: string): Verdict {
  const body = token.slice(token.indexOf("_") + 1);
  return body.slice(-6) === crc32Base62(body.slice(0, -6)) ? "valid" : "doubtful";
}

/** CRC-32 of ASCII text in base 62, padded to six digits. */
export function crc32Base62(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let i = 0; i < 6; i += 1) {
    digits = base62[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function json(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** RFC 7519: the header is a JSON object with `alg`, and the claims are one too. */
function checkJwt(token: string): Verdict {
  const [header, claims] = token.split(".");
  const head = json(header ?? "");
  if (typeof head !== "object" || head === null || !("alg" in head || "enc" in head || "typ" in head || "kid" in head)) return null;
  if ("enc" in head) return "plausible";
  const body = json(claims ?? "");
  return typeof body === "object" && body !== null ? "plausible" : "doubtful";
}

function checkJwtInBase64(encoded: string): Verdict {
  const token = Buffer.from(encoded, "base64").toString("latin1");
  return /^ey[\w-]+\.ey[\w-]+\./.test(token) ? checkJwt(token) : null;
}

function checkCurlUser(userAndPassword: string): Verdict {
  const verdict = checkUrlPassword(userAndPassword.slice(userAndPassword.indexOf(":") + 1));
  return verdict === "doubtful" ? null : verdict;
}

/** RFC 7617: base64 of `user:password`. */
function checkBasic(encoded: string): Verdict {
  const text = Buffer.from(encoded, "base64").toString("latin1");
  const colon = text.indexOf(":");
  if (colon < 0 || !/^[\x20-\x7e]+$/.test(text)) return null;
  // The examples of RFC 6749 (client) and RFC 7617 (user).
  if (/^(?:s6BhdRkqt3:|Aladdin:open)/.test(text)) return "doubtful";
  const password = text.slice(colon + 1);
  if (password === "" || isReference(password)) return colon > 15 && !isReference(text) && password === "" ? "plausible" : null;
  return isPlaceholder(password) || (/^(?:user|username|login|foo|your[-_ ].*):/i.test(text) && /^pass/i.test(password))
    ? "doubtful"
    : "plausible";
}

/** The digits of a number system, in order. */
function isAlphabet(text: string): boolean {
  return /^(?:0?123456789|abcdefghij)/i.test(text);
}

const weakUrlPasswords =
  /^(?:(?:my|your|user|auth)?pass(?:word|wd)?|pw|pwd|secret|token|user|foo|bar|baz|test|xxx+|\*+|x+|port|\.+|example|guest|hunter2|abc|xyz+y?|123|passwort|wachtwoord|contrase(?:n|%C3%B1|\xf1)a)\d{0,3}$/i;
/** Stands in for the password if the token is the user name. */
const besideToken = /^(?:x-oauth-(?:basic|token)|x-token-auth)$/;

/** The password in `scheme://user:password@host`. */
function checkUrlPassword(password: string): Verdict {
  let plain = password;
  try {
    plain = decodeURIComponent(password);
  } catch {
    // A lone % is common in hand-written URLs.
  }
  if (isReference(plain) || /^[:/?#]|[<>{}]|^%[sdv(]|\$[\w{(]|^\d{1,5}\/|\[|\(/.test(plain) || isMonotonous(plain)) return null;
  if (besideToken.test(plain)) return null;
  if (weakUrlPasswords.test(plain) || isPlaceholder(plain)) return "doubtful";
  return "plausible";
}

/** A PEM body has lines of base64, not prose. Headers (`Proc-Type`) and the `\\n` of JSON and shell strings may come between. */
function checkPrivateKey(block: string): Verdict {
  const body = block.replace(/-----(?:BEGIN|END)[^-]*-----/g, "").replace(/\\+[nrt]/g, "\n");
  const run = /[A-Za-z0-9+/]{38,}/.exec(body)?.[0];
  if (run === undefined || isMonotonous(run.slice(0, 64))) return null;
  // RSA keys take several lines, even those too short to be secure; documentation shows just one.
  return block.includes("RSA PRIVATE") && body.replace(/[^A-Za-z0-9+/]/g, "").length < 120 ? "doubtful" : "plausible";
}

/** `$X`, `${X}`, `%X%`, `{{ x }}`, `<x>`, `$(…)`, `@x@`, `#{x}`: a reference to a value, not a value. */
export function isReference(value: string): boolean {
  return /^(?:\$\{?[A-Za-z_][\w:?+.\-[\]]*\}?|\$\$?[\w{(].*|`.*`|%[\w.:]+%|%\(?\w+\)?[sd]?|\{\{.*\}\}|\{\w*\}|<[^>]*>|@[\w.]+@|#\{.*\}|__\w+__|\$|env\.\w+|process\.env\.\w+|os\.environ.*|getenv\(.*|ENV\[.*|secrets\.\w+|vault:.*|!\w+ .*|\(.*\))$/s.test(
    value,
  );
}
