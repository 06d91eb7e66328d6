import { describe, expect, it } from "vitest";

import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { matchesIn } from "../../../../analyzers/secrets/match/scan/file-scanner.ts";
import { fillTemplate } from "../fill-template.ts";

const rules = compileRules();
const secretsIn = (path: string, text: string): string[] =>
  matchesIn(rules, Buffer.from(text), path)
    .filter(({ severity }) => severity !== "low" && severity !== "info")
    .map(({ secret }) => secret);

const pw = fillTemplate("{alnum:14}");
const basic = Buffer.from(`ci:${pw}`).toString("base64");
const bcrypt = fillTemplate("$2y$10${alnum:53}");

describe("files people leave behind", () => {
  const files: [path: string, text: string, secret: string][] = [
    ["root/.npmrc", `//npm.example.org/:_authToken=${pw}\n`, pw],
    ["root/.npmrc", `_auth=${basic}\n`, basic],
    ["root/.npmrc", `//npm.example.org/:_password="${basic}"\n`, basic],
    ["root/.yarnrc.yml", `npmAuthToken: "${pw}"\n`, pw],
    ["root/.pypirc", `[pypi]\nusername = u\npassword = ${pw}\n`, pw],
    ["etc/pip.conf", `[global]\nextra-index-url = https://u:${pw}@pypi.example.org/simple\n`, pw],
    ["root/.netrc", `machine example.org\n  login u\n  password ${pw}\n`, pw],
    ["root/.git-credentials", `https://bot:${pw}@git.example.org\n`, pw],
    ["app/.git/config", `[remote "origin"]\n  url = https://bot:${pw}@git.example.org/a.git\n`, pw],
    ["root/.docker/config.json", `{"auths":{"r.example.org":{"auth":"${basic}"}}}`, basic],
    ["root/.docker/config.json", `{"auths":{"r.example.org":{"identitytoken":"${pw}"}}}`, pw],
    [
      "root/.aws/credentials",
      `[default]\naws_access_key_id = x\naws_secret_access_key = ${pw}${pw}${pw.slice(0, 12)}\n`,
      `${pw}${pw}${pw.slice(0, 12)}`,
    ],
    ["root/.kube/config", `users:\n- name: a\n  user:\n    token: ${pw}\n`, pw],
    ["root/.kube/config", `    client-key-data: ${basic}${basic}\n`, `${basic}${basic}`],
    ["app/.env", `DB_HOST=db\nDB_PASSWORD=${pw}\n`, pw],
    ["app/.env.production", `export API_TOKEN="${pw}"\n`, pw],
    ["root/.pgpass", `db:5432:app:app:${pw}\n`, pw],
    [
      "root/.m2/settings.xml",
      `<settings><servers><server><username>u</username><password>${pw}</password></server></servers></settings>`,
      pw,
    ],
    ["app/terraform.tfstate", `{"resources":[{"instances":[{"attributes":{"username":"a","password":"${pw}"}}]}]}`, pw],
    ["root/.bash_history", `ls\nexport API_KEY=${pw}\nmysql -u root -p${pw}\n`, pw],
    ["root/.zsh_history", `: 1700000000:0;docker login -u ci -p ${pw} r.example.org\n`, pw],
    ["var/www/html/wp-config.php", `<?php\ndefine( 'DB_PASSWORD', '${pw}' );\n`, pw],
    ["etc/nginx/.htpasswd", `admin:${bcrypt}\n`, bcrypt],
    ["etc/shadow", `root:$6$${pw}$${pw.repeat(4)}:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n`, `$6$${pw}$${pw.repeat(4)}`],
    ["root/.my.cnf", `[client]\nuser=root\npassword=${pw}\n`, pw],
    ["root/.s3cfg", `[default]\nsecret_key = ${pw}\n`, pw],
    ["root/.cargo/credentials.toml", `[registry]\ntoken = "${pw}"\n`, pw],
    ["root/.config/gh/hosts.yml", `github.com:\n    oauth_token: ${pw}\n`, pw],
    ["root/.vault-token", `${pw}\n`, pw],
    ["app/config/master.key", fillTemplate("{hex:32}\n"), ""],
    ["app/config/database.yml", `production:\n  adapter: postgresql\n  password: ${pw}\n`, pw],
    ["app/application.properties", `spring.datasource.password=${pw}\n`, pw],
    ["app/appsettings.json", `{"ConnectionStrings":{"Default":"Server=db;Database=a;User Id=sa;Password=${pw};"}}`, pw],
    ["app/settings.py", `DATABASES = {"default": {"PASSWORD": "${pw}"}}\n`, pw],
    ["app/main.tf", `resource "x" "y" {\n  password = "${pw}"\n}\n`, pw],
    ["app/docker-compose.yml", `services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${pw}\n      - MYSQL_PASSWORD=${pw}\n`, pw],
    ["root/.smbcredentials", `username=u\npassword=${pw}\n`, pw],
    ["root/.config/rclone/rclone.conf", `[remote]\ntype = sftp\npass = ${pw}\n`, pw],
    ["app/.vscode/sftp.json", `{"host":"h","password":"${pw}"}`, pw],
    ["root/NuGet.Config", `<add key="ClearTextPassword" value="${pw}" />`, pw],
  ];
  it.each(files)("%s", (path, text, secret) => {
    const found = secretsIn(path, text);
    expect(found.length).toBeGreaterThan(0);
    if (secret !== "") expect(found).toContain(secret);
  });

  it("a service account's key file", () => {
    const key = JSON.stringify({
      type: "service_account",
      project_id: "p",
      private_key_id: fillTemplate("{hex:40}"),
      private_key: fillTemplate("-----BEGIN PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END PRIVATE KEY-----\n"),
    });
    const found = matchesIn(rules, Buffer.from(key), "app/key.json").map(({ rule }) => rule.id);
    expect(found).toContain("private-key");
    expect(found).toContain("gcp-service-account");
  });
});

describe("settings without a secret", () => {
  const files: [path: string, text: string][] = [
    ["etc/nsswitch.conf", "passwd:         files\nshadow:         files\n"],
    ["etc/shadow", "root:*:19000:0:99999:7:::\nbin:!:19000::::::\n"],
    ["app/.env.example", "DB_PASSWORD=\nAPI_KEY=your-api-key-here\nTOKEN=<token>\n"],
    ["root/.npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nregistry=https://registry.npmjs.org\n"],
    ["app/locales/en.json", '{"password":"Password","token":"Your token","secret":"A secret"}'],
    ["app/config.yml", "password: {{ vault_password }}\ntoken: !vault x\nsecret_key_base: <%= ENV['X'] %>\n"],
    ["app/main.tf", 'password = var.db_password\ntoken = "${data.x.y}"\n'],
    ["app/settings.py", 'SECRET_KEY = os.environ["SECRET_KEY"]\nAUTH_PASSWORD_VALIDATORS = ["a.b.MinimumLengthValidator"]\n'],
    ["app/config.js", "const token = req.headers['x-token'];\nconst password = 'password';\n"],
    ["app/tsconfig.json", '{"key":"value","secret":"abcdefgh1234"}'],
    ["root/.docker/config.json", '{"credsStore":"desktop","auths":{"r.example.org":{}}}'],
    ["app/settings.xml", "<settings><!-- <password>hunter2hunter2</password> --><password>${env.PW}</password></settings>"],
    ["etc/ssh/sshd_config.conf", "PasswordAuthentication no\nPubkeyAuthentication yes\n"],
    ["app/schema.graphql.json", '{"name":"password","type":"String"}'],
  ];
  it.each(files)("%s", (path, text) => {
    expect(secretsIn(path, text)).toEqual([]);
  });
});
