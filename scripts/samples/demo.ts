/** The image `npm start` opens: a web application as many are built, with everything in it that Ballast looks for. */
import { directory, file, hardlink, opaque, whiteout } from "../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../test/helpers/tar-fixture.ts";
import type { ImageFixture } from "../../test/helpers/image-fixture.ts";
import { binary, prose, token } from "./content.ts";
import { base, baseCommand, copy, run, setting, createdWithTheLastLayer } from "./dockerfile.ts";
import { packageStatus, rootfs } from "./rootfs.ts";

const databaseUrl = `postgres://app:${token("database", 20)}@db.internal:5432/shop`;
const npmToken = token("npm", 36);
const lists = Array.from({ length: 24 }, (_, index) => `deb.debian.org_dists_bookworm_main_${String(index).padStart(2, "0")}_Packages`);
const modules = ["express", "lodash", "react", "typescript"];
const appOwner = { uid: 1000, gid: 1000 };

const privateKey = `-----BEGIN OPENSSH PRIVATE KEY-----
${token("deploy key", 350)
  .match(/.{1,70}/g)!
  .join("\n")}
-----END OPENSSH PRIVATE KEY-----
`;

const installed: FixtureEntry[] = [
  ...lists.map((name) => file(`var/lib/apt/lists/${name}`, prose(name, 4_000))),
  file("var/cache/apt/archives/python3_3.11.2_amd64.deb", binary("python3.deb", 70_000)),
  file("var/cache/apt/archives/curl_7.88.1_amd64.deb", binary("curl.deb", 30_000)),
  directory("usr/lib/python3"),
  file("usr/bin/python3", binary("python3", 60_000), { mode: 0o755 }),
  file("usr/bin/curl", binary("curl", 30_000), { mode: 0o755 }),
  ...["json", "ssl", "os"].flatMap((name) => [
    file(`usr/lib/python3/${name}.py`, prose(`${name}.py`, 6_000)),
    file(`usr/lib/python3/__pycache__/${name}.cpython-311.pyc`, binary(`${name}.pyc`, 5_000)),
  ]),
  directory("usr/share/doc/python3"),
  file("usr/share/doc/python3/copyright", prose("PSF", 4_000)),
  file("usr/share/locale/de/LC_MESSAGES/curl.mo", binary("de", 6_000)),
  file("usr/share/locale/fr/LC_MESSAGES/curl.mo", binary("fr", 6_000)),
  file("var/lib/dpkg/status", ["bash", "curl", "libc6", "python3"].map((name) => packageStatus(name)).join("\n")),
  file("var/log/apt/history.log", prose("apt log", 1_500)),
];

const application: FixtureEntry[] = [
  directory("app", appOwner),
  file("app/.env", `APP_ENV=production\nSTRIPE_WEBHOOK_SECRET=${token("webhook", 32)}\nSESSION_SECRET=${token("session", 40)}\n`, appOwner),
  directory("app/.git", appOwner),
  file("app/.git/config", `[remote "origin"]\n\turl = https://ci:${token("git", 24)}@git.internal/shop.git\n`, appOwner),
  file("app/.git/objects/pack/pack-1.pack", binary("pack", 60_000), appOwner),
  file("app/model.bin", binary("model", 120_000), appOwner),
  file("app/package.json", '{ "name": "shop", "version": "1.4.0" }\n', appOwner),
  file("app/server.js", prose("server", 9_000), appOwner),
  directory("app/dist", appOwner),
  file("app/dist/bundle.js", prose("bundle", 60_000), appOwner),
  file("app/dist/logo.png", binary("logo", 18_000), appOwner),
  directory("app/public", appOwner),
  file("app/public/logo.png", binary("logo", 18_000), appOwner),
  directory("root/.ssh", { mode: 0o700 }),
  file("root/.ssh/id_ed25519", privateKey, { mode: 0o600 }),
];

const dependencies: FixtureEntry[] = [
  file("root/.npmrc", `//registry.internal/:_authToken=${npmToken}\n`, { mode: 0o600 }),
  ...modules.map((name) => file(`root/.npm/_cacache/content-v2/${name}`, binary(`${name}.tgz`, 14_000))),
  ...modules.flatMap((name) => [
    file(`app/node_modules/${name}/index.js`, prose(name, 14_000), appOwner),
    file(`app/node_modules/${name}/LICENSE`, prose("MIT", 1_100), appOwner),
  ]),
  hardlink("app/node_modules/.bin/tsc", "app/node_modules/typescript/index.js", appOwner),
];

/** `chmod -R g+w /app`: every file stored once more for one bit. */
const groupWritable = [...application, ...dependencies]
  .filter((entry) => String(entry.name).startsWith("app") && !/model\.bin|\.env|\.git/.test(String(entry.name)))
  .map((entry) => ({ ...entry, mode: entry.type === "directory" ? 0o775 : 0o664 }));

export const demo: ImageFixture = {
  configOverrides: createdWithTheLastLayer,
  tags: ["shop:1.4.0"],
  config: {
    Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "NODE_ENV=production", `DATABASE_URL=${databaseUrl}`],
    Cmd: ["node", "/app/server.js"],
    WorkingDir: "/app",
    Labels: { "org.opencontainers.image.title": "shop", "org.opencontainers.image.version": "1.4.0" },
  },
  layers: [
    base(rootfs()),
    baseCommand("bash"),
    setting("ENV NODE_ENV=production"),
    setting(`ENV DATABASE_URL=${databaseUrl}`),
    run("apt-get update && apt-get install -y python3 curl", installed),
    copy(". /app", application),
    setting("ARG NPM_TOKEN"),
    run("echo //registry.internal/:_authToken=$NPM_TOKEN > /root/.npmrc && npm ci", dependencies, [`NPM_TOKEN=${npmToken}`]),
    run("rm -f /root/.npmrc /root/.ssh/id_ed25519 /app/.env /app/model.bin", [
      whiteout("app/.env"),
      whiteout("app/model.bin"),
      whiteout("root/.npmrc"),
      whiteout("root/.ssh/id_ed25519"),
    ]),
    run("chmod -R g+w /app", groupWritable),
    run("rm -rf /usr/share/doc && mkdir /usr/share/doc", [directory("usr/share/doc"), opaque("usr/share/doc")]),
    run(
      "find /var/lib/apt/lists -type f -delete",
      lists.map((name) => whiteout(`var/lib/apt/lists/${name}`)),
    ),
    copy("package.json /app/", [file("app/package.json", '{ "name": "shop", "version": "1.4.0" }\n', { ...appOwner, mode: 0o664 })]),
    copy("dist/ /app/dist/", [file("app/dist/bundle.js", prose("bundle, minified", 42_000), appOwner)]),
    setting("WORKDIR /app"),
    setting('CMD ["node" "/app/server.js"]'),
  ],
};
