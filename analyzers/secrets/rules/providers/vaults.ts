/** Secret stores, and keys that unlock infrastructure. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token, uuid, wordStart } from "../define.ts";

export const vaultRules: readonly SecretRule[] = [
  prefixed(
    "doppler-token",
    "Doppler token",
    "dp.",
    "dp\\.(?:pt|ct|st|sa|scim|audit)(?:\\.[a-z0-9_-]{2,35})?\\.[a-zA-Z0-9]{40,44}",
    ["dp.pt.{alnum:43}", "dp.st.dev.{alnum:43}"],
    { packed: "dp\\.(?:pt|st|ct|sa)\\.[A-Za-z0-9]{43}" },
  ),
  prefixed("pulumi-token", "Pulumi access token", "pul-", "pul-[a-f0-9]{40}", ["pul-{hex:40}"], { entropy: 2 }),
  token(
    "terraform-cloud-token",
    "Terraform Cloud token",
    [".atlasv1."],
    `${wordStart}([A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9=_-]{60,70})(?![\\w-])`,
    ["{alnum:14}.atlasv1.{alnum:67}"],
    { before: 14, entropy: 3.5 },
  ),
  prefixed("vault-service-token", "HashiCorp Vault service token", "hvs.", "hvs\\.[\\w-]{24,320}(?![\\w-])", ["hvs.{alnum:95}"], {
    packed: "hvs\\.CAESI[\\w-]{90}",
    severity: "critical",
    after: 360,
    entropy: 3.5,
  }),
  prefixed("vault-batch-token", "HashiCorp Vault batch token", "hvb.", "hvb\\.[\\w-]{100,320}(?![\\w-])", ["hvb.{alnum:150}"], {
    after: 360,
    entropy: 3.5,
  }),
  prefixed("vault-recovery-token", "HashiCorp Vault recovery token", "hvr.", "hvr\\.[\\w-]{24,320}(?![\\w-])", ["hvr.{alnum:95}"], {
    after: 360,
    entropy: 3.5,
  }),
  named(
    "vault-legacy-token",
    "HashiCorp Vault token",
    ["vault", "token"],
    "s\\.(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{24}",
    ["s.{alnum:22}a7"],
    { entropy: 3.5 },
  ),
  named("consul-token", "Consul token", ["consul"], uuid, ["{uuid}"], { nameRest: "token|acl|secret" }),
  named("nomad-token", "Nomad token", ["nomad"], uuid, ["{uuid}"], { nameRest: "token|secret" }),
  prefixed(
    "boundary-token",
    "HashiCorp Boundary token",
    "at_",
    "at_[A-Za-z0-9]{10}_s1[A-Za-z0-9]{40,400}",
    ["at_{alnum:10}_s1{alnum:120}"],
    { after: 450 },
  ),
  // Printed by `vault operator init`, in base64 or hex.
  token(
    "vault-unseal-key",
    "HashiCorp Vault unseal key",
    ["unseal key", "recovery key"],
    "(?:Unseal|Recovery) Key \\d{1,2}:\\s{1,4}([A-Za-z0-9+/]{43,44}={0,2}|[0-9a-f]{64,66})(?![A-Za-z0-9+/=])",
    ["Unseal Key 1: {base64:44}\n", "Recovery Key 2: {hex:64}\n"],
    { severity: "critical", after: 100, entropy: 3.5, inBinaries: false },
  ),
  // RFC 8959: a token that identifies itself as one.
  token(
    "secret-token-uri",
    "token in the secret-token scheme",
    ["secret-token:"],
    `${wordStart}(secret-token:[A-Za-z0-9_.~%+/=-]{16,200})`,
    ["secret-token:{alnum:32}"],
    { entropy: 3.4 },
  ),
  prefixed("anyscale-secret", "Anyscale secret", "esecret_", "esecret_[a-z0-9]{26}", ["esecret_{lower:26}"], { entropy: 3.2 }),
  prefixed("socket-token", "Socket API token", "sktsec_", "sktsec_[\\w-]{30,80}_api", ["sktsec_{alnum:44}_api"]),
];
