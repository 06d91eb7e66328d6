/** Package registries and container registries. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token, uuid } from "../define.ts";

export const packageRules: readonly SecretRule[] = [
  prefixed("npm-token", "npm access token", "npm_", "npm_[A-Za-z0-9]{36}", ["npm_{crc32}", "npm_{alnum:36}"], {
    severity: "critical",
    check: "crc32-base62",
    entropy: 3,
  }),
  token(
    "npm-legacy-token",
    "npm registry auth token",
    ["_authtoken"],
    `_authToken["']?\\s{0,3}[=:]\\s{0,3}["']?(${uuid})`,
    ["//registry.npmjs.org/:_authToken={uuid}"],
    { ignoreCase: true },
  ),
  // It belongs to npm only after `//host/:`, in an npm configuration or on npm's command line; elsewhere it may be any field.
  token(
    "npmrc-auth-token",
    "registry auth token of an npm configuration",
    [":_authtoken", "npmauthtoken"],
    `(?::_authToken["']?[ \\t]{0,3}[=: ]|npmAuthToken["']?[ \\t]{0,3}:)[ \\t]{0,3}["']?(?!\\$|npm_|ghp_|glpat-|<|\\{)([^\\s"';#(){}]{6,600})`,
    ["//npm.pkg.example.org/:_authToken={alnum:40}", 'npmAuthToken: "{alnum:32}"'],
    {
      ignoreCase: true,
      after: 640,
      check: "password",
      inBinaries: false,
      noMatch: ["//registry.npmjs.org/:_authToken=${NPM_TOKEN}", "this._authToken = newToken;", "_authToken = data.accessToken"],
    },
  ),
  token(
    "npmrc-bare-auth-token",
    "auth token of an npm configuration",
    ["_authtoken"],
    `_authToken["']?[ \\t]{0,3}=[ \\t]{0,3}["']?(?!\\$|npm_|ghp_|glpat-|<|\\{)([^\\s"';#]{6,600})`,
    ["_authToken={alnum:40}"],
    { ignoreCase: true, after: 640, check: "password", inBinaries: false, path: "(?:^|/)\\.?npmrc$" },
  ),
  token(
    "npmrc-password",
    "base64 password of an npm configuration",
    ["_auth", "_password"],
    `(?<![\\w])_(?:auth|password)["']?[ \\t]{0,3}[= ][ \\t]{0,3}["']?([A-Za-z0-9+/]{8,400}={0,2})(?![\\w$])`,
    ["_auth={base64:40}", "//r.example.org/:_password={base64:24}"],
    {
      check: "password",
      inBinaries: false,
      path: "(?:^|/)\\.?(?:npmrc|yarnrc(?:\\.yml)?)$|(?:^|/)npmrc",
      after: 460,
    },
  ),
  prefixed(
    "pypi-token",
    "PyPI upload token",
    "pypi-",
    "pypi-AgEIcHlwaS5vcmc[\\w-]{50,1000}|pypi-AgENdGVzdC5weXBpLm9yZw[\\w-]{50,1000}",
    ["pypi-AgEIcHlwaS5vcmc{alnum:120}"],
    { severity: "critical", after: 1100 },
  ),
  prefixed("rubygems-token", "RubyGems API key", "rubygems_", "rubygems_[a-f0-9]{48}", ["rubygems_{hex:48}"], {
    severity: "critical",
    entropy: 2,
  }),
  prefixed("clojars-token", "Clojars deploy token", "clojars_", "CLOJARS_[a-z0-9]{60}", ["CLOJARS_{lower:60}"], {
    ignoreCase: true,
    entropy: 2,
  }),
  prefixed("crates-io-token", "crates.io token", "cio", "cio[A-Za-z0-9]{32}", ["cio{alnum:32}"], { entropy: 4, inBinaries: false }),
  prefixed("nuget-api-key", "NuGet API key", "oy2", "oy2[a-z0-9]{43}", ["oy2{lower:43}"], { entropy: 3.5, inBinaries: false }),
  prefixed("packagist-token", "Packagist token", "packagist_", "packagist_[ou][ru]t_[a-f0-9]{68}", ["packagist_out_{hex:68}"], {
    ignoreCase: true,
  }),
  prefixed("docker-hub-pat", "Docker Hub personal access token", "dckr_pat_", "dckr_pat_[\\w-]{27}(?![\\w-])", ["dckr_pat_{alnum:27}"], {
    severity: "critical",
  }),
  prefixed("docker-hub-oat", "Docker organisation access token", "dckr_oat_", "dckr_oat_[\\w-]{27,32}(?![\\w-])", ["dckr_oat_{alnum:32}"], {
    severity: "critical",
  }),
  prefixed("jfrog-api-key", "JFrog Artifactory API key", "AKCp", "AKCp[A-Za-z0-9]{69}", ["AKCp{alnum:69}"], {
    severity: "critical",
    entropy: 4,
  }),
  prefixed("jfrog-reference-token", "JFrog reference token", "cmVmd", "cmVmd[A-Za-z0-9]{59}", ["cmVmd{alnum:59}"], { entropy: 4 }),
  named(
    "jfrog-key",
    "JFrog API key",
    ["jfrog", "artifactory", "bintray", "xray"],
    "[A-Za-z0-9]{64}|[A-Za-z0-9]{73}",
    ["{alnum:64}", "{alnum:73}"],
    { entropy: 3.5 },
  ),
  named("cloudsmith-key", "Cloudsmith API key", ["cloudsmith"], "[a-f0-9]{40}", ["{hex:40}"]),
];
