/** Values behind a secret's name that stand for something else. */
import { expect, it } from "vitest";

import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { matchesIn } from "../../../../analyzers/secrets/match/scan/file-scanner.ts";
import { fillTemplate } from "../fill-template.ts";

const rules = compileRules();
const serious = (path: string, text: string): string[] =>
  matchesIn(rules, Buffer.from(text), path)
    .filter(({ severity }) => severity !== "low" && severity !== "info")
    .map(({ secret }) => secret);

it.each([
  ["a variable of psql", "srv/a.sql", "ALTER ROLE app WITH PASSWORD :'pw';\n"],
  ["a word of a catalog of messages", "srv/web/de.json", '{"password":"Passwort","passphrase":"Kennwortsatz","secret":"Geheimnis"}'],
  ["a word of a catalog of messages", "srv/web/messages_nl.properties", "passphrase=Wachtwoordzin\nsecret=Geheim\n"],
  ["a default that everybody knows", "etc/grafana/grafana.ini", ";secret_key = SW2YcwTIb9zpOOhoPsMm\n"],
  ["what a comment says", "root/.netrc", "# machine h login u password p4ssw0rdX\n"],
  ["the name of a record", "srv/a.json", fillTemplate('{"key":"doc-{hex:16}","id":1}')],
  ["the name of a record", "srv/a.ndjson", fillTemplate('{"key":"users/{uuid}"}\n')],
  ["a message to the owner of a key", "srv/renovate.json", fillTemplate('{"encrypted":{"password":"wcFMA{alnum:200}"}}')],
  ["a path behind a variable", "srv/ssl.cnf", "[CA]\nprivate_key = $dir/private/cakey.pem\n"],
  ["the role of a login", "srv/a.sh", "vault login -method=aws role=deploy-4x\n"],
  ["the name of a cluster's secret", "srv/a.yaml", "auth:\n  existingSecret: db-credentials-v2x9\n"],
  ["a list of types", "srv/.env", "SSH_KEY_TYPES=ed25519,rsa4096x\n"],
  ["where AWS keeps it", "srv/.env", "DB_PASSWORD=arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-x7\n"],
  ["where Google keeps it", "srv/.env", "DB_PASSWORD=gcp:secretmanager:projects/acme/secrets/db7\n"],
  ["what Jenkins looks up", "srv/Jenkinsfile", "environment { TOKEN = credentials('npm-token') }\n"],
  ["what SQL works out", "srv/a.sql", "UPDATE u SET password = crypt($1, gen_salt('bf'));\n"],
  ["a remark", "srv/a.sql", "-- password: see vault\nSELECT 1;\n"],
  ["the next attribute", "srv/a.vue", `<input type="password" :placeholder="$t('login.password1')" />\n`],
  ["a guess", "srv/a.py", 'assert check_password("l3tmein-x", encoded)\n'],
  ["a minified program", "srv/a.js", "var x={npmAuthToken:e}}},s=i?{npmScopes:n(i)}:{npmRegistries:n(r)};return f(x)\n"],
  ["an example in a comment", "etc/d/sql.conf.ext", "#   connect = host=sql.example.com dbname=v user=v password=blarg\n"],
  ["a branch of git", "srv/.git/refs/heads/secrets/x", fillTemplate("{hex:40}\n")],
  ["a work tree of git", "srv/.git/worktrees/secrets/gitdir", "/srv/w/secrets2/.git\n"],
  [
    "the type of a plugin's option",
    "srv/a.jar!/META-INF/maven/plugin.xml",
    '<password implementation="java.lang.String">${pw}</password>\n',
  ],
  ["the name of a class", "srv/a.xml", "<secret>org.example.sec.dispatcher.PasswordDecryptor7</secret>\n"],
  ["a release manager's fingerprint", "srv/pom.xml", "<commons.releaseManagerKey>86fdc7e2a11262cb</commons.releaseManagerKey>\n"],
  ["where sources are kept", "srv/pom.xml", "<jose-jwt>scm:git:git@example.org:a/jose-jwt.git</jose-jwt>\n"],
  ["the name of a credential", "srv/credentials.py", "ACCESS_KEY = 'AWSAccessKeyId'\n"],
  ["the name of a cookie", "srv/csrf.py", "CSRF_SESSION_KEY = '_csrftoken'\n"],
  ["a key of a file", "srv/a.yml", "- {key: jinja2_extensions, section: defaults}\n"],
  ["a table of PowerShell", "srv/a.psm1", '$o = @{\n  client_cert_password = @{ type = "str"; no_log = $true }\n}\n'],
  ["a word to guess", "srv/common-passwords.txt", `${"123456\nletmein\n".repeat(40)}n0=acc3ss\n`],
  ["a link of a page on passwords", "srv/sha2_password.md", "see\nhttps://example.org/sha2-7\n  a: auth.sha2_password({\n"],
  ["a number of a table", "srv/a.js", "const e={INVALID_HEADER_TOKEN:10,INVALID_CONTENT_LENGTH:11,INVALID_CHUNK:12}\n"],
  ["an alphabet", "srv/a.c", "const char token_chars[] = {'!','#','$','%','&','*','+','9'};\n"],
])("%s is no secret: %s", (_what, path, text) => {
  expect(serious(path, text)).toEqual([]);
});

it("characters by their numbers in Java's properties are read", () => {
  const written = [..."k7Lm2Qx9vT"].map((ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  expect(serious("app/a.properties", `db.password=${written}\n`)).toEqual([written]);
});

it("a password in a comment that looks like one is reported", () => {
  const text = fillTemplate("# connect = host=db dbname=v user=v password=x7{alnum:16}\n");
  expect(serious("etc/d/sql.conf.ext", text)).toEqual([text.slice(text.lastIndexOf("=") + 1, -1)]);
});

it("a password is one in a catalog's place too", () => {
  expect(serious("srv/regions/de.yml", "db_password: k7Lm2Qx9\n")).toEqual(["k7Lm2Qx9"]);
});

it("a password in a netrc stays one beside a comment", () => {
  expect(serious("root/.netrc", "# of the build\nmachine h login u password p4ssw0rdX\n")).toEqual(["p4ssw0rdX"]);
});
