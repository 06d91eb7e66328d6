/** One secret in each place an image can leak it from. All of them are random; none was ever valid. */
import type { ImageFixture } from "../../test/helpers/image-fixture.ts";
import { directory, file, whiteout } from "../../test/helpers/tar-fixture.ts";
import { token } from "./content.ts";
import { base, baseCommand, copy, run, setting, createdWithTheLastLayer } from "./dockerfile.ts";
import { rootfs } from "./rootfs.ts";

const apiKey = token("api key", 32);
const buildToken = token("build token", 40);
const password = token("password", 18);

const key = `-----BEGIN RSA PRIVATE KEY-----
${token("rsa", 1600)
  .match(/.{1,64}/g)!
  .join("\n")}
-----END RSA PRIVATE KEY-----
`;

export const secrets: ImageFixture = {
  configOverrides: createdWithTheLastLayer,
  tags: ["secrets:latest"],
  config: { Env: ["PATH=/usr/bin:/bin", `PAYMENT_API_KEY=${apiKey}`], Labels: { maintainer: "team@example.org" } },
  layers: [
    base(rootfs().slice(0, 12)),
    baseCommand("bash"),
    setting(`ENV PAYMENT_API_KEY=${apiKey}`),
    setting("ARG BUILD_TOKEN"),
    run(
      'curl -H "Authorization: Bearer $BUILD_TOKEN" https://ci.internal/artifact > /opt/artifact',
      [file("opt/artifact", "artifact\n")],
      [`BUILD_TOKEN=${buildToken}`],
    ),
    run(`curl -u deploy:${password} https://files.internal/data > /opt/data`, [file("opt/data", "data\n")]),
    copy("secrets/ /etc/app/", [
      directory("etc/app"),
      file("etc/app/settings.ini", `[database]\nuser = app\npassword = ${token("ini", 20)}\n`),
      file("etc/app/tls.key", key, { mode: 0o600 }),
    ]),
    copy("netrc /root/.netrc", [file("root/.netrc", `machine git.internal login ci password ${token("netrc", 24)}\n`, { mode: 0o600 })]),
    run("rm /root/.netrc", [whiteout("root/.netrc")]),
    copy("settings.ini /etc/app/settings.ini", [file("etc/app/settings.ini", "[database]\nuser = app\npassword_file = /run/secrets/db\n")]),
    setting('CMD ["bash"]'),
  ],
};
