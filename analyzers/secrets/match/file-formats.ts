/** Files that hold `name = value` or secrets in a form of their own, known by their path. */
import * as credentials from "./formats/credential-files.ts";
import { parseCode, parseJson, parseLines, parseXml } from "./formats/key-values.ts";
import type { RuleMatch } from "./match-rule.ts";

export interface FileFormat {
  /** As in "read as …". */
  readonly name: string;
  /** Finds the secrets in a whole file, given as a byte string. */
  parse(text: string): RuleMatch[];
}

/** Bytes of a file that are kept for parsing. */
export const maxStructuredBytes = 1024 * 1024;

type Row = readonly [name: string, path: RegExp, parse: (text: string) => RuleMatch[]];

/** Credential files: looked at wherever they lie. The first that fits counts. */
const credentialFiles: readonly Row[] = [
  ["netrc", /(?:^|\/)[._]netrc$/, credentials.parseNetrc],
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
  ["wp-config.php", /(?:^|\/)wp-config(?:-\w+)?\.php$/, (text) => [...credentials.parseWpConfig(text), ...parseCode(text)]],
  [
    "credentials in XML",
    /(?:^|\/)(?:settings(?:-security)?\.xml|nuget\.config|sitemanager\.xml|filezilla\.xml|recentservers\.xml|credentials\.xml|web\.config|app\.config|tomcat-users\.xml|server\.xml|context\.xml)$/i,
    (text) => [...credentials.parsePasswordXml(text), ...parseXml(text)],
  ],
  [
    "secret",
    /(?:^|\/)(?:\.vault-token|\.vault_pass(?:\.txt)?|vault_pass\.txt|master\.key|config\/credentials\/\w+\.key|run\/secrets\/[^/]+|\.sentryclirc\.token)$/,
    credentials.parseWholeSecret,
  ],
  ["s3fs credentials", /(?:^|\/)(?:\.?passwd-s3fs)$/, credentials.parseS3fs],
  [
    "shell history",
    /(?:^|\/)(?:\.(?:bash|zsh|sh|ash|ksh|fish|psql|mysql|python|node_repl|rediscli|sqlite|mongo|irb|local)_history|\.history|fish_history|\.zhistory|\.histfile|\.mongorc\.js|ConsoleHost_history\.txt)$/,
    credentials.parseShellHistory,
  ],
  [
    "credentials",
    /(?:^|\/)(?:\.aws\/(?:credentials|config)|\.boto|\.s3cfg|\.pypirc|\.?pip\.(?:conf|ini)|\.pip\/pip\.conf|\.my\.cnf|\.mylogin\.cnf|\.cargo\/credentials(?:\.toml)?|\.gem\/credentials|\.bundle\/config|\.?gradle\.properties|\.terraformrc|terraform\.rc|credentials\.tfrc\.json|\.config\/(?:hub|gh\/hosts\.yml|doctl\/config\.yaml|gcloud\/[\w/.-]+|rclone\/rclone\.conf|op\/config)|rclone\.conf|application_default_credentials\.json|\.azure\/[\w.-]+\.json|accessTokens\.json|azureProfile\.json|msal_token_cache\.json|auth\.json|\.composer\/auth\.json|\.?(?:remote-sync|ftpconfig|sftp(?:-config)?|ftp-sync|deployment-config)(?:\.json)?|robomongo\.json|credentials-config\.json|data-sources\.json|\.esmtprc|\.msmtprc|msmtprc|\.muttrc|\.fetchmailrc|\.smbcredentials|smbcredentials|\.(?:wget|curl)rc|\.tugboat|\.netlify\/config\.json|\.config\/configstore\/[\w.-]+\.json|\.databrickscfg|\.snowsql\/config|\.condarc|\.jupyter\/[\w.-]+|\.kaggle\/kaggle\.json|\.huggingface\/token|\.yarnrc(?:\.yml)?|\.npmrc|npmrc|credentials(?:\.(?:json|ya?ml|ini|toml|properties))?|client_secrets?[\w.-]*\.json|secrets?\.(?:json|ya?ml|toml|ini|properties|env)|\.ovpn|wpa_supplicant\.conf|ldap\.secret|\.travis\.yml|\.gitlab-ci\.yml|\.circleci\/config\.yml|\.drone\.yml|bitbucket-pipelines\.yml|\.erlang\.cookie)$/i,
    credentials.parseCredentialPairs,
  ],
  [
    "environment",
    /(?:^|\/)(?:\.env(?:[._-][\w.-]+)?|[\w.-]*\.env|env\.(?:local|prod|production|dev|development|staging|test)|\.envrc|\.flaskenv|etc\/environment|environment\.sh)$/,
    parseLines,
  ],
  ["Terraform state", /\.tfstate(?:\.backup)?$/, parseJson],
];

/** Configuration at large: looked at outside of the places where packages keep their own files. */
const configFiles: readonly Row[] = [
  [
    "configuration",
    /\.(?:ini|cfg|cnf|conf|config|properties|props|toml|ya?ml|tfvars|hcl|tf|service|desktop|rc|secrets?|credentials?|cred|creds)$|(?:^|\/)(?:\.\w+rc|Dockerfile[\w.-]*|[\w.-]+\.dockerfile|Jenkinsfile|Procfile|crontab|\.htaccess)$/i,
    parseLines,
  ],
  ["JSON", /\.(?:json|jsonc|json5|tfvars\.json)$/i, parseJson],
  ["XML", /\.(?:xml|plist|csproj|publishsettings|pubxml|config)$/i, parseXml],
  [
    "a script",
    /\.(?:sh|bash|zsh|ps1|bat|cmd|profile)$|(?:^|\/)(?:\.profile|\.bashrc|\.zshrc|\.bash_profile|\.zshenv|profile|entrypoint|docker-entrypoint)$/i,
    (text) => [...parseLines(text), ...credentials.parseShellHistory(text)],
  ],
  [
    "settings in code",
    /(?:^|\/)(?:(?:local_?|prod(?:uction)?_?|dev_?|base_?)?(?:settings?|config(?:uration)?|secrets?|credentials?|constants|database|db|keys?|parameters|environment|appsettings)(?:[._-]\w+)*)\.(?:py|js|ts|cjs|mjs|rb|php|go|java|kt|cs|pl|groovy|exs?|scala|lua)$/i,
    parseCode,
  ],
  ["SQL", /(?:^|\/)(?:init|seed|setup|users?|grants?|dump|schema)[\w.-]*\.sql$/i, parseSql],
];

/** Dependencies, system libraries and documentation: their settings are not the image's. */
const packagePlaces =
  /(?:^|\/)(?:node_modules|bower_components|site-packages|dist-packages|vendor\/(?:bundle|github\.com|golang\.org|composer)|gems\/[^/]+|go\/pkg\/mod|\.cargo\/registry|\.m2\/repository|\.nuget\/packages|\.gradle\/caches|\.npm\/_cacache|\.rustup|jre|jdk[\w.-]*)\/|^(?:usr\/(?:lib(?:32|64|exec)?|include|share\/(?:doc|man|info|locale|i18n|zoneinfo|perl5?|python3?|bash-completion|zsh|vim|mime|icons|fonts|terminfo|X11|gdb|lintian|bug|common-licenses|dpkg|debconf|base-files|misc|metainfo|polkit-1|xml|sgml|applications|appdata|glib-2\.0|dbus-1|pixmaps|themes|awk|gcc|cmake[\w.-]*|aclocal[\w.-]*|autoconf|automake[\w.-]*|libtool|pkgconfig|mysql\/(?!.*\.sql$)|nodejs))|usr\/local\/(?:lib|include|share\/(?:doc|man|perl))|lib(?:32|64)?|var\/lib\/(?:dpkg|apt|pacman|rpm)|var\/cache|proc|sys)\//;
/** Lock files, source maps, schemas and translations: names without settings. */
const noSettings =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|composer\.lock|tsconfig[\w.-]*\.json|manifest\.json|nsswitch\.conf|pam\.d\/[^/]+|[\w.-]*schema[\w.-]*\.json|openapi[\w.-]*|swagger[\w.-]*)$|\.(?:map|lock)$|(?:^|\/)(?:i18n|l10n|locales?|lang|langs|languages?|translations?|messages)\/|\.(?:d\.ts|min\.js)$/i;

/** The format of the file at this path (a byte string); null when it is none of them. */
export function formatOf(path: string): FileFormat | null {
  for (const [name, pattern, parse] of credentialFiles) if (pattern.test(path)) return { name, parse };
  if (packagePlaces.test(path) || noSettings.test(path)) return null;
  for (const [name, pattern, parse] of configFiles) if (pattern.test(path)) return { name, parse };
  return null;
}

/** `CREATE USER … IDENTIFIED BY '…'`, `… WITH PASSWORD '…'`. */
function parseSql(text: string): RuleMatch[] {
  return [...text.matchAll(/\b(IDENTIFIED BY|PASSWORD)\s{1,10}(?:PASSWORD\s{1,10})?('[^'\n]{3,200}')/gi)].flatMap((m) => {
    const verdict = parseLines(`password = ${m[2]!}`)[0];
    return verdict === undefined ? [] : [{ ...verdict, start: m.index + m[0].length - m[2]!.length + 1, key: m[1]!.toLowerCase() }];
  });
}
