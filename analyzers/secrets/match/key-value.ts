/** Judges whether the value in `NAME=value` is a secret, by the words of the name and the look of the value (`docs/secrets.md`). */
import { isCommonPassword } from "./values/common-passwords.ts";
import { entropy } from "./values/entropy.ts";
import { classifyName, nameWords } from "./values/name-words.ts";
import type { NameClass } from "./values/name-words.ts";
import { isLabel, isMonotonous, isPlaceholder } from "./values/placeholder.ts";
import { isJoinedWords, isPassphrase, isReferenceIn, isTemplate, isWordLike, looksRandom } from "./values/value-looks.ts";
import type { Confidence, Severity } from "../../../src/base/severity.ts";

export interface KeyValueVerdict {
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The part of the value that is the secret: without quotes, or the default in `${X:-default}`. */
  readonly secret: string;
  /** Offset of the secret in the given value. */
  readonly start: number;
}

/**
 * Where the pair was found, which limits what its value can be: `config` is an image's own configuration, whose values are final; `shell` a
 * command; `data` a configuration file, or a program that holds configuration; `code` any other program.
 */
export type ValueContext = "config" | "shell" | "data" | "code";

/** Null if the pair holds no secret. */
export function judgeKeyValue(
  name: string,
  raw: string,
  context: ValueContext = "config",
  isQuoted = /^\s*\\?["'`]/.test(raw),
): KeyValueVerdict | null {
  const nameClass = classifyName(name) ?? (isAppRole(name, raw) || isHeader(name, raw) ? "strong" : null);
  if (nameClass === null) return null;
  const { text, start } = unwrap(raw);
  // `PASSWORDS=["v", "w"]`: the first one is judged for all; the secret is the whole list.
  const first = context === "config" ? /^\[\s{0,8}["']([^"']{1,400})["']\s{0,8}[,\]]/.exec(text)?.[1] : undefined;
  if (first !== undefined) {
    const verdict = judgeKeyValue(name, first, context, true);
    return verdict === null ? null : { ...verdict, secret: text, start };
  }
  if (text === "" || isReferenceIn(text, context, nameClass)) return null;
  if (isOrdinary(text, nameClass) || (context !== "config" && isCode(text, isQuoted, nameClass, context))) return null;
  const verdict = (severity: Severity, confidence: Confidence): KeyValueVerdict => ({ severity, confidence, secret: text, start });

  // A version of Debian's package of that name.
  if (name === "passwd" && /^\d{1,3}(?::\d|\.\d)[\w.+~:-]*$/.test(text)) return null;
  // Git's signing key is a fingerprint of the public key.
  if (/sign(?:ing)?_?key$/i.test(name) && /^(?:0x)?[0-9A-F]{16,40}!?$/.test(text)) return null;
  if (/release_?manager_?key$/i.test(name) && /^(?:0x)?[0-9A-Fa-f]{8,40}$/.test(text)) return null;
  if (isPlaceholder(text)) return judgePlaceholder(text, nameClass, context, verdict);
  if (sameWords(name, text) || isSwitch(name, text)) return null;
  if (context !== "config" && context !== "shell" && isLabel(text)) return null;
  if (isSeedPhrase(name, text)) return verdict(new Set(text.split(" ")).size < 8 ? "low" : "high", "medium");
  if (/\s/.test(text)) return judgeSpaced(text, nameClass, context, verdict);
  if (context === "code") return judgeLiteral(text, nameClass, verdict);
  if (nameClass === "password") return judgePassword(text, context, verdict);
  if (nameClass === "strong") return judgeStrong(text, context, verdict);
  // `"key": "<UUID>"`, `"key": "users/<UUID>"` and `"key": "doc-<hash>"` identify a record.
  if (context !== "config" && (uuid.test(text) || /^[a-z][a-z0-9]{0,20}[-_/:.#][0-9a-f-]{8,64}$/.test(text))) return null;
  const random = text.length >= 16 && entropy(text) >= 3.3 && /\d/.test(text) && /^[\w+/=.\-:~!@#$%^&*]+$/.test(text);
  if (!random || isJoinedWords(text) || isWordLike(text)) return null;
  return verdict("medium", context === "config" ? "medium" : "low");
}

/** BIP 39: 12 to 24 words that open a wallet. Test wallets repeat one word. */
function isSeedPhrase(name: string, text: string): boolean {
  return (
    /mnemonic|(?:seed|recovery|backup)[_-]?(?:phrase|words)|wallet[_-]?seed/i.test(name) && /^[a-z]{3,8}(?: [a-z]{3,8}){11,23}$/.test(text)
  );
}

type MakeVerdict = (severity: Severity, confidence: Confidence) => KeyValueVerdict;

function judgePlaceholder(text: string, nameClass: NameClass, context: ValueContext, verdict: MakeVerdict): KeyValueVerdict | null {
  if (nameClass !== "password" || context === "data" || context === "code") return null;
  if (/^(?:pass(?:word|wd)?|secret|admin|root)$/i.test(text)) return verdict("medium", "medium");
  return /^(?:change|default|example)/i.test(text) ? verdict("low", "low") : null;
}

/** Several words: a passphrase if a password is expected, else prose. */
function judgeSpaced(text: string, nameClass: NameClass, context: ValueContext, verdict: MakeVerdict): KeyValueVerdict | null {
  if (nameClass === "password" && isPassphrase(text)) {
    if (context !== "code") return verdict("high", "medium");
    // In a program a sentence is a label; only its first word is capitalised, unlike a passphrase.
    return text.split(" ").length >= 4 && !/^[A-Z][a-z]+(?: [a-z]+)+$/.test(text) ? verdict("medium", "medium") : null;
  }
  if (context !== "config") return null;
  return /PRIVATE KEY/.test(text) || entropy(text) >= 4.5 || /^[a-z]+(?:[_ -][a-z]+){4,}$/i.test(text) ? verdict("low", "low") : null;
}

function judgePassword(text: string, context: ValueContext, verdict: MakeVerdict): KeyValueVerdict | null {
  if (/^(?:true|false|yes|no|on|off|none|null)$/i.test(text)) return null;
  if (context === "data" && (text.length < 4 || /^\d{1,3}$/.test(text))) return null;
  return text.length >= 6 && entropy(text) > 2 ? verdict("high", "medium") : verdict("medium", "medium");
}

function judgeStrong(text: string, context: ValueContext, verdict: MakeVerdict): KeyValueVerdict | null {
  if (/^\d{1,8}(?:ms|s|m|h|d|kb|mb|gb|k|px|r?em|pt|ch|deg|%)?$/i.test(text) || text.length < 4) return null;
  if (isWordLike(text)) return context === "config" && text.length >= 8 ? verdict("medium", "medium") : null;
  if (text.length >= 12 && entropy(text) >= 2.8) return verdict("high", "medium");
  if (context === "data" && !/\d/.test(text)) return null;
  return verdict("medium", context === "config" ? "medium" : "low");
}

/** A string literal in a program. Most are a name, a table key or a message, so it must look like a secret. */
function judgeLiteral(text: string, nameClass: NameClass, verdict: MakeVerdict): KeyValueVerdict | null {
  if (fieldNames.test(text)) return null;
  if (nameClass === "password")
    return (text.length >= 6 && looksRandom(text)) || isCommonPassword(text) ? verdict("medium", "medium") : null;
  if (nameClass === "strong")
    return text.length >= 10 && entropy(text) >= 2.8 && looksRandom(text) && !isJoinedWords(text) ? verdict("medium", "medium") : null;
  return text.length >= 24 && entropy(text) >= 3.8 && looksRandom(text) && /^[A-Za-z0-9+/=_-]+$/.test(text) && /\d/.test(text)
    ? verdict("low", "low")
    : null;
}

/** Removes quotes, and extracts the default from `${X:-default}` and `<%= ENV["X"] || "default" %>`. */
function unwrap(raw: string): { text: string; start: number } {
  let text = raw.trim();
  let start = raw.indexOf(text);
  const quote = /^\\?["'`]/.exec(text)?.[0];
  if (quote !== undefined && text.length >= 2 * quote.length && text.endsWith(quote.at(-1)!)) {
    const inner = text.slice(quote.length, -1);
    start += quote.length;
    text = quote.length === 2 && inner.endsWith("\\") ? inner.slice(0, -1) : inner;
  }
  const fallback =
    /^\$\{\w{1,100}:?[-=]([^}]+)\}$/.exec(text) ??
    /^<%=[^%'"]{0,80}(?:["'][^'"]{0,80}["'][^%'"]{0,20})?(?:\|\||,)\s{0,4}["']([^'"]{3,200})["']\s{0,4}\)?\s{0,4}%>$/.exec(text);
  if (fallback !== null) {
    start += text.indexOf(fallback[1]!, 3);
    text = fallback[1]!;
  }
  // The scheme in a header before its token.
  const scheme = /^(?:Bearer|Basic|[Tt]oken|Api-?[Kk]ey|Key) (?=\S{8,}$)/.exec(text);
  if (scheme !== null) {
    start += scheme[0].length;
    text = text.slice(scheme[0].length);
  }
  return { text, start };
}

const fileName =
  /^[\w.@/-]{1,300}\.(?:sh|bash|key|pem|crt|cer|der|json|ya?ml|txt|conf|cfg|ini|jks|p12|pfx|properties|env|gpg|asc|pub|kdbx|xml|js|ts|py|rb|php|sql|log|html?|md|toml|gz|zip|tar|jar|so|exe)$/i;
/** One or several key fingerprints: 16 or 40 upper-case hex digits, or ten groups of four. */
const fingerprints =
  /^(?:(?:0x)?[0-9A-Fa-f]{16}|0x[0-9A-Fa-f]{8,40}|[0-9A-F]{40}|(?:[0-9A-F]{4}\s{0,4}){10})(?:[\s,;]{1,8}(?:(?:0x)?[0-9A-Fa-f]{16}|0x[0-9A-Fa-f]{8,40}|[0-9A-F]{40})){0,200}$/;

/** `java.lang.String`, `sun.security.pkcs11.P11Key$P11SecretKey` */
const className = /^(?:java|javax|jakarta|kotlin|scala|sun|org|com|net|io)(?:\.[A-Za-z_][\w$]{0,80}){2,12}$/;

/** Values whose form alone shows that they are something else than a secret. */
function isOrdinary(text: string, nameClass: NameClass): boolean {
  if (isMonotonous(text) || isPath(text, nameClass)) return true;
  if (/^(?:[a-z][a-z0-9+.-]{1,30}:\/\/|scm:\w)/i.test(text) || className.test(text)) return true;
  if (isEncrypted(text) || /^\d{1,5}\/(?:tcp|udp|sctp|dccp)$|^(?:amd64|arm64|armhf|i386|x86_64|aarch64)$/.test(text)) return true;
  if (nameClass === "password") return fileName.test(text) && text.includes("/");
  // A colour.
  if (/^#[0-9a-fA-F]{3,8}$/.test(text)) return true;
  if (/^[\^~v=]?\d{1,10}(?:\.\d{1,10})+[\w.~+-]{0,40}$/.test(text)) return true;
  if (nameClass === "weak" && fingerprints.test(text) && !/^[0-9a-f]{16}$/.test(text)) return true;
  if (/\s/.test(text) && fingerprints.test(text)) return true;
  if (fileName.test(text)) return true;
  if (/^(?:sha(?:1|256|512)|md5)[-:=]/.test(text)) return true;
  // Hashes of passwords, as in htpasswd and shadow, are judged by the parsers of those files.
  return /^arn:aws|^projects\/|^ssh-(?:rsa|ed25519|dss) |^ecdsa-sha2-|^-----BEGIN (?:PUBLIC|CERTIFICATE)|\.apps\.googleusercontent\.com$|^(?:pk_(?:live|test)_|pk\.eyJ|phc_|6L[a-zA-Z0-9_-]{38}$|0x4AAA|pub[0-9a-f]{32}$)/.test(
    text,
  );
}

/** A password may also begin with a slash; a path has several, or consists of words. */
function isPath(text: string, nameClass: NameClass): boolean {
  if (!/^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:\\|file:)/.test(text)) return false;
  if (/^\/[A-Za-z0-9+/]{30,}={0,2}$/.test(text)) return false;
  return !(nameClass === "password" && text.startsWith("/") && text.indexOf("/", 1) < 0 && text.length > 8 && looksRandom(text));
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Vault's `secret_id=<UUID>` is a password; the secret IDs of other services are only names. */
function isAppRole(name: string, raw: string): boolean {
  return /^secret_id$/i.test(name) && uuid.test(raw.replace(/^["']|["']$/g, ""));
}

/** `"Authorization": "Token …"` */
function isHeader(name: string, raw: string): boolean {
  return /^authorization$/i.test(name) && /^["']?(?:[Tt]oken|Api-?[Kk]ey|Key) [\w.~+/=-]{16,}["']?$/.test(raw);
}

/** Encrypted with a key that is kept elsewhere: sops, Jasypt, Spring, Ansible, Vault, KMS, Sealed Secrets, OpenPGP messages. */
function isEncrypted(text: string): boolean {
  return /^(?:ENC\[|ENC\(|\{cipher\}|\$ANSIBLE_VAULT|!vault|\{(?:AES|DES|RSA)\w*\}|AQICAH|vault:v\d+:|v\d+:kms|Ag[A-Za-z0-9+/=]{150}|(?:wc[BF]M|w[YV4]|hQ[EI]M|hF4D)[A-Za-z0-9+/=]{100}|-----BEGIN PGP MESSAGE|secretsmanager:|ssm:|awskms:)/.test(
    text,
  );
}

const typeNames =
  /^(?:str(?:ing)?|int|bool(?:ean)?|object|array|number|any|None|Optional|function|async|await|new|return|class|char|void|const|uuid|required|password|hidden)$/i;

/** Random characters from letters, digits and all signs including brackets, like Django's and WordPress's keys, but no call or pattern. */
function isGenerated(text: string): boolean {
  if (
    text.length < 24 ||
    !/^[\x21-\x7e]+$/.test(text) ||
    /\\[wdsbWDS.]|\(\?|\[\^?[a-zA-Z0-9]-[a-zA-Z0-9]|=>|::|\w\(\w*\)|<\/?\w+>/.test(text)
  )
    return false;
  return new Set(text.replace(/[\w.,:;"'/-]/g, "")).size >= 4 && /\d[^]*\d/.test(text) && entropy(text) >= 4;
}

/** Kubernetes bootstrap tokens, for joining nodes. */
const bootstrapToken = /^[a-z0-9]{6}\.[a-z0-9]{16}$/;

/** An expression, a type, a call or a template instead of a value, as written in programs and by people. */
function isCode(text: string, isQuoted: boolean, nameClass: NameClass, context: ValueContext): boolean {
  if (isTemplate(text)) return true;
  if (typeNames.test(text)) return true;
  // A string is literal; a bare word may be an expression.
  if (isQuoted) return nameClass !== "password" && /[(){}[\]<>]|=>|::/.test(text) && !isGenerated(text);
  if (context === "shell")
    return /^[({[<]|^@[({]?$|^(?:Read|Get|New|Import|Invoke|Join|Select|Test|Convert(?:To|From)?)-[A-Z]\w+$/.test(text);
  if (/^[[{(<]|=>|::|^[\w.]{1,60}\(|^!\w|^&|^\*\w/.test(text)) return true;
  if (nameClass !== "password" && /[(){}[\]<>]/.test(text)) return !isGenerated(text);
  if (/^[A-Za-z_$][\w$]{0,60}(?:(?:\.|->)[A-Za-z_$][\w$[\]]{0,60}){1,10};?$/.test(text)) return !bootstrapToken.test(text);
  return /^(?:var|local|data|module|self|this|env|config|settings|options|params|args)\./.test(text);
}

/** `update_password: on_create`, `askPassword: always`: a word that says what to do about a password. */
function isSwitch(name: string, text: string): boolean {
  const [first, ...more] = nameWords(name);
  return (
    more.length > 0 &&
    /^(?:update|ask|prompt|show|hide|generate|require|allow|validate|verify|check|change|reset|force|skip|encrypt|hash)$/.test(first!) &&
    /^[a-z]+(?:[_-][a-z]+){0,4}$/.test(text)
  );
}

/** Names of fields: `newPassword2`, `sessionTokenV1`. */
const fieldNames = /^[a-z]+(?:[A-Z][a-z]+)*(?:Password|Passwd|Token|Secret|Key|Hash|Field|Id)(?:[A-Z][a-z]+)*(?:V?\d)?$/;

/** `"password": "Password"`, `token: access_token`: the value repeats the name, as in translations and schemas. */
function sameWords(name: string, text: string): boolean {
  if (text.length > 100 || /\d{2}/.test(text)) return false;
  const value = nameWords(text).join("");
  const key = nameWords(name).join("");
  if (value === "") return false;
  if (value === key) return true;
  return /^[A-Za-z_. -]+$/.test(text) && value.length > 4 && key.endsWith(value);
}
