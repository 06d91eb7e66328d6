/** Distinguishes placeholders (`<your-token>`, `changeme`, `xxxxxxxx`) and published examples from secrets. */
import { entropy } from "./entropy.ts";

/**
 * Matches whole values only, because these words also occur inside real secrets (`my-secret-pw`, a key that happens to contain `test`).
 */
const words =
  /^(?:change[-_ ]?(?:me|it|this)?(?:[-_ ]?(?:now|please|later))?!?|x+|\*+|\.+|#+|\?+|-+|_+|0+|todo|tbd|fixme|none|null|nil|undefined|true|false|yes|no|on|off|enabled?|disabled?|redacted|\[redacted\]|hidden|masked|removed|dummy|fake|mock|sample|n\/?a|unset|unknown|empty|blank|required|optional|auto(?:matic)?|generated?|(?:your|my)[-_ ](?:[a-z0-9]+[-_ ]){0,6}(?:here|key|token|secret|password|passwd|value|id|api[-_]?key|access[-_]?key)|your[-_ ].*|my(?:token|secret|password|apikey|key)\d?|yoursecret|yourtoken|yourpassword|yourapikey|.*[-_ ]here|<.*>|\[.*\]|[*#~-]{1,6} ?(?:redacted|masked|hidden|removed|secret|password|censored|filtered) ?[*#~-]{1,6}|replace[-_ ].*|insert[-_ ].*|enter[-_ ].*|put[-_ ].*|set[-_ ](?:me|this|your).*|.*place[-_ ]?holder.*|(?:my|the|some|an?|api|access|secret|test|example|user|db)?[-_ ]?(?:password|passwd|secret|token|api[-_]?key|key)[-_ ]?(?:example|goes[-_ ]here)?|example(?:[-_ ].*)?|ex+ample|secret[-_ ]?key|access[-_ ]?key|private[-_ ]?key|api[-_ ]?token|access[-_ ]?token|auth[-_ ]?token|string|str|text|value|default|bearer|basic|password123example)$/i;

/** The beginning of a secret, abbreviated: `sk_test_...`, `eyJhbGciOi…`. */
const cutOff = /^[\w.:@/-]{0,20}?(?:\.{3}|\xe2\x80\xa6|…)$/;

/** True for a value that nobody would take for a secret: a placeholder word, a run of one character, or an abbreviated value. */
export function isPlaceholder(value: string): boolean {
  return words.test(value) || isMonotonous(value) || cutOff.test(value);
}

/** `xxxxxxxx`, `00000000-0000-0000-0000-000000000000`, `abcabcabcabc`: hardly any information for their length. */
export function isMonotonous(value: string): boolean {
  const bare = value.replace(/[-_.:]/g, "");
  return bare.length >= 8 && entropy(bare) < 1.6;
}

/** Runs of characters, or words, that only a placeholder has inside a token of a known form. */
export function looksLikeFiller(secret: string): boolean {
  return (
    /([A-Za-z0-9])\1{8}|([xX0*])\2{6}/.test(secret) ||
    /(?:^|[^A-Za-z])(?:example|placeholder|your|redacted)|x{8}|X{8}|\*{4}|\.{3}/.test(secret)
  );
}

/** Words for "password" in languages that write them in ASCII. */
const labels =
  /^(?:passwort|kennwort|clave|senha|palavra-passe|wachtwoord|heslo|adgangskode|kodeord|passord|salasana|lozinka|geslo|parole|parool|pasahitza|sandi|parola|contrasenya)$/i;

/**
 * Labels of fields in other languages: `Passwort`, `Contraseña`, `Пароль:`, `パスワードを入力`. Words with letters beyond ASCII and without a
 * digit are not used as passwords in files. `text` is a byte string of UTF-8.
 */
export function isLabel(text: string): boolean {
  if (labels.test(text.replace(/[\s:.!?]+$/, ""))) return true;
  return /[\x80-\xff]/.test(text) && /^[\p{L}\p{M}\p{So}\s'’.,:;…!?()/-]+$/u.test(Buffer.from(text, "latin1").toString("utf8"));
}

/** Marks of published examples. They only lower the severity, because people do ship variants of them. */
export function isDocumentationExample(secret: string): boolean {
  return (
    /EXAMPLE|example|Example|1234567890|0123456789|abcdefghij|ABCDEFGHIJ|deadbeef|DEADBEEF|1234abcd/.test(secret) || published.has(secret)
  );
}

/** Values printed in the documentation of vendors. */
const published = new Set([
  // OpenSSL's openssl.cnf, for a demonstration server
  "insta",
  // Grafana's defaults.ini
  "SW2YcwTIb9zpOOhoPsMm",
  // jwt.io's landing page
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
]);
