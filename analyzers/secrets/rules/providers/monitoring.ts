/** Monitoring, logging and error tracking. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token, uuid, wordStart } from "../define.ts";

const anyCase = { ignoreCase: true } as const;

export const monitoringRules: readonly SecretRule[] = [
  named(
    "datadog-key",
    "Datadog API or application key",
    ["datadog", "dd_api", "dd_app", "ddog"],
    "[a-z0-9]{40}|[a-f0-9]{32}",
    ["{hex:40}", "{hex:32}"],
    { entropy: 3 },
  ),
  prefixed(
    "dynatrace-token",
    "Dynatrace API token",
    "dt0",
    "dt0[a-zA-Z]\\d{2}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{64}",
    ["dt0c01.{upper:24}.{upper:64}"],
    { ...anyCase, entropy: 4 },
  ),
  prefixed("grafana-api-key", "Grafana API key", "eyJrIjoi", "eyJrIjoi[A-Za-z0-9+/_-]{60,400}={0,3}", ["eyJrIjoi{alnum:80}="], {
    after: 460,
    entropy: 3,
  }),
  prefixed("grafana-cloud-token", "Grafana Cloud API token", "glc_", "glc_[A-Za-z0-9+/]{32,400}={0,3}", ["glc_{alnum:120}="], {
    after: 460,
    entropy: 3,
  }),
  prefixed(
    "grafana-service-account-token",
    "Grafana service account token",
    "glsa_",
    "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
    ["glsa_{alnum:32}_{hex:8}"],
    { entropy: 3 },
  ),
  prefixed("new-relic-user-key", "New Relic user API key", "NRAK-", "NRAK-[A-Z0-9]{27}", ["NRAK-{upper:27}"], anyCase),
  prefixed("new-relic-browser-key", "New Relic browser API key", "NRJS-", "NRJS-[a-f0-9]{19}", ["NRJS-{hex:19}"], {
    ...anyCase,
    severity: "medium",
  }),
  prefixed("new-relic-insert-key", "New Relic insert key", "NRII-", "NRII-[A-Za-z0-9_-]{32}(?![\\w-])", ["NRII-{alnum:32}"], anyCase),
  prefixed("new-relic-admin-key", "New Relic admin key", "NRAA-", "NRAA-[a-f0-9]{27}", ["NRAA-{hex:27}"], anyCase),
  named("new-relic-user-id", "New Relic user API ID", ["new_relic", "new-relic", "newrelic"], "[a-z0-9]{64}", ["{lower:64}"], {
    ...anyCase,
    severity: "medium",
  }),
  named(
    "new-relic-license-key",
    "New Relic licence key",
    ["new_relic", "new-relic", "newrelic"],
    "[a-f0-9]{36,40}(?:NRAL)?|[a-f0-9]{32}FFFFNRAL",
    ["{hex:36}NRAL", "{hex:40}"],
    { nameRest: "licen[sc]e|key" },
  ),
  prefixed(
    "sentry-org-token",
    "Sentry organisation token",
    "sntrys_",
    "sntrys_eyJ[A-Za-z0-9+/]{100,400}={0,2}_[A-Za-z0-9+/]{43}",
    ["sntrys_eyJpYXQiO{alnum:24}LCJ1cmwiO{alnum:80}InJlZ2lvbl91cmwi{alnum:30}_{alnum:43}"],
    { after: 560, entropy: 4.2, allow: ["^sntrys_(?!eyJpYXQiO)"] },
  ),
  prefixed("sentry-user-token", "Sentry user token", "sntryu_", "sntryu_[a-f0-9]{64}", ["sntryu_{hex:64}"], { entropy: 3 }),
  prefixed("sentry-integration-token", "Sentry integration token", "sntryi_", "sntryi_[a-f0-9]{64}", ["sntryi_{hex:64}"], { entropy: 3 }),
  named("sentry-token", "Sentry access token", ["sentry"], "[a-f0-9]{64}", ["{hex:64}"], { entropy: 3 }),
  named("sumologic-access-id", "Sumo Logic access ID", ["sumo", "sumologic"], "su[a-zA-Z0-9]{12}", ["su{alnum:12}"], {
    severity: "medium",
    entropy: 3,
  }),
  named("sumologic-access-key", "Sumo Logic access key", ["sumo", "sumologic"], "[a-z0-9]{64}", ["{alnum:64}"], { ...anyCase, entropy: 3 }),
  named("splunk-token", "Splunk HTTP event collector token", ["splunk", "hec"], uuid, ["{uuid}"], { nameRest: "token" }),
  named("loggly-token", "Loggly token", ["loggly"], uuid, ["{uuid}"]),
  named("logzio-token", "Logz.io token", ["logzio"], "[A-Za-z]{32}", ["{letters:32}"], { entropy: 3.5 }),
  named("rollbar-token", "Rollbar access token", ["rollbar"], "[a-f0-9]{32}", ["{hex:32}"]),
  named("bugsnag-key", "Bugsnag API key", ["bugsnag"], "[a-f0-9]{32}", ["{hex:32}"], { severity: "medium" }),
  named("airbrake-key", "Airbrake project key", ["airbrake"], "[a-f0-9]{32}", ["{hex:32}"], { severity: "medium" }),
  named("honeybadger-key", "Honeybadger API key", ["honeybadger"], "[a-f0-9]{8}|hbp_[A-Za-z0-9]{36}", ["hbp_{alnum:36}"], {
    severity: "medium",
  }),
  named("honeycomb-key", "Honeycomb API key", ["honeycomb"], "[a-f0-9]{32}|hc[a-z]i[ck]_[a-z0-9]{58}|[A-Za-z0-9]{22}", ["{hex:32}"], {
    nameRest: "key|token|secret",
  }),
  token(
    "honeycomb-ingest-key",
    "Honeycomb API key",
    ["a", "b", "c"].flatMap((region) => [`hc${region}ik_`, `hc${region}ic_`, `hc${region}mk_`]),
    `${wordStart}(hc[abc](?:ik|ic|mk)_[a-z0-9]{58})(?![A-Za-z0-9])`,
    ["hcaik_{lower:58}", "hcbmk_{lower:58}"],
  ),
  prefixed("rootly-token", "Rootly API token", "rootly_", "rootly_[a-f0-9]{64}", ["rootly_{hex:64}"]),
  token(
    "new-relic-ingest-licence",
    "New Relic licence key",
    ["nral"],
    `${wordStart}([a-f0-9]{32}[A-Fa-f0-9]{4}NRAL)(?![A-Za-z0-9])`,
    ["{hex:36}NRAL", "{hex:32}FFFFNRAL"],
    { before: 36, entropy: 3 },
  ),
  named("pagerduty-key", "PagerDuty API key", ["pagerduty", "pager_duty", "pd_api"], "[A-Za-z0-9_+-]{20}|[a-f0-9]{32}", ["{alnum:20}"], {
    entropy: 3.5,
    nameRest: "key|token|secret",
  }),
  named("opsgenie-key", "Opsgenie API key", ["opsgenie"], uuid, ["{uuid}"]),
  token("posthog-key", "PostHog personal API key", ["phx_"], `${wordStart}(phx_[A-Za-z0-9]{43,50})(?![A-Za-z0-9])`, ["phx_{alnum:43}"], {
    severity: "medium",
    entropy: 3.5,
  }),
  prefixed("logfire-token", "Logfire token", "pylf_v1_", "pylf_v\\d_[a-z]{2,}_[A-Za-z0-9]{43}", ["pylf_v1_eu_{alnum:43}"]),
  named(
    "elastic-key",
    "Elastic API key",
    ["elastic", "elasticsearch", "kibana"],
    "[A-Za-z0-9+/]{58}==|[A-Za-z0-9_-]{20}:[A-Za-z0-9_-]{22}",
    ["{alnum:58}=="],
    { nameRest: "key|token" },
  ),
];
