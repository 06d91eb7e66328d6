/** Files whose name alone suggests secrets, reported if nothing was found in their content. */
import type { Severity } from "../../../../src/base/severity.ts";

interface NameRule {
  readonly title: string;
  readonly severity: Severity;
  readonly pattern: RegExp;
}

const rules: readonly NameRule[] = [
  { title: "password database", severity: "medium", pattern: /\.(?:kdbx?|psafe3|1pux|agilekeychain|keychain(?:-db)?)$/i },
  { title: "key store", severity: "medium", pattern: /\.(?:p12|pfx|jks|bks|keystore)$|(?:^|\/)\.keystore$/i },
  {
    title: "GnuPG secret keys",
    severity: "medium",
    pattern: /(?:^|\/)(?:secring\.gpg|private-keys-v1\.d\/[0-9A-F]{40}\.key|\.gnupg\/secring\.\w+)$/,
  },
  { title: "Kerberos keys", severity: "medium", pattern: /\.keytab$/ },
  { title: "key of a cluster", severity: "medium", pattern: /(?:^|\/)(?:corosync\/authkey|munge\/munge\.key)$/ },
  { title: "VNC password", severity: "medium", pattern: /(?:^|\/)\.vnc\/passwd$/ },
  { title: "SSH private key", severity: "medium", pattern: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/ },
  { title: "browser logins", severity: "medium", pattern: /(?:^|\/)(?:key[34]\.db|logins\.json|signons\.sqlite|Login Data)$/ },
  {
    title: "cloud credentials",
    severity: "low",
    pattern:
      /(?:^|\/)(?:\.aws\/credentials|\.config\/gcloud\/(?:credentials\.db|access_tokens\.db|application_default_credentials\.json)|\.azure\/\w+\.(?:json|bin))$/,
  },
  {
    title: "credentials file",
    severity: "low",
    pattern:
      /(?:^|\/)(?:\.netrc|_netrc|\.git-credentials|\.pypirc|\.npmrc|\.pgpass|\.docker\/config\.json|\.dockercfg|\.kube\/config|\.s3cfg|\.vault-token|\.htpasswd|\.my\.cnf)$/,
  },
  { title: "environment file", severity: "low", pattern: /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults?$)[\w-]+)?$/ },
  { title: "Terraform state", severity: "low", pattern: /\.tfstate(?:\.backup)?$/ },
  { title: "shell history", severity: "low", pattern: /(?:^|\/)\.(?:bash|zsh|sh|ash|psql|mysql|python|node_repl)_history$/ },
];

/** One test excludes nearly every path of an image before the rules are tried. */
const any = new RegExp(rules.map(({ pattern }) => `(?:${pattern.source})`).join("|"), "i");

export interface SensitiveName {
  readonly title: string;
  readonly severity: Severity;
}

/** What the name of the file at `path` (a byte string) suggests; null for ordinary names. */
export function sensitiveName(path: string): SensitiveName | null {
  return any.test(path) ? (rules.find((rule) => rule.pattern.test(path)) ?? null) : null;
}
