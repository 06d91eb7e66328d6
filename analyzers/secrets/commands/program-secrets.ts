/**
 * Where common programs take a secret on their command line without naming it: as an option's value or at a position. Options that name
 * it (`--password`, `--api-key`) need no row, because they are judged like variables.
 */
export interface ProgramRow {
  /** Base names of the program. */
  readonly programs: string;
  /** One of these words must follow somewhere, as a subcommand. */
  readonly subcommand?: string;
  /** Options whose value is the secret: the next word, or what follows `=`. */
  readonly options?: string;
  /** Single-letter options that hold the secret in the same word: `-pSECRET`. */
  readonly attached?: string;
  /** Options whose value is `user:secret`; the sign may be another than `:`. */
  readonly userAnd?: readonly [options: string, sign: string];
  /** Index of the argument that is the secret, not counting options and the subcommand: from 0, or negative from the end. */
  readonly argument?: number;
  /** The row applies only if one of the words matches this. */
  readonly onlyWith?: RegExp;
  /** Options that take a value, which is therefore not an argument. */
  readonly valued?: string;
}

export const programRows: readonly ProgramRow[] = [
  { programs: "docker podman buildah nerdctl skopeo helm oras crane regctl ctr img", subcommand: "login", options: "-p", attached: "p" },
  {
    programs: "mysql mysqldump mysqladmin mariadb mariadb-admin mariadb-dump mysqlimport mysqlshow mysqlcheck mycli mysqlsh mysqld_safe",
    attached: "p",
  },
  { programs: "mysqladmin mariadb-admin", subcommand: "password", argument: -1 },
  { programs: "sshpass", options: "-p", attached: "p" },
  { programs: "redis-cli keydb-cli valkey-cli", options: "-a --pass" },
  { programs: "htpasswd", argument: -1, onlyWith: /^-[A-Za-z]*b/ },
  { programs: "az", subcommand: "login", options: "-p" },
  { programs: "keytool jarsigner", options: "-storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass -new" },
  { programs: "dotnet nuget", options: "-p -k -Password -ApiKey -apikey" },
  { programs: "nuget", subcommand: "setapikey", argument: 0 },
  { programs: "mongo mongosh mongodump mongorestore mongoexport mongoimport", options: "-p", attached: "p" },
  { programs: "sqlcmd bcp isql osql", options: "-P", attached: "P" },
  { programs: "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami ldapcompare", options: "-w -s", attached: "w" },
  { programs: "slappasswd", options: "-s" },
  { programs: "smbclient rpcclient net smbget smbpasswd", userAnd: ["-U --user", "%"] },
  { programs: "rabbitmqctl", subcommand: "add_user change_password authenticate_user", argument: 1 },
  {
    programs: "curl",
    userAnd: ["-u --user -U --proxy-user --ftp-account -E --cert", ":"],
    options: "--oauth2-bearer --pass --proxy-pass --key-pass",
  },
  { programs: "wget", options: "--password --http-password --ftp-password --proxy-password" },
  { programs: "http https xh httpie", userAnd: ["-a --auth", ":"] },
  { programs: "ncftpput ncftpget ncftpls", options: "-p" },
  { programs: "mkstore", subcommand: "-createCredential -modifyCredential", argument: 2 },
  { programs: "aws", subcommand: "put-parameter", options: "--value", onlyWith: /^(?:--type=)?SecureString$/ },
  { programs: "az", subcommand: "secret", options: "--value" },
  { programs: "open", userAnd: ["-u", ","] },
  { programs: "lftp ncftp", userAnd: ["-u", ","], options: "-p" },
  { programs: "zip unzip", options: "-P", attached: "P" },
  { programs: "7z 7za 7zz 7zr rar unrar", attached: "p" },
  { programs: "twine conan", options: "-p" },
  { programs: "poetry", subcommand: "http-basic", argument: -1 },
  { programs: "vault", subcommand: "login unseal", argument: -1 },
  { programs: "cargo", subcommand: "login", argument: 0 },
  { programs: "snyk", subcommand: "auth", argument: 0 },
  { programs: "wandb", subcommand: "login", argument: 0 },
  { programs: "bw", subcommand: "unlock", argument: 0 },
  { programs: "mkpasswd", argument: 0, onlyWith: /\d/ },
  { programs: "caddy", subcommand: "hash-password", options: "--plaintext -p" },
  { programs: "pulumi", subcommand: "set", argument: 1, onlyWith: /^--secret$/ },
  { programs: "b2", subcommand: "authorize-account", argument: 1 },
  { programs: "etcdctl", userAnd: ["--user", ":"] },
  { programs: "cf", subcommand: "auth", argument: 1 },
  { programs: "cf oc", subcommand: "login", options: "-p" },
  { programs: "mc mcli", subcommand: "alias", argument: -1 },
  { programs: "mc mcli", subcommand: "host", argument: -1 },
  { programs: "ibmcloud", subcommand: "login", options: "--apikey -p" },
  { programs: "doctl", options: "-t --access-token" },
  { programs: "cqlsh beeline impala-shell presto trino snowsql vertica vsql", options: "-p -w", attached: "" },
  { programs: "influx", options: "-password -p -t" },
  { programs: "clickhouse-client clickhouse", options: "--password" },
  { programs: "xfreerdp rdesktop", options: "-p" },
  { programs: "openssl", options: "-k -K" },
  { programs: "gpg gpg2", options: "--passphrase" },
  { programs: "grafana-cli grafana", subcommand: "reset-admin-password", argument: -1 },
  { programs: "tailscale", options: "--authkey --auth-key" },
  { programs: "ngrok", subcommand: "authtoken add-authtoken", argument: 0 },
  { programs: "gitlab-runner", options: "-r --registration-token --token" },
  { programs: "sentry-cli", options: "--auth-token" },
  { programs: "wpa_passphrase", argument: 1 },
  { programs: "nmcli", subcommand: "password", argument: -1 },
  { programs: "expo eas", options: "-p" },
  { programs: "svn svnsync", options: "--password" },
  { programs: "ansible ansible-playbook", options: "--vault-password" },
  { programs: "useradd usermod adduser", options: "-p --password" },
  { programs: "kadmin kadmin.local", options: "-w -pw", attached: "" },
  { programs: "ftp ftps", options: "-p" },
  { programs: "consul nomad", options: "-token" },
  { programs: "apt-key expect", options: "-p" },
  { programs: "jf jfrog", options: "--password --apikey --access-token" },
  { programs: "pgbouncer psql pg_dump", options: "" },
  { programs: "databricks", options: "--token" },
  { programs: "tokens npm-cli-login", options: "-p" },
  { programs: "registry-cli reg", options: "-p" },
  { programs: "cryptsetup", options: "--key" },
  { programs: "x11vnc", options: "-passwd" },
  { programs: "vncpasswd", argument: 0 },
  { programs: "sqlplus sqlldr expdp impdp rman", userAnd: ["@argument", "/"] },
  { programs: "wg", options: "--private-key" },
  { programs: "s3cmd", options: "--secret_key --secret-key" },
  { programs: "heroku", options: "--token" },
  { programs: "ssh-keygen", options: "-N -P" },
  { programs: "openssl", subcommand: "passwd", argument: -1 },
  { programs: "mosquitto_pub mosquitto_sub mosquitto_rr", options: "-P --pw" },
  { programs: "mosquitto_passwd", argument: -1, onlyWith: /^-[A-Za-z]*b/ },
  { programs: "neo4j-admin", subcommand: "set-initial-password", argument: 0 },
  { programs: "cypher-shell elasticsearch-users", options: "-p" },
  { programs: "airflow superset", subcommand: "users create-admin", options: "-p" },
  { programs: "crudini", argument: -1, onlyWith: /passw|secret|token|api_?key/i },
  { programs: "consul", subcommand: "kv", argument: -1, onlyWith: /passw|secret|token|credential/i },
  { programs: "xmlstarlet", options: "-v --value", onlyWith: /passw|secret|token/i },
  { programs: "cloudflared", subcommand: "service", argument: -1 },
  { programs: "add-user.sh", options: "-p", argument: 1 },
  { programs: "codecov", options: "-t" },
  { programs: "newrelic newrelic-daemon", options: "-k" },
  { programs: "pro ua", subcommand: "attach", argument: -1 },
  { programs: "ipmitool", options: "-P" },
  { programs: "snmpwalk snmpget snmpset snmpbulkwalk snmpgetnext snmptrap snmpbulkget", options: "-A -X -c" },
  { programs: "net-snmp-create-v3-user net-snmp-config", options: "-A -X" },
  { programs: "java", userAnd: ["-auth", ":"], onlyWith: /jenkins-cli/ },
  { programs: "schtasks", options: "/rp /RP" },
  { programs: "ansible-vault", subcommand: "encrypt_string", argument: 0 },
  { programs: "AUTH auth", argument: -1 },
  { programs: "aws", subcommand: "configure", argument: -1, onlyWith: /secret|token/ },
];
