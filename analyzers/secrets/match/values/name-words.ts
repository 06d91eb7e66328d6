/** What a variable's name says about its value. Names are split into words; in English the noun that counts comes last. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Words that make the value a secret, unless another word says otherwise. */
const strong = set(
  `password passwords passwd passphrase passcode pword pwd psw pass secret secrets token tokens apikey apikeys credential credentials creds
   authtoken secretkey accesskey privatekey dbpass userpass clientsecret apitoken apisecret appsecret accesstoken refreshtoken bearertoken mnemonic
   presharedkey activationkey encryptionkey signingkey sharedkey accountkey masterkey authkey authtok authident psk totp otpauth`,
);
const password =
  /^(?:passwords?|passwd|passphrase|passcode|pword|pwd|psw|pass|dbpass|userpass|requirepass|masterauth|psk|pw|passwort|kennwort|wachtwoord|senha|contrasena|parola)$|passw(?:or)?d$|passphrase$|(?:root|db|user|admin|mail|smtp|imap|pop3?|ldap|ftp|sftp|ssl|vpn|vnc|wifi|remote|login|account|client|server|registry|backup|become|sudo|vault|rcon|oper|zip|repl|sql|pg|key|store|master|cert|auth|priv|proxy|require|bind|dn|ssh|sasl|mysql|postgres|redis|my|app|web|sys|sa|svc)pass$|(?:root|bind|user|db|admin|sys|my)pw$|(?:db|user|admin|root|sql|my|ftp|mail|app|pg|sa)pwd$/;
/** `…password`, `dbpass`, `githubtoken`: words joined without a separator. */
const strongEnding =
  /(?:passw(?:or)?d|passphrase|secret|apikey|secretkey|privatekey|accesskey|encryptionkey|signingkey|token|(?:root|db|user|admin|mail|smtp|ldap|ftp|sql|pg)pass)$/;
/** Words that may mean a secret; the value must look like one. */
const weak = set(`key keys auth jwt pat bearer salt cookie webhook pepper seed`);
/** Single words that are often split: `pass_phrase`, `npmAuthIdent`. */
const writtenApart = set(`passphrase password passcode passwd authident authtok`);
/** `<word>_key` is as telling as `secret`. */
const keyQualifiers = set(
  `api private access secret sec signing sign encryption encrypt decryption master license licence deploy ssh service account session shared storage app
   application client auth admin integration write ingest server jwt hmac aes rsa tls ssl role sas subscription functions host cipher crypto
   fernet vault unseal activation recovery flask django preshared cookie csrf nextauth`,
);
/** `<word>_key` is a key in a table, a cache or a message. */
const ordinaryKeys = set(
  `cache sort primary partition foreign hash routing idempotency lookup group index object translation map json xml yaml dict unique composite natural
   surrogate range row column field feature flag product item menu shortcut any arrow enter row event message metric tag label attribute property
   param parameter query order filter dedup dedupe bucket context state redis queue topic stream locale i18n option setting config preference
   meta search limit result output input page marker next start last continuation pagination site sitekey anon publishable tracking
   measurement cluster shard license_plate color theme grouping aggregation join merge distribution dist`,
);
/** `<word>_token` is a position in a list, a piece of text or a coin. */
const ordinaryTokens = set(
  `input output next page pagination continuation marker sync start last previous prev cursor pad bos eos sep unk mask cls stop special end begin eof
   idempotency idempotent cancellation cancel completion prompt max min num total count erc20 nft design csrf xsrf authenticity native`,
);
/** Names with one of these words mean something public. */
const publicWords = set(
  `gpg pgp gpgkey gpgkeys pgpkey public pub pubkey pubkeys publickey publishable fingerprint fingerprints hashed sha1 sha256 sha384 sha512 md5 checksum checksums sum sums keyserver
   keyring keyrings monkey keyboard keymap hotkey hotkeys known authorized minisign`,
);
/** Head nouns: `PASSWORD_FILE` is a file, `KEY_ID` an identifier. */
const heads = set(
  `file files filename path paths dir directory folder version ver url urls uri endpoint host hosts hostname port ports name names id ids alias length len size
   type kind algorithm algo alg enabled enable disabled disable required require timeout ttl expiry expires expiration expire expired lifetime prefix
   suffix header headers format policy prompt manager provider providers server servers keyserver fingerprint checksum keyring mode method methods issuer audience
   count min max rotation store location mount arn region bucket interval retries limit limits rounds iterations encoding scope scopes class classname
   module plugin hint regex pattern field fields column attribute label selector ref refs env var user username userid email domain realm backend driver
   algorithms update refresh cache validity days hours minutes seconds age strategy level note notes description example template
   placeholder optional validation check hash256 release revision commit sha digest date package pkg repo repository helper handler
   sock socket stdin agent parser parallelism generator service factory func function callback script command cmd bin exe app binding bindings
   variable variables validator validators hashers encoders usage title text message error warning help tooltip screen page form input button icon link docs doc schema table index key_id keyid number
   namespace group string role roles permissions permission access audit log logs aware support supported needed present exists valid invalid set unset changed forgotten incorrect mismatch missing sent updated removed created deleted wrong short question
   minlength maxlength strength complexity history reset change recovery forgot confirm confirmation hasher encoder digester rule rules process processor filter filters property properties encryption
   types kinds sizes lengths formats policies chars charset charsets alphabet characters delimiter separator`,
);

/** `test_password.py: S105`, `token.css`: the name is that of a file. */
const fileNames = /[\w-]\.(?:py|[cm]?[jt]sx?|css|scss|go|java|kt|rb|php|html?|vue|svelte|cs|c|cc|cpp|h|hpp|rs|swift|svg|png|map|md|rst)$/;
/** Keys that their services intend for web pages. */
const publicKeys =
  /(?:^|_)(?:pusher(?:_app)?|algolia_search(?:_only)?(?:_api)?|launchdarkly_client(?:_side)?|segment_write|posthog|mixpanel)_key$|(?:^|_)(?:initial_cluster|request_verification)_token$/;
/** Vault calls these IDs, but accepts them like passwords. */
const secretIds = /(?:^|_)(?:root_token|(?:vault|approle)_(?:[a-z0-9]+_){0,3}secret)_id$/;

/** `apiKey`, `API_KEY`, `api-key`, `api.key` → `["api", "key"]`. */
export function nameWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

export type NameClass = "password" | "strong" | "weak" | null;

/** How strongly the name suggests a secret; null if it does not, or suggests otherwise. */
export function classifyName(fullName: string): NameClass {
  if (fileNames.test(fullName)) return null;
  const words = nameWords(fullName);
  if (words.length > 1 && /^\d+$/.test(words.at(-1)!)) words.pop();
  const last = words.at(-1);
  if (last === undefined) return null;
  const joined = (words.at(-2) ?? "") + last;
  if (writtenApart.has(joined)) words.splice(-2, 2, joined);
  // A passphrase is one even if the name also has a public word, because it protects the private key.
  if (isPassword(words.at(-1)!, words.length - 1, words)) return "password";
  if (words.some((word) => publicWords.has(word)) && !words.includes("private")) return null;
  if (namesPlace(words)) return null;
  const name = words.join("_");
  if (publicKeys.test(name)) return null;
  if (secretIds.test(name)) return "strong";
  const qualifiedKey = words.some((word, i) => (word === "key" || word === "keys") && i > 0 && keyQualifiers.has(words[i - 1]!));
  if (heads.has(last)) return null;
  if (words.some((word, i) => isPassword(word, i, words))) return "password";
  if (words.some((word, i) => strong.has(word) && !isPasswordVerb(word, i, words)) || qualifiedKey || strongEnding.test(last))
    return "strong";
  return words.some((word) => weak.has(word)) ? "weak" : null;
}

/** `CACHE_KEY`, `nextPageToken`: the word before the last one shows that it is just a position or key. */
function namesPlace(words: readonly string[]): boolean {
  const last = words.at(-1);
  const before = words.at(-2);
  if (before === undefined) return false;
  // Helm's `existingSecret: db` is the name of a secret in the cluster.
  if (before === "existing" && (last === "secret" || last === "secrets")) return true;
  if (last === "key" || last === "keys") return ordinaryKeys.has(before) && !words.some((word) => strong.has(word));
  return (last === "token" || last === "tokens") && ordinaryTokens.has(before);
}

function isPassword(word: string, index: number, words: readonly string[]): boolean {
  if (!password.test(word) || word === "nopasswd") return false;
  // `passwordKey: postgres-password` is the name of an entry in a secret.
  if (/^keys?$/.test(words.at(-1)!)) return false;
  return !isPasswordVerb(word, index, words);
}

/** `OLD_PWD` is a directory; `PWD` may be one, which its value shows. `pass` counts only at the end (`PASS_THROUGH`). */
function isPasswordVerb(word: string, index: number, words: readonly string[]): boolean {
  if (word === "pass" || word === "pw") return index !== words.length - 1;
  return word === "pwd" && words[0] === "old" && words.length === 2;
}
