/** Databases and data platforms. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token, uuid, wordStart } from "../define.ts";

export const dataRules: readonly SecretRule[] = [
  prefixed("databricks-token", "Databricks token", "dapi", "dapi[a-f0-9]{32}(?:-\\d)?", ["dapi{hex:32}", "dapi{hex:32}-2"], {
    packed: "dapi[a-f0-9]{32}",
    entropy: 3,
  }),
  named("snowflake-password", "Snowflake password", ["snowflake"], "[^\\s]{8,64}", ["{alnum:16}"], {
    nameRest: "passw(?:or)?d|pwd",
    check: "password",
  }),
  prefixed("planetscale-password", "PlanetScale password", "pscale_pw_", "pscale_pw_[\\w=.-]{32,64}", ["pscale_pw_{alnum:43}"]),
  prefixed("planetscale-oauth-token", "PlanetScale OAuth token", "pscale_oauth_", "pscale_oauth_[\\w=.-]{32,64}", [
    "pscale_oauth_{alnum:43}",
  ]),
  prefixed("planetscale-token", "PlanetScale service token", "pscale_tkn_", "pscale_tkn_[\\w=.-]{32,64}", ["pscale_tkn_{alnum:43}"]),
  prefixed("supabase-token", "Supabase access token", "sbp_", "sbp_(?:v0_)?[a-f0-9]{40}", ["sbp_{hex:40}"]),
  prefixed("supabase-secret-key", "Supabase secret key", "sb_secret_", "sb_secret_[\\w-]{31,44}", ["sb_secret_{alnum:36}"], {
    severity: "critical",
  }),
  prefixed("neon-api-key", "Neon API key", "napi_", "napi_[a-z0-9]{64}", ["napi_{lower:64}"]),
  prefixed("clickhouse-cloud-key", "ClickHouse Cloud API secret", "4b1d", "4b1d[A-Za-z0-9]{38}", ["4b1d{alnum:38}"], { entropy: 3 }),
  prefixed("aiven-token", "Aiven token", "aivenv1", "aivenv1[A-Za-z0-9+/]{200,400}", ["aivenv1{alnum:240}"], { after: 450 }),
  named("aiven-auth-token", "Aiven authentication token", ["aiven"], "[A-Za-z0-9+/=]{372}", ["{alnum:372}"]),
  named("mongodb-atlas-key", "MongoDB Atlas private key", ["atlas", "mongodb"], uuid, ["{uuid}"], { nameRest: "private|key|secret" }),
  prefixed("mongodb-atlas-service-account", "MongoDB Atlas service account secret", "mdb_sa_sk_", "mdb_sa_sk_[\\w-]{40}(?![\\w-])", [
    "mdb_sa_sk_{alnum:40}",
  ]),
  prefixed("databricks-oauth-secret", "Databricks OAuth secret", "dose", "dose[a-f0-9]{32}", ["dose{hex:32}"], { entropy: 3 }),
  prefixed("dbt-service-token", "dbt service token", "dbtc_", "dbtc_[\\w-]{40,60}(?![\\w-])", ["dbtc_{alnum:50}"], { entropy: 3.5 }),
  prefixed("dbt-user-token", "dbt user token", "dbtu_", "dbtu_[\\w-]{40,60}(?![\\w-])", ["dbtu_{alnum:50}"], { entropy: 3.5 }),
  prefixed("confluent-api-secret", "Confluent API secret", "cflt", "cflt[A-Za-z0-9+/]{60}(?![A-Za-z0-9+/=])", ["cflt{base64:60}"], {
    entropy: 4,
    inBinaries: false,
  }),
  prefixed("cockroachdb-key", "CockroachDB Cloud API key", "CCDB1_", "CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}", [
    "CCDB1_{alnum:22}_{alnum:40}",
  ]),
  prefixed("astra-token", "DataStax Astra token", "AstraCS:", "AstraCS:[A-Za-z0-9]{24}:[a-f0-9]{64}", ["AstraCS:{alnum:24}:{hex:64}"]),
  prefixed("xata-key", "Xata API key", "xau_", "xau_[A-Za-z0-9]{40,60}", ["xau_{alnum:45}"], { entropy: 4 }),
  token(
    "convex-deploy-key",
    "Convex deploy key",
    ["prod:", "preview:"],
    `${wordStart}((?:prod|preview):[a-z0-9-]{3,60}(?::[a-z0-9-]{1,60})?\\|[A-Za-z0-9+/]{40,200}={0,2})`,
    ["prod:brave-otter-123|{base64:92}"],
    { after: 360, needs: "|", entropy: 3.5 },
  ),
  prefixed("retool-token", "Retool API token", "retool_", "retool_[a-z0-9]{26}", ["retool_{lower:26}"], { entropy: 3.2 }),
  prefixed("metabase-key", "Metabase API key", "mb_", "mb_[A-Za-z0-9+/]{43}=", ["mb_{base64:43}="], { entropy: 4 }),
  prefixed("axiom-token", "Axiom API token", "xaat-", `xaat-${uuid}`, ["xaat-{uuid}"]),
  prefixed("axiom-personal-token", "Axiom personal token", "xapt-", `xapt-${uuid}`, ["xapt-{uuid}"]),
  prefixed("elastic-cloud-key", "Elastic Cloud API key", "essu_", "essu_[A-Za-z0-9+/]{50,200}={0,2}", ["essu_{alnum:80}"], { entropy: 4 }),
];
