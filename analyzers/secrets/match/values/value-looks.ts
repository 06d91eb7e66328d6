/** What a value looks like: a word, a reference, a passphrase, something random. Every pattern takes linear time. */
import type { NameClass } from "./name-words.ts";

/** Names of algorithms and protocols, which end in digits like weak passwords. */
const technical =
  /^(?:sha-?\d+|md\d|o?auth\d?|base\d+|utf-?\d+|iso[-_]?\d+|rfc\d+|v\d+|x509|pbkdf2\w*|argon2\w*|bcrypt\w*|scrypt\w*|pkcs\d+|p12|ed\d+|aes\w*|rsa\d*|hmac\w*|h[st]\d+|rs\d+|es\d+|ps\d+|http\d?|ipv\d|u?int\d+|float\d+|log4j|k8s|s3|ec2|i18n|l10n)$/i;

/** `jsxTagStart`, `_EllipticCurveKey`, `?NonExpressionEnd`, `X-Amz-S3session-Token`: camel-case words, or the name of a header. */
const identifier =
  /^[?!_@#$.]{0,2}(?:[a-z]{2,}(?:[A-Z][a-z]{2,})+|[A-Z]{0,4}(?:[A-Z][a-z]{2,}){2,}(?:Id)?)\d{0,2}$|^X(?:-[A-Z][a-z0-9]{1,12}){1,5}$/;

/** An identifier or a phrase in one of the usual spellings: `nextPageToken`, `DistributionList.NextMarker`, `my-secret-name`. */
export function isWordLike(text: string): boolean {
  if (identifier.test(text)) return true;
  if (!/^_{0,2}[A-Za-z][A-Za-z_.:/ -]*\d{0,2}$/.test(text)) return technical.test(text);
  const letters = text.replace(/[^A-Za-z]/g, "");
  const humps = humpsOf(letters);
  return letters.length < 8 ? humps < 0.6 : humps <= 0.36;
}

/** How often the case of letters changes, from 0 to 1: in random text at every other place, in camel case every four letters or more. */
function humpsOf(letters: string): number {
  let changes = 0;
  for (let i = 1; i < letters.length; i += 1) {
    const upper = letters.charCodeAt(i) < 0x61;
    if (upper !== letters.charCodeAt(i - 1) < 0x61) changes += 1;
  }
  return changes / Math.max(1, letters.length - 1);
}

/** Letters in a mix of cases that no language has: `RZrHBPyMPTTli`. */
export function isScrambled(text: string): boolean {
  const letters = text.replace(/[^A-Za-z]/g, "");
  return letters.length >= 10 && letters.length < 100 && !/\s/.test(text) && humpsOf(letters) > (letters.length < 12 ? 0.45 : 0.4);
}

/** Letters mixed with digits or signs, as in passwords of people and generators; not a word, an identifier, a version or a path. */
export function looksRandom(text: string): boolean {
  // Excludes validation rules: `required|min:8|confirmed`.
  if (/^[a-z_]+(?:[|][\w:,]+)+$/.test(text)) return false;
  if (technical.test(text) || identifier.test(text) || /^[\d.,:/-]+$/.test(text)) return false;
  const hasLetter = /[A-Za-z]/.test(text);
  const hasDigit = /\d/.test(text);
  if (isScrambled(text)) return true;
  if (!hasLetter) return /\d{6}/.test(text) || /[^\w\s]/.test(text);
  // A date, a size, an address, a colour, a format, a time zone.
  if (
    /^\d+(?:\.\d+)?[A-Za-z%]{1,3}$|^#[0-9a-fA-F]{3,8}$|^[\w.-]+@[\w-]+\.[a-z]{2,}$|^\d{4}-\d\d|^[\w.-]+\.(?:com|org|net|io|local|dev)(?:[:/]|$)/.test(
      text,
    )
  )
    return false;
  if (/^[a-z_]+(?:[-_./:][a-z0-9_]+)+$/i.test(text) && !/[A-Za-z]\d+[A-Za-z]|\d[A-Za-z]+\d/.test(text)) return hasDigit && mixesCase(text);
  if (hasDigit) return true;
  if (/[!@#$%^&*?~+]/.test(text) && /^[^\s(){}[\]<>"'`]+$/.test(text))
    return !/^[@$&*#%]\w+$|^[\w-]+\*$|^[!~]?\w+[?!]$|^[\w.+-]*\+[\w.+-]*$|^\w+&\w+$/.test(text);
  return text.length >= 10 && !isWordLike(text);
}

/** Words joined by signs, with no long mixed part: `s3-bucket-name`, `oauth2.token`. */
export function isJoinedWords(text: string): boolean {
  if (!/^[a-z]+\d{0,2}(?:[-_.:/][a-z0-9]+)+$/i.test(text)) return false;
  return text.split(/[-_.:/]/).every((part) => part.length < 12 || /^[a-z]+$|^[A-Z]?[a-z]+\d{0,4}$|^[A-Z]+$|^\d+$/.test(part));
}

/** True for `vs-Pw-77`; false for `x-api-key-2`, `X-Api-Key-V1`, `MY_KEY_1`. */
function mixesCase(text: string): boolean {
  const words = text.split(/[-_./:]/).filter((word) => /[A-Za-z]/.test(word));
  const capital = words.filter((word) => /^[A-Z]/.test(word)).length;
  return capital > 0 && capital < words.length && words.every((word) => word.length <= 8);
}

const stopWords =
  /^(?:your|the|a|an|is|are|for|must|enter|please|of|to|in|and|or|not|with|be|this|that|on|at|by|as|it|if|use|from|set|no|can|will|we|you|has|have|was|new|old|current|password|passphrase|token|secret|key|user|users|username|login|invalid|incorrect|wrong|error|failed|required|optional|reset|change|confirm|repeat|forgot|forgotten|match|characters|minimum|maximum|default|value|values|string|name|field|type|input|none)$/i;

/** `correct horse battery staple`, `tall Purple 9 giraffes`: three to eight words that do not form a sentence. */
export function isPassphrase(text: string): boolean {
  const words = text.split(" ");
  if (words.length < 3 || words.length > 8 || text.length < 12) return false;
  return words.every((word) => /^(?:[A-Za-z0-9]{3,16}|\d{1,2})$/.test(word) && !stopWords.test(word));
}

/** A placeholder that a template engine, a shell or a formatter fills. */
export function isTemplate(text: string): boolean {
  return /\{\{|\$\{|\$\(|<%|%>|\{%|%\(\w|#\{|^\{\w*\}$|^%[sdv]$|^<[^<>]*>$|^__\w+__$|^@@?[\w.]+@@?$|^%\w+%$/.test(text);
}

/** References to another secret store: Azure, Google and AWS, OpenBao, Doppler, keyrings, Container Apps, Vector, vals and Spring. */
const inStore =
  /^(?:(?:bao|keyring|secretref|doppler|infisical|akeyless|conjur|gcpsm|gcp-sm|awssm|aws-sm|azurekeyvault|credstash|chamber|sops|bws|(?:gcp:)?secret-?manager|arn:aws[\w-]*:(?:secretsmanager|ssm|kms)):[\w./#:@+=-]*|akv!.*|@Microsoft\.KeyVault\(.*\)|SECRET\[[\w.-]+\]|projects\/[\w-]+\/secrets\/[\w./-]+)$/s;

/**
 * `$X`, `${X}`, `%X%`, `{{ x }}`, `<x>`, `$(…)`, `@x@`, `#{x}`: a reference to a value, not a value. In an image's own configuration
 * nothing is substituted any more, so a password may well begin with `$`.
 */
export function isReferenceIn(text: string, context: string, nameClass: NameClass): boolean {
  if (
    /^(?:\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\$[a-z_]+|\$[\d@*#]|\$\([^)]*\)|`[^`]*`|%[\w.:]+%|%\(?\w+\)?[sd]?|%-?[\d.]{0,6}[sdqv](?:\\+[nrt])*|\{\{.*\}\}|\{\w*\}|<[^>]*>|@[\w.]+@|#\{.*\}|__\w+__|\$)$/s.test(
      text,
    )
  )
    return true;
  if (
    /^(?:env\.\w+|process\.env\.\w+|os\.environ.*|getenv\(.*|ENV\[.*|secrets\.\w+|vault:.*|op:\/\/.*|ref\+.*|!\w+ .*|file:.*|env:\w+)$/s.test(
      text,
    )
  )
    return true;
  if (inStore.test(text)) return true;
  // psql's `:'name'`, and OpenSSL's `$dir/private/key.pem`.
  if (context !== "config" && /^:(?:'\w+'|"\w+")|^\$[a-z]\w*(?:\/[\w.-]+)+$/.test(text)) return true;
  if (context === "config" && nameClass === "password") return false;
  if (context === "config") return /^\$\$?[\w{(]|^\(.*\)$/s.test(text);
  return /^\$\$?[A-Za-z_]\w*(?:[[.:>-].*)?$|^\$\$?[({]|^\(.*\)$/s.test(text);
}
