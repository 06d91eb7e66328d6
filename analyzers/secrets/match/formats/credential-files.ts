/** Files in which programs keep credentials in a format of their own. */
import { secretsInCommand } from "../../commands/command-text.ts";
import type { RuleMatch } from "../match-rule.ts";
import { isWordLike, looksRandom } from "../values/value-looks.ts";
import { credential, present, structuralRules } from "./found.ts";

/** netrc(5): `machine h login u password p`, over any number of lines. */
export function parseNetrc(text: string): RuleMatch[] {
  const isComment = commentLines(text);
  return all(text, /(?:^|\s)password\s{1,20}("[^"\n]{1,500}"|\S{1,500})/g, (m) =>
    isComment(m.index) ? null : found(m, m[1]!.replace(/^"|"$/g, ""), "password"),
  );
}

/** Whether an offset is in a line that begins with `#`. With ascending offsets every line is examined only once, however long it is. */
function commentLines(text: string): (at: number) => boolean {
  const comment = /[ \t]*#/y;
  let [end, isOne] = [-1, false];
  return (at) => {
    if (at < end) return isOne;
    comment.lastIndex = text.lastIndexOf("\n", at) + 1;
    isOne = comment.test(text);
    end = text.indexOf("\n", at + 1);
    if (end < 0) end = text.length;
    return isOne;
  };
}

/** libpq's password file: `host:port:database:user:password`, where `\:` is an escaped colon. */
export function parsePgpass(text: string): RuleMatch[] {
  return all(text, /^(?!#)(?:(?:[^:\\\n]|\\.){1,200}:){4}([^\n\r]{1,500})/gm, (m) => found(m, m[1]!, "password"));
}

/** `.docker/config.json`, `.dockercfg`, `.dockerconfigjson`: base64 of `user:password`, and tokens, for each registry. */
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

/** htpasswd and shadow(5): `name:hash…`. Locked accounts (`*`, `!`) have no hash. */
export function parsePasswordHashes(text: string): RuleMatch[] {
  const hash =
    /^([^:\s#]{1,100}):(\$(?:\d\w?|apr1|2[abxy]|y|gy|7|argon2\w{0,3}|scrypt|sha1|md5)\$[^:\s]{8,300}|\{S?SHA(?:\d{3})?\}[A-Za-z0-9+/=]{20,200}|[./A-Za-z0-9]{13})(?=:|\s|$)/gm;
  return all(text, hash, (m) => found(m, m[2]!, m[1]!, structuralRules.passwordHash));
}

/** smbpasswd(5): `name:uid:LM hash:NT hash:…`; the NT hash is as good as the password. */
export function parseSambaHashes(text: string): RuleMatch[] {
  return all(text, /^([^:\s#]{1,100}):\d{1,10}:[0-9A-FX]{32}:([0-9A-F]{32}):/gm, (m) =>
    found(m, m[2]!, m[1]!, structuralRules.passwordHash),
  );
}

/** htdigest: `user:realm:MD5`. */
export function parseDigests(text: string): RuleMatch[] {
  return all(text, /^([^:\s#]{1,100}:[^:\n]{1,100}):([0-9a-f]{32})[ \t]*\r?$/gm, (m) =>
    found(m, m[2]!, m[1]!, structuralRules.passwordHash),
  );
}

/** The 64 bytes of a secret key and its public half, as numbers. */
export function parseSolanaKeypair(text: string): RuleMatch[] {
  return all(text, /^\s{0,40}\[\s{0,40}((?:\d{1,3},\s{0,8}){63}\d{1,3})\s{0,40}\]\s*$/g, (m) => found(m, m[1]!, null));
}

/** The private exponent among the RSA key parameters that a GitHub Actions runner signs with. */
export function parseRunnerKey(text: string): RuleMatch[] {
  return all(text, /"d"\s{0,8}:\s{0,8}"([A-Za-z0-9+/]{100,2000}={0,2})"/g, (m) => found(m, m[1]!, "d"));
}

/** Snyk's command line stores its token as `api`. */
export function parseSnykToken(text: string): RuleMatch[] {
  return all(text, /"api"\s{0,8}:\s{0,8}"([0-9a-f-]{36})"/g, (m) => found(m, m[1]!, "api"));
}

/** `wp-config.php`: `define( 'DB_PASSWORD', '…' );` and the eight keys and salts. */
export function parseWpConfig(text: string): RuleMatch[] {
  return all(
    text,
    /define\(\s{0,10}['"](DB_PASSWORD|FTP_PASS|(?:SECURE_)?AUTH_(?:KEY|SALT)|LOGGED_IN_(?:KEY|SALT)|NONCE_(?:KEY|SALT))['"]\s{0,10},\s{0,10}'([^'\n]{3,200})'/g,
    (m) => (/^put your unique phrase here|_here$/.test(m[2]!) ? null : found(m, m[2]!, m[1]!)),
  );
}

/** Maven's `settings.xml`, NuGet, FileZilla and other XML: elements and attributes that hold passwords. */
export function parsePasswordXml(xml: string): RuleMatch[] {
  const text = withoutXmlComments(xml);
  const elements = all(
    text,
    /<(password|passphrase|privateKeyPassphrase|Pass|privateKey|token|apiToken|secret)(?:\s[^<>]{0,200})?>\s{0,20}([^<>\s][^<>]{1,2000}?)\s{0,20}<\//gi,
    (m) => found(m, m[2]!, m[1]!),
  );
  return [...elements, ...all(text, /\s(password|passphrase|pwd|cleartextpassword)="([^"\n]{2,500})"/gi, (m) => found(m, m[2]!, m[1]!))];
}

/** A file that consists of a single secret: `.vault-token`, Rails' `master.key`. */
export function parseWholeSecret(text: string): RuleMatch[] {
  const secret = text.trim();
  if (!/^[\x21-\x7e]{8,500}$/.test(secret)) return [];
  return [credential(secret, text.indexOf(secret), null)].filter(present);
}

/** A one-line file whose name suggests a secret; the line must look like one. */
export function parseNamedSecret(text: string): RuleMatch[] {
  const secret = text.trim();
  if (
    !/^[\x21-\x7e]{6,500}$/.test(secret) ||
    secret.includes("://") ||
    /^[\w-]+:[x*!]*:\d+:/.test(secret) ||
    isWordLike(secret) ||
    !looksRandom(secret)
  )
    return [];
  return [credential(secret, text.indexOf(secret), null)].filter(present);
}

/** OpenVPN's `auth-user-pass`: the user name, and the password on the next line. */
export function parseUserAndPassword(text: string): RuleMatch[] {
  const match = /^([^\r\n]{1,200})\r?\n([^\s#<>][^\r\n]{2,200})(?:\r?\n|$)/.exec(text);
  if (match === null || /\s/.test(match[1]!.trim())) return [];
  return [credential(match[2]!, match[1]!.length + match[0].slice(match[1]!.length).indexOf(match[2]!), "password")].filter(present);
}

/** pppd(8): `client server secret addresses`. */
export function parsePppSecrets(text: string): RuleMatch[] {
  return all(text, /^[ \t]{0,20}(?!#)\S{1,200}[ \t]{1,20}\S{1,200}[ \t]{1,20}("[^"\n]{3,200}"|[^\s"]{3,200})/gm, (m) =>
    found(m, m[1]!.replace(/^"|"$/g, ""), "secret"),
  );
}

/** RADIUS clients: `host[:port] secret timeout`. */
export function parseRadiusServers(text: string): RuleMatch[] {
  return all(text, /^[ \t]{0,20}(?!#)[\w.:[\]/-]{1,100}[ \t]{1,20}([^\s#]{4,200})(?:[ \t]{1,20}\d{1,4})?[ \t]*\r?$/gm, (m) =>
    found(m, m[1]!, "secret"),
  );
}

/** Macros of Nagios and Icinga, with the credentials that checks use: `$USER5$=…`. Most hold a path or a user name. */
export function parseResourceMacros(text: string): RuleMatch[] {
  return all(text, /^\$USER\d{1,3}\$[ \t]{0,8}=[ \t]{0,8}([^\s#]{6,200})[ \t]*\r?$/gm, (m) =>
    m[1]!.startsWith("/") || isWordLike(m[1]!) || !looksRandom(m[1]!) ? null : found(m, m[1]!, null),
  );
}

/** Netscape's cookie file, as written by curl and wget: only cookies that identify a login. */
export function parseCookies(text: string): RuleMatch[] {
  const session =
    /^(?:#HttpOnly_)?[^\t\n#]{1,200}(?:\t[^\t\n]{0,200}){3}\t\d{1,20}\t([^\t\n]{0,100}(?:sess|token|auth|sid|jwt|login|remember)[^\t\n]{0,100})\t([^\t\r\n]{16,4000})/gim;
  return all(text, session, (m) => (isWordLike(m[2]!) ? null : found(m, m[2]!, m[1]!)));
}

/** `user:password` lines: rsyncd, Postfix, Exim, PgBouncer. Hashes are reported as hashes. */
export function parseUserLines(text: string): RuleMatch[] {
  const lines = all(text, /^(?![#;])[^\n]{0,200}?[^\s:"]{1,100}:([^\s:#"][^\s:]{3,200})[ \t]*\r?$/gm, (m) => found(m, m[1]!, "password"));
  return [...lines, ...all(text, /^"[^"\n]{1,100}" "([^"\n]{3,200})"/gm, (m) => found(m, m[1]!, "password"))];
}

/** Subversion's password cache: a key and a value, each preceded by its length. */
export function parseSvnSimple(text: string): RuleMatch[] {
  return all(text, /^K 8\r?\npassword\r?\nV \d{1,4}\r?\n([^\r\n]{1,500})/gm, (m) => found(m, m[1]!, "password"));
}

/** curl's configuration: `user = "name:password"`. */
export function parseCurlrc(text: string): RuleMatch[] {
  return all(text, /^[ \t]*-{0,2}(?:user|proxy-user|u|U)[ \t]*[ =:][ \t]*["']?[^\s"':]{0,100}:([^\s"']{3,200})/gm, (m) =>
    found(m, m[1]!, "user"),
  );
}

/** Bundler: `BUNDLE_GEMS__EXAMPLE__ORG: "user:password"` or a token alone. */
export function parseBundleConfig(text: string): RuleMatch[] {
  return all(text, /^BUNDLE_[A-Z0-9_]{1,80}__[A-Z0-9_]{1,40}:[ \t]*["']?(?:[^\s"':/]{1,100}:)?([^\s"':/]{8,300})["']?[ \t]*\r?$/gm, (m) =>
    found(m, m[1]!, null),
  );
}

/** Composer's `auth.json`: tokens by host. */
export function parseComposerAuth(text: string): RuleMatch[] {
  const blocks = [...text.matchAll(/"(bearer|(?:github|gitlab|bitbucket)-(?:oauth|token))"\s{0,20}:\s{0,20}\{([^{}]{1,4000})\}/g)];
  return blocks.flatMap((block) => {
    const from = block.index + block[0].lastIndexOf(block[2]!);
    return all(block[2]!, /"[^"\n]{1,200}"\s{0,20}:\s{0,20}"([^"\s]{8,500})"/g, (m) => found(m, m[1]!, block[1]!)).map((match) => ({
      ...match,
      start: match.start + from,
    }));
  });
}

/** WildFly's users (`name=hash`) and Jetty's realms (`name: password, role`). */
export function parseRealm(text: string): RuleMatch[] {
  const hashes = all(text, /^([\w.@-]{1,100})=([0-9a-f]{32})[ \t]*\r?$/gm, (m) => found(m, m[2]!, m[1]!, structuralRules.passwordHash));
  return [
    ...hashes,
    ...all(text, /^(?![#!])[\w.@-]{1,100}:[ \t]*((?:(?:OBF|MD5|CRYPT):)?[^\s,:]{4,200})(?:,|[ \t]*\r?$)/gm, (m) =>
      found(m, m[1]!, "password"),
    ),
  ];
}

/** Apache Shiro: `[users]`, then `name = password, role`. */
export function parseShiro(text: string): RuleMatch[] {
  const from = text.search(/^\[users\]/m);
  if (from < 0) return [];
  const end = text.indexOf("\n[", from);
  const lines = all(text.slice(from, end < 0 ? undefined : end), /^[\w.@-]{1,100}[ \t]*=[ \t]*([^\s,#]{4,200})/gm, (m) =>
    found(m, m[1]!, "password"),
  );
  return lines.map((match) => ({ ...match, start: match.start + from }));
}

/** A cluster's key file: nothing but base64, on any number of lines. */
export function parseBase64Key(text: string): RuleMatch[] {
  const key = /^\s{0,20}([A-Za-z0-9+/=\s]{32,2000})$/.exec(text)?.[1]?.trim();
  return key === undefined || key.length < 32 ? [] : [credential(key, text.indexOf(key), null)].filter(present);
}

/** s3fs: `ACCESS:SECRET` or `bucket:ACCESS:SECRET`. */
export function parseS3fs(text: string): RuleMatch[] {
  return all(text, /^[^\s:#]{1,100}:(?:[^\s:]{1,100}:)?([^\s:]{16,100})\s*$/gm, (m) => found(m, m[1]!, null));
}

/** `.bash_history` and similar: one command per line; zsh writes a time before it, fish a key. */
export function parseShellHistory(text: string): RuleMatch[] {
  const commands = text.startsWith("- cmd: ") ? text.replaceAll(/^- cmd: /gm, " ".repeat(7)) : text;
  return secretsInCommand(commands).map(({ key, verdict, start }) => ({
    rule: structuralRules.shellHistory,
    severity: verdict.severity,
    confidence: verdict.confidence,
    start,
    secret: verdict.secret,
    key,
  }));
}

/** libedit writes blanks as `\040`, which hides statements from the rules. */
export function parseSqlHistory(text: string): RuleMatch[] {
  const matches = parseShellHistory(text);
  if (!text.includes("\\040")) return matches;
  const statement =
    /(?:IDENTIFIED(?:\\040|\s)+(?:WITH(?:\\040|\s)+\w{1,40}(?:\\040|\s)+)?BY(?:\\040|\s)+(?:PASSWORD(?:\\040|\s)+)?|PASSWORD(?:\\040|\s){0,4}[=(]?(?:\\040|\s){0,4})'((?:[^'\n\\]|\\(?!040)){3,200})'/gi;
  return [...matches, ...all(text, statement, (m) => found(m, m[1]!, "password", structuralRules.shellHistory))];
}

/** A pipeline's YAML: list items and values are commands. */
export function parsePipeline(text: string): RuleMatch[] {
  const commands = text.replaceAll(/^[ \t]{0,200}(?:- {1,8})?(?:[\w-]{1,40}:[ \t]{1,8})?/gm, (sign) => " ".repeat(sign.length));
  return parseShellHistory(commands);
}

/** Blanks out comments, which contain examples; offsets are unchanged. */
function withoutXmlComments(xml: string): string {
  return xml.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, " "));
}

function all(text: string, pattern: RegExp, make: (match: RegExpExecArray) => RuleMatch | null): RuleMatch[] {
  return [...text.matchAll(pattern)].map((match) => make(match)).filter(present);
}

function found(match: RegExpExecArray, secret: string, key: string | null, rule = structuralRules.credentialsFile): RuleMatch | null {
  return credential(secret, match.index + match[0].lastIndexOf(secret), key, rule);
}
