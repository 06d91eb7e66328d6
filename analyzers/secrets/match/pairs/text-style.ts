/** How a file writes `name = value`, judged by its path: what can be a value in it, and how much a value weighs. */

/**
 * - `data`: configuration; whatever follows a name is a value, quoted or not;
 * - `shell`: commands; words and quoted strings are values, `$X` is not;
 * - `settings`: programs that hold configuration; string literals are values;
 * - `notes`: texts for people; a word that looks like a secret is one if it stands alone after its name;
 * - `code`: other programs; string literals are values if they look like secrets.
 */
export type TextStyle = "data" | "shell" | "settings" | "notes" | "code";

/** Configuration in general, and files in which programs keep credentials. */
const data =
  /\.(?:ini|cfg|cnf|conf|config|properties|props|toml|ya?ml|tfvars|tfstate(?:\.backup)?|hcl|tf|service|socket|timer|desktop|rc|env|secrets?|credentials?|cred|creds|jsonc?|json5|jsonl|ndjson|xml|plist|[cf]sproj|publishsettings|pubxml|hosts|inventory|j2|tpl|tmpl|ovpn|nmconnection|network|netdev|reg|inf|users|ldif|rdp|csv|tsv|log|lst|udl|dsn|dist|sample|example|list|sources|cf|ext|acl|sls|key|pp|jmx|repo|yml~|eyaml|nix|cue|dhall|pkl|http|rest|har|mobileconfig|edn)$|(?:^|\/)(?:\.\w+rc|\.env(?:[._-][\w.-]+)?|env(?:\.[\w-]+)?|environment|\.flaskenv|\.envrc|Procfile|\.htaccess|\.my\.cnf|\.mylogin\.cnf|\.pypirc|\.boto|\.s3cfg|\.?netrc|hosts|credentials|config|\.git-credentials|\.smbcredentials|smbcredentials|\.fetchmailrc|\.dockercfg|\.databrickscfg|\.condarc|accounts?|settings|secrets?|passwords?|chap-secrets|pap-secrets|my\.cnf|\.?\w+rc|\.viminfo|\.lesshst)$|(?:^|\/)(?:\.aws|\.azure|\.config|\.kube|\.gem|\.bundle|\.cargo|\.ssh|\.snowsql|\.jupyter|\.streamlit|\.dbt|\.docker|\.oci|\.gradle|\.m2|\.luarocks|sysconfig|etc\/default|conf\.d|(?:sites|conf|mods)-(?:enabled|available)|system-connections)\/[^/]+$|^etc\/(?:[\w.-]+\/)*[\w-]+$/i;
const notes = /\.(?:txt|text|md|markdown|rst|adoc|nfo|eml|notes?|wiki)$/i;
const shell =
  /(?:^|\/)(?:crontab|spool\/cron\/(?:crontabs\/)?[\w.-]+|etc\/cron\.d\/[\w.-]+)$|\.(?:sh|bash|zsh|ksh|csh|fish|ps1|psm1|psd1|bat|cmd|profile|mk|make|dockerfile|containerfile|sql|psql|expect|exp)$|(?:^|\/)(?:\.(?:bash|zsh|sh|ash|ksh|fish|psql|mysql|mariadb|python|node_repl|rediscli|sqlite|mongo|mongosh|irb|local|dbshell|mysqlsh|influx|cql|lftp)_?history|\.history|fish_history|\.zhistory|\.histfile|ConsoleHost_history\.txt|\.profile|\.bashrc|\.zshrc|\.bash_profile|\.zshenv|\.bash_aliases|profile|\.lftprc|\.?lftp\/rc|lftp\.conf|entrypoint|docker-entrypoint|start|run|Dockerfile[\w.-]*|Containerfile[\w.-]*|Makefile[\w.-]*|Jenkinsfile[\w.-]*|Vagrantfile|Justfile|rc\.local)$|(?:^|\/)etc\/(?:init\.d|cron\.(?:hourly|daily|weekly|monthly)|profile\.d)\/[^/]+$|_history$/i;
const settings =
  /(?:^|\/)(?:(?:local_?|prod(?:uction)?_?|dev(?:elopment)?_?|base_?|staging_?|app_?|db_?)?(?:settings?|config(?:uration)?|configs?|secrets?|credentials?|constants|database|db|keys?|parameters|environment|env|appsettings|wp-config|knexfile|ormconfig|ecosystem|datasources?|connections?)(?:[._-]\w+)*)\.(?:py|js|ts|cjs|mjs|rb|php|inc|go|java|kts?|cs|pl|groovy|exs?|scala|lua|rs|swift)$|(?:^|\/)(?:settings|config|configs|initializers)\/[\w./-]+\.(?:py|js|ts|cjs|mjs|rb|php|exs?)$|\.gradle(?:\.kts)?$/i;

/** Texts for people, image formats and styles: names without values, and far too many of them. */
const prose =
  /\.(?:css|scss|less|svg|map|lock|po|pot|mo|srt|vtt|tex|bib|d\.ts|min\.js|min\.mjs|bundle\.js|chunk\.js|umd\.js|pyc|tsbuildinfo)$|(?:^|\/)(?:license|licence|copying|changelog|changes|authors|notice|news)[^/]*$/i;

/** Dependencies, system libraries and documentation; their settings are not the image's own. */
const packagePlaces =
  /(?:^|\/)(?:node_modules|bower_components|site-packages|dist-packages|(?:BOOT|WEB)-INF\/lib|ensurepip\/_bundled|pip\/_vendor|vendor\/(?:bundle|github\.com|golang\.org|composer|autoload)|gems\/[^/]+|go\/pkg\/mod|\.cargo\/registry|\.m2\/repository|\.nuget\/packages|\.gradle\/caches|\.npm\/_cacache|\.rustup|\.yarn\/cache|jre|jdk[\w.-]*|\.git\/(?:hooks|objects)|__pycache__)\/|^(?:usr\/(?:lib(?:32|64|exec)?|include|share\/(?:doc|man|info|locale|i18n|zoneinfo|perl5?|python3?|bash-completion|zsh|vim|mime|icons|fonts|terminfo|X11|gdb|lintian|bug|common-licenses|dpkg|debconf|base-files|misc|metainfo|polkit-1|xml|sgml|applications|appdata|glib-2\.0|dbus-1|pixmaps|themes|awk|gcc|cmake[\w.-]*|aclocal[\w.-]*|autoconf|automake[\w.-]*|libtool|pkgconfig|mysql\/(?!.*\.sql$)|nodejs|git-core|gnupg|ca-certificates|licenses|nano|readline|tabset|maven-repo|java|groff|texmf[\w-]*)|local\/(?:go|lib\/(?:python[\d.]*|perl5?|ruby|node|php|jvm|pkgconfig|cmake|tcl[\w.]*|tk[\w.]*|R|erlang|elixir)|include|share\/(?:doc|man|info|perl5?|locale)))|lib(?:32|64)?|var\/lib\/(?:dpkg|apt|pacman|rpm|dnf)|var\/cache|proc|sys)\//;
/** Manifests, schemas and translations: names, but no settings. */
const noSettings =
  /(?:^|\/)(?:\.?package(?:-lock)?\.json|npm-shrinkwrap\.json|composer\.(?:lock|json)|pnpm-lock\.yaml|tsconfig[\w.-]*\.json|manifest\.json|nsswitch\.conf|pam\.d\/[^/]+|[\w.-]*schema[\w.-]*\.(?:json|graphql)|openapi[\w.-]*|swagger[\w.-]*|[\w.-]*\.paginators\.json|[\w.-]*\.examples\.json|META-INF\/(?:maven\/(?:[^/]+\/){0,2}plugin(?:-help)?|plexus\/[\w.-]+)\.xml|locale\.\w+|\.eslintrc[\w.-]*)$|(?:^|\/)(?:i18n|l10n|locales?|lang|langs|languages?|translations?|messages|pam\.d)\//i;

/** Files that hold credentials wherever they are. */
const credentials =
  /(?:^|\/)(?:\.env(?:\.(?:local|prod|production|staging))?|\.npmrc|\.yarnrc(?:\.yml)?|\.pypirc|\.?pip\.(?:conf|ini)|\.(?:aws|boto|s3cfg|azure)(?:\/[\w.-]+)?|\.my\.cnf|\.databrickscfg|\.git-credentials|\.git\/config|\.cargo\/credentials(?:\.toml)?|\.gem\/credentials|\.bundle\/config|auth\.json|credentials\.(?:json|ya?ml|ini|toml)|secrets\.(?:json|ya?ml|ini|toml)|[\w.-]+\.tfstate(?:\.backup)?)$/;

/** Suffixes that editors and package managers append to the name of a copy. */
const copies = /(?<=[^/])(?:~|\.(?:bak|backup|old|orig|save|swp|\d|dpkg-(?:old|dist|new)|rpm(?:new|save)|ucf-(?:old|dist)))$/;
/** Names that reveal nothing: `user-data`, `settings-prod`, a program of any kind. */
const plainName = /(?:^|\/)\.?[\w-]+$/;

/** Message catalogs named after their language: `de.json`, `messages_fr.properties`, `pt-BR.yml`. Their values are labels. */
const catalogs =
  /(?:^|\/)(?:(?:messages?|strings?|translations?|locales?|lang|labels?|text|common|i18n)[._-])?(?:ar|bg|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|it|ja|ko|lt|lv|nb|nl|nn|pl|pt|ro|ru|sk|sl|sr|sv|th|tr|uk|vi|zh)(?:[_-][A-Za-z]{2,4})?\.(?:jsonc?|json5|ya?ml|properties|toml|[cm]?[jt]s|php|arb|resx|strings|xlf|xliff|ini)$/;

/** Null for a text whose names and values are not the image's own. `fullPath` is a byte string without leading slash. */
export function styleOf(fullPath: string): TextStyle | null {
  const path = fullPath.replace(copies, "");
  if (credentials.test(path)) return "data";
  if (packagePlaces.test(path) || noSettings.test(path)) return null;
  if (catalogs.test(path)) return "notes";
  if (shell.test(path)) return "shell";
  if (data.test(path)) return "data";
  if (settings.test(path)) return "settings";
  if (notes.test(path)) return "notes";
  if (prose.test(path)) return null;
  return plainName.test(path) ? "data" : "code";
}

/** Programs and markup, by suffix; files with any other suffix may be settings. */
const programs =
  /\.(?:[cm]?[jt]sx?|py[iwx]?|rb|rake|php\d?|phtml|inc|go|rs|java|kts?|scala|sc|groovy|gradle|c|h|cc|cpp|cxx|hh|hpp|mm?|swift|cs|vbs?|fsx?|dart|lua|p[lm]|t|tcl|r|jl|exs?|erl|hrl|clj[sc]?|hs|mli?|elm|nim|zig|sv?|asm|d|pas|f\d*|cr|coffee|vue|svelte|astro|x?html?|jspx?|aspx?|cshtml|erb|haml|slim|ejs|hbs|twig|blade|liquid|css|sol|proto|graphql|gql|thrift|wat|feature|robot|sbt|mdx|ipynb|el|lisp|scm|awk|sed|ino|m4|in|am|ac|pyc|csh)$/i;
/** True if the first lines are only `name = value`, `[section]` or, with values indented below, `name:`. */
function isMostlySettings(head: Buffer): boolean {
  const lines = head
    .toString("latin1", 0, 1000)
    .split("\n", 12)
    .map((line) => line.trim());
  const said = lines.slice(0, lines.length > 1 ? -1 : 1).filter((line) => line !== "" && line !== "---" && !/^[#;]/.test(line));
  return said.some((line) => pairLine.test(line)) && said.every((line) => pairLine.test(line) || sectionLine.test(line));
}

const pairLine = /^(?:export |- )?[\w.-]{2,60}\s{0,8}[=:]\s{0,8}[^\s=:>]/;
const sectionLine = /^\[[\w .:"-]+\]$|^(?:- )?[\w.-]{2,60}:$/;

/** Requests and comments of troff: `passwd.5` is a manual page, not a copy of `passwd`. */
const manualPage = /^(?:\.\\"|'\\"|\.(?:TH|Dd|TP|SH|so|ig|de|if|PP|nh|ad) ?)/;

/** A version of a file in a git repository; its name is stored elsewhere. */
const gitBlob = /(?:^|\/)objects\/(?:[0-9a-f]{2}|pack)\/[^/]+!\/(?:blob|change)$/;

/** As `styleOf`, once the first bytes are known: a program names its interpreter, whatever the file is called. */
export function styleBySight(style: TextStyle | null, path: string, head: Buffer): TextStyle | null {
  if (style === null && gitBlob.test(path)) return isMostlySettings(head) ? "data" : null;
  if (style !== "data" && style !== "code") return style;
  if ((head[0] === 0x2e || head[0] === 0x27) && manualPage.test(head.toString("latin1", 0, 8))) return null;
  if (head[0] === 0x23 && head[1] === 0x21 && (style === "code" || plainName.test(path)))
    return /^#![^\n]*\b(?:ba|z|k|c|da|a|fi)?sh\b/.test(head.toString("latin1", 0, 80)) ? "shell" : "code";
  if (style === "code" && head.toString("latin1", 0, 13) === "#cloud-config") return "data";
  return style === "code" && !programs.test(path) && isMostlySettings(head) ? "data" : style;
}

/** True for places where dependencies and the system keep their own files. */
export function isPackagePlace(path: string): boolean {
  return packagePlaces.test(path);
}
