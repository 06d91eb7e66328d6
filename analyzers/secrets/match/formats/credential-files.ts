/** Files in which programs keep credentials in a grammar of their own. */
import { secretsInCommand } from "../../config/command-text.ts";
import type { RuleMatch } from "../match-rule.ts";
import { credential, present, structuralRules } from "./found.ts";
import { parseJson, parseLines, withoutXmlComments } from "./key-values.ts";

/** netrc(5): `machine h login u password p`, over any number of lines. */
export function parseNetrc(text: string): RuleMatch[] {
  return all(text, /(?:^|\s)password\s{1,20}("[^"\n]{1,500}"|\S{1,500})/g, (m) => found(m, m[1]!.replace(/^"|"$/g, ""), "password"));
}

/** libpq's password file: `host:port:database:user:password`, `\:` escapes a colon. */
export function parsePgpass(text: string): RuleMatch[] {
  return all(text, /^(?!#)(?:(?:[^:\\\n]|\\.){1,200}:){4}([^\n\r]{1,500})/gm, (m) => found(m, m[1]!, "password"));
}

/** `.docker/config.json`, `.dockercfg`, `.dockerconfigjson`: base64 `user:password` and tokens, for each registry. */
export function parseDockerConfig(text: string): RuleMatch[] {
  const auths = all(text, /"auth"\s{0,20}:\s{0,20}"([A-Za-z0-9+/]{4,4000}={0,2})"/g, (m) => {
    const plain = Buffer.from(m[1]!, "base64").toString("latin1");
    return /^[\x20-\x7e]*:[\x20-\x7e]+/.test(plain) ? found(m, m[1]!, "auth") : null;
  });
  return [
    ...auths,
    ...all(text, /"(identitytoken|registrytoken|password)"\s{0,20}:\s{0,20}"([^"\n]{4,4000})"/g, (m) => found(m, m[2]!, m[1]!)),
  ];
}

/** A kubeconfig: client keys, tokens, passwords. */
export function parseKubeconfig(text: string): RuleMatch[] {
  return all(
    text,
    /["']?\b(client-key-data|token|password|id-token|refresh-token|access-token)["']?:[ \t]{0,20}["']?([^\s"',]{4,8000})/g,
    (m) => found(m, m[2]!, m[1]!),
  );
}

/** htpasswd and shadow(5): `name:hash…`. Locked accounts (`*`, `!`) hold nothing. */
export function parsePasswordHashes(text: string): RuleMatch[] {
  const hash =
    /^([^:\s#]{1,100}):(\$(?:\d\w?|apr1|2[abxy]|y|gy|7|argon2\w{0,3}|scrypt|sha1|md5)\$[^:\s]{8,300}|\{S?SHA(?:\d{3})?\}[A-Za-z0-9+/=]{20,200}|[./A-Za-z0-9]{13})(?=:|\s|$)/gm;
  return all(text, hash, (m) => found(m, m[2]!, m[1]!, structuralRules.passwordHash));
}

/** `wp-config.php`: `define( 'DB_PASSWORD', '…' );` and the eight keys and salts. */
export function parseWpConfig(text: string): RuleMatch[] {
  return all(
    text,
    /define\(\s{0,10}['"](DB_PASSWORD|FTP_PASS|(?:SECURE_)?AUTH_(?:KEY|SALT)|LOGGED_IN_(?:KEY|SALT)|NONCE_(?:KEY|SALT))['"]\s{0,10},\s{0,10}'([^'\n]{3,200})'/g,
    (m) => (/^put your unique phrase here|_here$/.test(m[2]!) ? null : found(m, m[2]!, m[1]!)),
  );
}

/** Maven's `settings.xml`, NuGet, FileZilla and other XML: elements and attributes that are passwords. */
export function parsePasswordXml(xml: string): RuleMatch[] {
  const text = withoutXmlComments(xml);
  const elements = all(
    text,
    /<(password|passphrase|privateKeyPassphrase|Pass|privateKey|token|apiToken|secret)(?:\s[^<>]{0,200})?>\s{0,20}([^<>\s][^<>]{1,2000}?)\s{0,20}<\//gi,
    (m) => found(m, m[2]!, m[1]!),
  );
  return [...elements, ...all(text, /\s(password|passphrase|pwd|cleartextpassword)="([^"\n]{2,500})"/gi, (m) => found(m, m[2]!, m[1]!))];
}

/** A file that is one secret: `.vault-token`, Rails' `master.key`. */
export function parseWholeSecret(text: string): RuleMatch[] {
  const secret = text.trim();
  if (!/^[\x21-\x7e]{8,500}$/.test(secret)) return [];
  return [credential(secret, text.indexOf(secret), null)].filter(present);
}

/** s3fs: `ACCESS:SECRET` or `bucket:ACCESS:SECRET`. */
export function parseS3fs(text: string): RuleMatch[] {
  return all(text, /^[^\s:#]{1,100}:(?:[^\s:]{1,100}:)?([^\s:]{16,100})\s*$/gm, (m) => found(m, m[1]!, null));
}

/** `.bash_history` and its kin: each line a command; zsh and fish put a time before it. */
export function parseShellHistory(text: string): RuleMatch[] {
  return secretsInCommand(text).map(({ key, verdict, start }) => ({
    rule: structuralRules.shellHistory,
    severity: verdict.severity,
    confidence: verdict.confidence,
    start,
    secret: verdict.secret,
    key,
  }));
}

/** Files that hold nothing but credentials, as `name = value` lines or JSON. */
export function parseCredentialPairs(text: string): RuleMatch[] {
  return text.trimStart().startsWith("{") ? parseJson(text) : parseLines(text);
}

function all(text: string, pattern: RegExp, make: (match: RegExpExecArray) => RuleMatch | null): RuleMatch[] {
  return [...text.matchAll(pattern)].map((match) => make(match)).filter(present);
}

function found(match: RegExpExecArray, secret: string, key: string | null, rule = structuralRules.credentialsFile): RuleMatch | null {
  return credential(secret, match.index + match[0].lastIndexOf(secret), key, rule);
}
