/** Recognises, by their path, files that hold `name = value` or secrets in a format of their own. */
import * as credentials from "../formats/credential-files.ts";
import * as lists from "../formats/lists.ts";
import { parseCopies, parseInserts } from "../formats/sql-rows.ts";
import { classifyName } from "../values/name-words.ts";
import { isPackagePlace, styleOf } from "../pairs/text-style.ts";
import type { TextStyle } from "../pairs/text-style.ts";
import type { RuleMatch } from "../match-rule.ts";

export interface FileFormat {
  /** As in "read as …". */
  readonly name: string;
  /** Finds the secrets in a whole file, given as a byte string. */
  parse(text: string): RuleMatch[];
}

/** How many bytes of a file are kept for parsing. */
export const maxStructuredBytes = 1024 * 1024;

type Row = readonly [name: string, path: RegExp, parse: (text: string) => RuleMatch[]];

/** Credential files, parsed wherever they are. The first match counts. */
const credentialFiles: readonly Row[] = [
  ["netrc", /(?:^|\/)(?:[._]netrc|\.authinfo|etc\/apt\/auth\.conf(?:\.d\/[^/]+)?)$/, credentials.parseNetrc],
  ["pgpass", /(?:^|\/)(?:\.pgpass|pgpass\.conf)$/, credentials.parsePgpass],
  [
    "docker credentials",
    /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json|\.config\/containers\/auth\.json|kaniko\/\.docker\/config\.json)$/,
    credentials.parseDockerConfig,
  ],
  [
    "kubeconfig",
    /(?:^|\/)(?:\.kube\/config|kubeconfig(?:\.ya?ml)?|[\w.-]+\.kubeconfig|etc\/kubernetes\/[\w-]+\.conf|k3s\.yaml)$/,
    credentials.parseKubeconfig,
  ],
  [
    "password hashes",
    /(?:^|\/)(?:\.?htpasswd[\w.-]*|[\w.-]+\.htpasswd|etc\/(?:g?shadow)-?|master\.passwd)$/,
    credentials.parsePasswordHashes,
  ],
  ["Samba's password hashes", /(?:^|\/)smbpasswd$/, credentials.parseSambaHashes],
  ["password digests", /(?:^|\/)\.?htdigest[\w.-]*$|\.htdigest$/, credentials.parseDigests],
  ["wp-config.php", /(?:^|\/)wp-config(?:-\w+)?\.php$/, credentials.parseWpConfig],
  [
    "credentials in XML",
    /(?:^|\/)(?:settings(?:-security)?\.xml|nuget\.config|sitemanager\.xml|filezilla\.xml|recentservers\.xml|credentials\.xml|web\.config|app\.config|tomcat-users\.xml|server\.xml|context\.xml)$/i,
    credentials.parsePasswordXml,
  ],
  [
    "secret",
    /(?:^|\/)(?:\.vault-token|\.?(?:ansible[-_])?vault[-_]pass(?:word)?(?:[-_]file)?(?:\.txt)?|master\.key|config\/credentials\/\w+\.key|(?:run|var\/run)\/secrets\/[^/]+|\.?sentryclirc\.token|\.?erlang\.cookie|secret[_-]?id|etc\/munge\/munge\.key|\.kaggle_token|\.huggingface\/token|\.cache\/huggingface\/token|\.config\/huggingface\/token)$/,
    credentials.parseWholeSecret,
  ],
  [
    "user and password lines",
    /(?:^|\/)(?:openvpn\/(?:[\w-]+\/)?(?:[\w.-]*(?:auth|pass|login|cred|user)[\w.-]*|[\w.-]+\.(?:txt|up|pw))|auth-user-pass(?:\.txt)?|vsftpd\/[\w.-]*users?[\w.-]*\.txt)$/i,
    credentials.parseUserAndPassword,
  ],
  ["PPP or WebDAV secrets", /(?:^|\/)(?:(?:chap|pap)-secrets|davfs2\/secrets)$/, credentials.parsePppSecrets],
  [
    "rsync or SASL passwords",
    /(?:^|\/)(?:rsyncd?\.(?:secrets|passwd?)|sasl_passwd|sasl\/passwd|passwd\.client|exim4\/passwd|[\w.-]*users\.(?:txt|list)|userlist\.txt|[\w.-]+\.users)$/,
    credentials.parseUserLines,
  ],
  ["Subversion's passwords", /(?:^|\/)svn\.simple\/[^/]+$/, credentials.parseSvnSimple],
  ["curl's configuration", /(?:^|\/)(?:[._]curlrc|turnserver\.conf)$/, credentials.parseCurlrc],
  ["Bundler's configuration", /(?:^|\/)\.?bundle\/config$/, credentials.parseBundleConfig],
  ["Composer's credentials", /(?:^|\/)auth\.json$/, credentials.parseComposerAuth],
  ["users of Shiro", /(?:^|\/)[\w-]*shiro\.ini$/, credentials.parseShiro],
  ["users of a server", /(?:^|\/)(?:(?:mgmt|application)-users|[\w-]*realm|jetty-users)\.properties$/, credentials.parseRealm],
  ["the key of a cluster", /(?:^|\/)(?:[\w.-]*(?:mongo|replica|cluster)[\w-]*key(?:[-_.]?file)?|keyfile)$/i, credentials.parseBase64Key],
  [
    "a history of SQL",
    /(?:^|\/)\.(?:mysql|mariadb|psql|sqlite)_history$/,
    (text) => [...credentials.parseSqlHistory(text), ...parseInserts(text)],
  ],
  [
    "RADIUS servers",
    /(?:^|\/)(?:pam_radius_auth\.conf|(?:raddb|radiusclient(?:-ng)?|radcli)\/servers?|racoon\/psk\.txt)$/,
    credentials.parseRadiusServers,
  ],
  ["Nagios' macros", /(?:^|\/)resource\.cfg$/, credentials.parseResourceMacros],
  ["cookies", /(?:^|\/)[\w.-]*cookie(?:s|jar|-jar)?(?:\.txt)?$/i, credentials.parseCookies],
  ["a runner's key", /(?:^|\/)\.credentials_rsaparams$/, credentials.parseRunnerKey],
  ["Snyk's token", /(?:^|\/)configstore\/snyk\.json$/, credentials.parseSnykToken],
  ["a Solana key pair", /(?:^|\/)(?:solana\/id|[\w-]*keypair[\w-]*)\.json$/i, credentials.parseSolanaKeypair],
  ["s3fs credentials", /(?:^|\/)(?:\.?passwd-s3fs)$/, credentials.parseS3fs],
];

/** The format of the file at this path (a byte string); null if it has none of these formats. */
export function formatOf(path: string, style: TextStyle | null = styleOf(path)): FileFormat | null {
  for (const [name, pattern, parse] of credentialFiles) if (pattern.test(path)) return { name, parse };
  if (isPackagePlace(path)) return null;
  if (/\.(?:csv|tsv)$/i.test(path)) return { name: "a table", parse: lists.parseTable };
  if (passwordList.test(path)) return { name: "a list of passwords", parse: lists.parsePasswordList };
  if (/\.(?:sql|dump)$/i.test(path))
    return { name: "SQL", parse: (text) => [...parseInserts(text), ...parseCopies(text), ...credentials.parseShellHistory(text)] };
  if (isNamedSecret(path)) return { name: "a secret", parse: credentials.parseNamedSecret };
  if (pipelines.test(path)) return { name: "a pipeline", parse: credentials.parsePipeline };
  return style === "shell" ? { name: "a script", parse: credentials.parseShellHistory } : null;
}

/** YAML whose values are commands. */
const pipelines =
  /(?:^|\/)(?:\.gitlab-ci[\w.-]*|bitbucket-pipelines|\.travis|\.circleci\/config|\.github\/(?:workflows|actions)\/[^/]+|\.drone|azure-pipelines[\w.-]*|cloudbuild[\w.-]*|buildspec[\w.-]*|appveyor|Taskfile|(?:docker-)?compose[\w.-]*)\.ya?ml$/;

/** Names that people give to files with passwords. */
const passwordList =
  /(?:^|\/)[\w -]*(?:passwords?|passwd|pwd?s?|pass|creds?|credentials|logins?|accounts|secrets?)[\w -]*\.(?:txt|md|lst|list|text|rtf|log)$/i;

/** A one-line file whose name states its content: `db_password.txt`, `secrets/token`, `api.key`. */
function isNamedSecret(path: string): boolean {
  // Branches and work trees of git may also have such names.
  if (/(?:^|\/)etc\/(?:passwd|group)-?$|\.git\//.test(path)) return false;
  const parts = path.split("/");
  const base = parts.at(-1)!.replace(/^\./, "");
  const stem = base.replace(/\.(?:txt|key|secret|secrets|token|pw|pwd|pass|passwd|password|dat|cookie|pat)$/i, "");
  if (/\.[A-Za-z]\w{0,5}$/.test(stem)) return false;
  if (stem !== base && !/\.(?:txt|dat)$/i.test(base)) return true;
  return classifyName(stem) !== null || /^\.?(?:secrets?|credentials|tokens|passwords|keys|secrets?-store)$/i.test(parts.at(-2) ?? "");
}
