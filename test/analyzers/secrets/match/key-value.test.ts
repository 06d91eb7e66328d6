import { describe, expect, it } from "vitest";

import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { scanConfigTexts } from "../../../../analyzers/secrets/config/scan-config.ts";
import type { ConfigHit } from "../../../../analyzers/secrets/config/scan-config.ts";
import { parseConfig } from "../../../../src/image/config.ts";
import { fillTemplate } from "../fill-template.ts";

const rules = compileRules();

interface Parts {
  env?: string[];
  history?: string[];
  labels?: Record<string, string>;
}

function hitsOf({ env = [], history = [], labels = {} }: Parts): ConfigHit[] {
  const json = {
    architecture: "amd64",
    os: "linux",
    config: { Env: env, Labels: labels },
    rootfs: { type: "layers", diff_ids: [] },
    history: history.map((row) => ({ created_by: row, empty_layer: true })),
  };
  const config = parseConfig(Buffer.from(JSON.stringify(json)), "test config");
  return scanConfigTexts({ config, annotations: {}, layers: [] }, rules);
}

const serious = (hits: readonly ConfigHit[]): string[] =>
  hits.filter((hit) => !["low", "info"].includes(hit.severity)).map((hit) => `${hit.rule} ${hit.key}`);

const hex = (n: number): string => fillTemplate(`{HEX:${n}}`);

describe("names and values that official images use are not called secrets", () => {
  const fingerprint = hex(40);
  const lines = [
    `GPG_KEY=${fingerprint}`,
    `GPG_KEYS=${fingerprint} ${hex(40)} ${hex(40)}`,
    `GPG_KEYS=${fingerprint}\n\t${hex(40)}`,
    `SOLR_KEYS=${fingerprint}`,
    `WORDPRESS_CLI_GPG_KEY=${fingerprint}`,
    `RABBITMQ_PGP_KEY_ID=0x${fingerprint}`,
    `OPENSSL_PGP_KEY_IDS=0x${fingerprint} 0x${hex(40)}`,
    "PGP_KEYSERVER=keyserver.ubuntu.com",
    fillTemplate("PYTHON_SHA256={hex:64}"),
    "PKG_RELEASE=1~trixie",
    "NJS_VERSION=1.0.1",
    "DefaultProcess__Filters__0__Key=ProcessId",
    "GOSU_VERSION=1.17",
    fillTemplate("RUBY_DOWNLOAD_SHA256={hex:64}"),
    "POSTGRES_PASSWORD_FILE=/run/secrets/x",
    "MINIO_SECRET_KEY_FILE=secret_key",
    "KMS_KEY_ALIAS=alias/app",
    "KEY_NAME=deploy-key-2024",
    "KEY_ENABLED=true",
    "PASSWORD_PROMPT_STRING=Password for %u:",
    "TOKEN_TTL=3600",
    "MAX_TOKENS=4096",
    "TOKENIZERS_PARALLELISM=false",
    "SSH_AUTH_SOCK=/run/ssh-agent.sock",
    "AUTHOR=Jane Doe",
    "PWD=/usr/src/app",
    "KEEPASSXC_VERSION=2.7.9",
    "VALKEY_VERSION=8.0.1",
    "TOMCAT_ACCESSLOG_ENABLED=true",
    "PASSENGER_APP_ENV=production",
    "PUBLIC_KEY=",
    "public_token=abcdefgh12345678",
    "AUTH_MODULE_VERSION=1.2.3",
    fillTemplate("MINIO_UPDATE_MINISIGN_PUBKEY=RWTx{base64:52}"),
    "CTF_KEY=$CTF_KEY",
    "NODE_AUTH_TOKEN_HELPER=helper",
    "AWS_ACCESS_KEY_ID=",
    "REQUIRE_MFA_AUTH=true",
    "KEYCLOAK_ADMIN=admin",
    "TOKEN={{ .Values.token }}",
    "API_KEY=<your-api-key>",
    "API_KEY=your-api-key-here",
    "SECRET_KEY=00000000-0000-0000-0000-000000000000",
    "SNAKEOIL_KEY=assets/nginx/snakeoil.key",
  ];
  for (const line of lines) {
    it(`ENV ${line.split("=")[0]}`, () => {
      expect(serious(hitsOf({ env: [line], history: [`ENV ${line}`] }))).toEqual([]);
    });
  }

  const commands = [
    `NGINX_GPGKEYS="${fingerprint} ${hex(40)}"; for key in $NGINX_GPGKEYS; do gpg --recv-keys "$key"; done`,
    fillTemplate(`KEY_SHA512="{hex:128}"; apk add --no-cache openssl`),
    fillTemplate('PKGOSSCHECKSUM="{hex:128} *${REVISION}.tar.gz"'),
    `VAULT_GPGKEY=${fingerprint}; gpg --batch --recv-keys "$VAULT_GPGKEY"`,
    `for key in ${fingerprint} ${hex(40)} ; do gpg --recv-keys "$key"; done`,
    fillTemplate("sha256='{hex:64}'; echo \"$sha256 *go.tgz\" | sha256sum -c -"),
    `key='${fingerprint}'; gpg --batch --keyserver keyserver.ubuntu.com --recv-keys "$key"`,
    "{ echo '[global]'; echo 'access.log = /proc/self/fd/2'; } | tee /usr/local/etc/php-fpm.d/docker.conf",
    "apk add --no-cache libcrypto3=3.1.4-r1 libssl3=3.1.4-r1",
    "--mount=type=secret,id=aws,env=AWS_SECRET_ACCESS_KEY aws s3 cp s3://x .",
    'export PGPASSWORD="$DB_PASSWORD"; psql -h db',
    "docker login -u ci --password-stdin registry.example.org",
    "mysql -u root -p\"$MYSQL_ROOT_PASSWORD\" -e 'select 1'",
    'curl -fsSL -u "$USER:$PASSWORD" https://example.org',
  ];
  for (const command of commands) {
    it(`RUN ${command.slice(0, 60)}`, () => {
      expect(serious(hitsOf({ history: [`RUN /bin/sh -c ${command} # buildkit`, `/bin/sh -c ${command}`] }))).toEqual([]);
    });
  }
});

describe("secrets that people put into images are found", () => {
  const random = fillTemplate("{alnum:20}");
  const cases: [what: string, parts: Parts, secret: string][] = [
    ["an AWS secret in ENV", { env: [`AWS_SECRET_ACCESS_KEY=${fillTemplate("{alnum:40}")}`] }, ""],
    ["a legacy ENV with a blank", { history: [`ENV AWS_SECRET_ACCESS_KEY ${random}`] }, random],
    [
      "a token among eight build arguments",
      { history: [fillTemplate("RUN |3 PNPM_VERSION=v8.15.5 GITHUB_REGISTRY_TOKEN=ghp_{crc32} FOO=a b /bin/sh -c pnpm i # buildkit")] },
      "",
    ],
    ["a short build argument of the classic builder", { history: ['|1 TOKEN=t0k3n /bin/sh -c echo "$TOKEN" > token.txt'] }, "t0k3n"],
    ["a token without a known form", { env: [`GITLAB_TOKEN=${random}`] }, random],
    ["a weak password", { env: ["POSTGRES_PASSWORD=postgres"] }, "postgres"],
    ["a password that reads like a placeholder", { env: ["MYSQL_ROOT_PASSWORD=my-secret-pw"] }, "my-secret-pw"],
    ["a three-letter password", { env: ["password=bar"] }, "bar"],
    ["PSW", { env: ["SOME_PSW=pass"] }, "pass"],
    ["a database URL", { env: ["DATABASE_URL=postgres://app:s3cr3t@db/app"] }, "s3cr3t"],
    ["a URL with an empty user", { env: ["REDIS_URL=redis://:pw@h"] }, "pw"],
    ["a package index", { env: [`PIP_EXTRA_INDEX_URL=https://u:${random}@pypi.example.org/simple`] }, random],
    ["a proxy", { env: ["HTTP_PROXY=http://u:hjd83jdk@proxy:3128"] }, "hjd83jdk"],
    ["a readable password", { env: ["DB_PASS=Passw0rd"] }, "Passw0rd"],
    ["a Rails master key", { env: [fillTemplate("RAILS_MASTER_KEY={hex:32}")] }, ""],
    ["a Rails key base", { env: [fillTemplate("SECRET_KEY_BASE={hex:128}")] }, ""],
    ["a JWT secret", { env: [`JWT_SECRET=${random}`] }, random],
    ["an encryption key", { env: [fillTemplate("ENCRYPTION_KEY={hex:32}")] }, ""],
    ["a licence key", { env: [fillTemplate("LICENSE_KEY={alnum:16}")] }, ""],
    ["a root password in one word", { env: ["LDAP_ROOTPASS=fsociety"] }, "fsociety"],
    ["the default of a reference", { env: ["ADMIN_PASSWORD=${ADMIN_PASSWORD:-welcome1}"] }, "welcome1"],
    ["a service role key whose name says public", { env: [fillTemplate("NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY={jwt}")] }, ""],
    ["Basic credentials", { env: [fillTemplate("AUTH=Basic {basic}")] }, ""],
    [
      "docker credentials as JSON",
      { env: [`DOCKER_AUTH_CONFIG={"auths":{"r.example.org":{"auth":"${Buffer.from(`ci:${random}`).toString("base64")}"}}}`] },
      "",
    ],
    ["docker login -p", { history: [`RUN /bin/sh -c docker login -u ci -p ${random} r.example.org # buildkit`] }, random],
    ["a long option", { history: [`RUN /bin/sh -c tool --api-token=${random} run # buildkit`] }, random],
    ["curl -u", { history: [`RUN /bin/sh -c curl -u ci:${random} https://r.example.org # buildkit`] }, ""],
    ["an Authorization header", { history: [`RUN /bin/sh -c curl -H 'Authorization: Bearer ${random}' https://r.example.org`] }, random],
    [
      "git clone with a token",
      { history: [fillTemplate("RUN /bin/sh -c git clone https://{alnum:36}@git.example.org/a/b.git # buildkit")] },
      "",
    ],
    ["npm config set", { history: [`RUN /bin/sh -c npm config set //r.example.org/:_authToken=${random} # buildkit`] }, random],
    [
      "a netrc written by echo",
      { history: [`RUN /bin/sh -c echo "machine r.example.org login ci password ${random}" > ~/.netrc # buildkit`] },
      random,
    ],
    [
      "aws configure set",
      { history: [`RUN /bin/sh -c aws configure set aws_secret_access_key ${fillTemplate("{alnum:40}")} # buildkit`] },
      "",
    ],
    ["sshpass", { history: [`RUN /bin/sh -c sshpass -p ${random} ssh a@b # buildkit`] }, random],
    ["chpasswd", { history: ["RUN /bin/sh -c echo 'root:S3same!' | chpasswd # buildkit"] }, "S3same!"],
    ["an env file written by a heredoc", { history: [`RUN /bin/sh -c cat > .env <<EOF\nDB_PASSWORD=${random}\nEOF\n # buildkit`] }, random],
    ["an env file written by echo", { history: [`RUN /bin/sh -c echo "A=1\\nDB_PASSWORD=${random}" > .env # buildkit`] }, random],
    ["a label", { labels: { "org.example.api-token": random } }, random],
  ];
  for (const [what, parts, secret] of cases) {
    it(what, () => {
      const hits = hitsOf(parts);
      expect(serious(hits)).not.toEqual([]);
      if (secret !== "") expect(hits.map((hit) => hit.secret.reveal())).toContain(secret);
    });
  }

  for (const line of [
    "SUPER_Secret=foo",
    "secret=baz",
    "super_duper_secret_token=foo",
    "auth=bar",
    "apikey=bar",
    "git_key=",
    "SECRET_PASSPHRASE=",
  ]) {
    it(`${line} is worth a note only`, () => {
      const hits = hitsOf({ env: [line] });
      expect(hits.map((hit) => hit.severity)).toEqual(["info"]);
    });
  }
});

it("a masked value is no secret, and no note", () => {
  expect(hitsOf({ env: ["DB_PASSWORD=Zq********"], history: ["ENV DB_PASS=********"] })).toEqual([]);
});

it("a password that a rule and an option both tell is one secret", () => {
  const hits = hitsOf({ history: [fillTemplate("RUN /bin/sh -c curl -u ci:{alnum:16} https://r.example.org # buildkit")] });
  expect(hits).toHaveLength(1);
});
