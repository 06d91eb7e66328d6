/** Source control. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token } from "../define.ts";

const github = (id: string, title: string, prefix: string, severity: "critical" | "high"): SecretRule =>
  prefixed(id, title, prefix, `${prefix}[0-9A-Za-z]{36}`, [`${prefix}{crc32}`, `${prefix}{alnum:36}`], {
    severity,
    check: "crc32-base62",
    entropy: 3,
    noMatch: [`${prefix}{alnum:35}`, `${prefix}{alnum:37}`, `${prefix}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`],
  });

const gitlab = (id: string, title: string, prefix: string, body: string, example: string, extra: object = {}): SecretRule =>
  prefixed(id, title, prefix, `${prefix}${body}(?![\\w-])`, [prefix + example], { entropy: 3, ...extra });

export const sourceControlRules: readonly SecretRule[] = [
  github("github-pat", "GitHub personal access token", "ghp_", "critical"),
  github("github-oauth-token", "GitHub OAuth token", "gho_", "critical"),
  github("github-user-token", "GitHub app user token", "ghu_", "high"),
  github("github-app-token", "GitHub app installation token", "ghs_", "high"),
  prefixed(
    "github-app-jwt",
    "GitHub app installation token",
    "ghs_",
    "ghs_\\d{1,20}_ey[\\w-]{17,2000}\\.ey[\\w-]{17,2000}\\.[\\w-]{10,1000}",
    ["ghs_{digit:7}_{jwt}"],
    { severity: "high", entropy: 3, after: 5100 },
  ),
  prefixed("github-refresh-token", "GitHub refresh token", "ghr_", "ghr_[0-9A-Za-z]{36,76}", ["ghr_{alnum:76}", "ghr_{alnum:36}"], {
    entropy: 3,
  }),
  prefixed(
    "github-fine-grained-pat",
    "GitHub fine-grained personal access token",
    "github_pat_",
    "github_pat_\\w{82}",
    ["github_pat_{alnum:22}_{alnum:59}"],
    {
      severity: "critical",
      entropy: 3,
      noMatch: ["github_pat_{alnum:60}"],
    },
  ),
  named("github-legacy-token", "GitHub token in the form before 2021", ["github", "gh"], "[0-9a-f]{40}", ["{hex:40}"], {
    nameRest: "token|secret|pat|auth|passw|key",
  }),

  gitlab("gitlab-pat", "GitLab personal access token", "glpat-", "[\\w-]{20}", "{alnum:20}", { severity: "critical" }),
  gitlab(
    "gitlab-routable-pat",
    "GitLab personal access token",
    "glpat-",
    "[\\w-]{27,300}\\.[0-9a-z]{2}[0-9a-z]{7}",
    "{alnum:27}.{lower:9}",
    { severity: "critical", after: 360 },
  ),
  gitlab(
    "gitlab-versioned-pat",
    "GitLab personal access token",
    "glpat-",
    "[\\w-]{27,300}\\.\\d{2}\\.[0-9a-z]{9}",
    "{alnum:27}.01.{lower:9}",
    { severity: "critical", after: 360 },
  ),
  gitlab("gitlab-ci-job-token", "GitLab CI job token", "glcbt-", "[0-9a-zA-Z]{1,5}_[\\w-]{20}", "{alnum:2}_{alnum:20}"),
  gitlab("gitlab-deploy-token", "GitLab deploy token", "gldt-", "[\\w-]{20}", "{alnum:20}"),
  gitlab("gitlab-feature-flag-token", "GitLab feature flag client token", "glffct-", "[\\w-]{20}", "{alnum:20}"),
  gitlab("gitlab-feed-token", "GitLab feed token", "glft-", "[\\w-]{20}", "{alnum:20}", { severity: "medium" }),
  gitlab("gitlab-mail-token", "GitLab incoming mail token", "glimt-", "[\\w-]{25}", "{alnum:25}", { severity: "medium" }),
  gitlab("gitlab-agent-token", "GitLab agent for Kubernetes token", "glagent-", "[\\w-]{50}", "{alnum:50}"),
  gitlab("gitlab-oauth-secret", "GitLab OAuth application secret", "gloas-", "[\\w-]{64}", "{alnum:64}"),
  gitlab("gitlab-trigger-token", "GitLab pipeline trigger token", "glptt-", "[0-9a-f]{40}", "{hex:40}"),
  gitlab("gitlab-runner-token", "GitLab runner authentication token", "glrt-", "(?:t\\d_)?[\\w-]{20}", "{alnum:20}"),
  gitlab("gitlab-runner-registration-token", "GitLab runner registration token", "glrtr-", "[\\w-]{20,60}", "{alnum:20}"),
  gitlab(
    "gitlab-routable-runner-token",
    "GitLab runner authentication token",
    "glrt-",
    "t\\d_[\\w-]{27,300}\\.(?:\\d{2}\\.)?[0-9a-z]{9}",
    "t1_{alnum:27}.{lower:9}",
    { after: 360 },
  ),
  gitlab("gitlab-scim-token", "GitLab SCIM token", "glsoat-", "[\\w-]{20}", "{alnum:20}"),
  gitlab("gitlab-workspace-token", "GitLab workspace token", "glwt-", "[\\w-]{20,60}", "{alnum:30}"),
  gitlab("gitlab-registration-token", "GitLab runner registration token", "GR1348941", "[\\w-]{20}", "{alnum:20}"),
  token("gitlab-session-cookie", "GitLab session cookie", ["_gitlab_session="], "_gitlab_session=([0-9a-z]{32})(?![0-9a-z])", [
    "Cookie: _gitlab_session={hex:32}",
  ]),

  prefixed("bitbucket-app-password", "Bitbucket app password", "ATBB", "ATBB[A-Za-z0-9]{24}[A-F0-9]{8}", ["ATBB{alnum:24}{HEX:8}"], {
    entropy: 3,
  }),
  prefixed("bitbucket-access-token", "Bitbucket access token", "ATCTT3", "ATCTT3[\\w=-]{100,250}", ["ATCTT3{alnum:180}"], { after: 300 }),
  named("bitbucket-client-secret", "Bitbucket client secret", ["bitbucket"], "[a-z0-9=_-]{64}", ["{lower:64}"], {
    ignoreCase: true,
    entropy: 3,
  }),
  named("bitbucket-client-id", "Bitbucket client ID", ["bitbucket"], "[a-z0-9]{32}", ["{lower:32}"], {
    severity: "medium",
    ignoreCase: true,
    entropy: 3,
  }),
  prefixed("atlassian-api-token", "Atlassian API token", "ATATT3", "ATATT3[\\w=-]{180,200}", ["ATATT3{alnum:186}"], {
    packed: "ATATT3xFfGF0[\\w-]{171,172}=[0-9A-F]{8}",
    severity: "critical",
    after: 260,
    entropy: 3.5,
  }),
  named(
    "atlassian-legacy-token",
    "Atlassian API token",
    ["atlassian", "confluence", "jira"],
    "[a-z0-9]{20}[a-f0-9]{4}|[A-Za-z0-9]{24}",
    ["{lower:20}{hex:4}"],
    { entropy: 3.5, ignoreCase: true },
  ),
  prefixed("gitea-token", "Gitea token", "gitea_", "gitea_[a-f0-9]{40}", ["gitea_{hex:40}"]),
  named("gitea-access-token", "Gitea access token", ["gitea", "forgejo"], "[a-f0-9]{40}", ["{hex:40}"], { nameRest: "token|key|secret" }),
  named("gitter-token", "Gitter access token", ["gitter"], "[A-Za-z0-9_-]{40}", ["{lower:40}"], { entropy: 3 }),
  prefixed(
    "sourcegraph-token",
    "Sourcegraph access token",
    "sgp_",
    "sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}",
    ["sgp_{hex:16}_{hex:40}", "sgp_local_{hex:40}", "sgp_{hex:40}"],
    { entropy: 3 },
  ),
  named("sourcegraph-legacy-token", "Sourcegraph access token", ["sourcegraph"], "[a-fA-F0-9]{40}", ["{hex:40}"], { entropy: 3 }),
];
