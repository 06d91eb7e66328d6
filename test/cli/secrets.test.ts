import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fillTemplate } from "../analyzers/secrets/fill-template.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { runCli } from "../helpers/run-cli.ts";
import { cliHere } from "../helpers/run-here.ts";
import { file, opaque, tar, whiteout } from "../helpers/tar-fixture.ts";
import type { FixtureItem } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { zipArchive } from "../helpers/bytes/zip-fixture.ts";

interface Finding {
  rule: string;
  severity: string;
  state: string;
  redacted: string;
  fingerprint: string;
  inherited: boolean;
  locations: { surface: string; layer?: number; path?: string; inside?: string; line?: number; key?: string; createdBy?: string }[];
}

function saved(image: ImageFixture): string {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, dockerArchive(image));
  return path;
}

async function findings(image: ImageFixture | string, ...args: string[]): Promise<Finding[]> {
  const { stdout, stderr, status } = await cliHere(["secrets", "--json", ...args, typeof image === "string" ? image : saved(image)]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return (JSON.parse(stdout) as { secrets: Finding[] }).secrets;
}

const layers = (...contents: FixtureItem[][]): ImageFixture => ({
  layers: contents.map((content, i) => ({ content, createdBy: `RUN step ${i}` })),
});
const token = (): string => fillTemplate("ghp_{crc32}");

describe("what became of a file with a secret", () => {
  it("is present when the top layer still shows it", async () => {
    const [finding] = await findings(layers([file("app/config.txt", `token=${token()}\n`)]));
    expect(finding).toMatchObject({ rule: "github-pat", state: "present", severity: "critical", inherited: false });
    expect(finding!.locations).toEqual([{ surface: "file", layer: 0, createdBy: "RUN step 0", path: "/app/config.txt", line: 1 }]);
  });

  it("is deleted but recoverable when a later layer removes it, its directory, or hides it behind an opaque one", async () => {
    const image = layers(
      [file("a/x", token()), file("b/c/x", token()), file("d/x", token())],
      [file("keep", "1")],
      [whiteout("a/x"), whiteout("b"), opaque("d")],
    );
    const found = await findings(image);
    expect(found.map(({ locations, state }) => [locations[0]!.path, state]).toSorted(byText)).toEqual([
      ["/a/x", "deleted in layer 2 but recoverable"],
      ["/b/c/x", "deleted in layer 2 but recoverable"],
      ["/d/x", "deleted in layer 2 but recoverable"],
    ]);
  });

  it("is overwritten when a later layer stores the path again without it", async () => {
    const [finding] = await findings(layers([file("a", token())], [file("a", "clean")]));
    expect(finding!.state).toBe("overwritten in layer 1");
  });

  it("two keys at one path in two layers are two findings, one key in both is one with two places", async () => {
    const kept = token();
    const found = await findings(layers([file("a", token()), file("b", kept)], [file("a", token()), file("b", `again ${kept}`)]));
    const places = found.map(({ locations, state }) => [locations.map((l) => `${l.path}@${l.layer}`).join(" "), state]);
    expect(places.toSorted(byText)).toEqual([
      ["/a@0", "overwritten in layer 1"],
      ["/a@1", "present"],
      ["/b@0 /b@1", "present"],
    ]);
  });
});

describe("config and history", () => {
  it("one secret in ENV and in history is one finding with both places", async () => {
    const secret = fillTemplate("{alnum:24}");
    const image: ImageFixture = {
      layers: [
        { content: [file("x", "1")], createdBy: "COPY x /" },
        { created_by: `ENV API_TOKEN=${secret}`, empty_layer: true },
      ],
      config: { Env: ["PATH=/bin", `API_TOKEN=${secret}`] },
    };
    const found = await findings(image);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ state: "metadata", severity: "high" });
    expect(found[0]!.locations.map(({ surface }) => surface).sort()).toEqual(["env", "history"]);
  });

  it("a build argument is found at the layer whose RUN saw it", async () => {
    const secret = fillTemplate("{alnum:24}");
    const createdBy = `RUN |2 VERSION=1.2 DEPLOY_TOKEN=${secret} /bin/sh -c make # buildkit`;
    const [finding] = await findings({
      layers: [
        { content: [file("x", "1")], createdBy: "COPY x /" },
        { content: [file("y", "1")], createdBy },
      ],
    });
    expect(finding!.locations[0]).toMatchObject({ surface: "build-arg", layer: 1, key: "DEPLOY_TOKEN" });
  });

  it("labels, commands, health checks and triggers are looked at too", async () => {
    const secrets = Array.from({ length: 4 }, () => fillTemplate("{alnum:24}"));
    const found = await findings({
      layers: [[file("x", "1")]],
      config: {
        Labels: { "com.example.api-token": secrets[0] },
        Cmd: ["server", `--api-token=${secrets[1]}`],
        Healthcheck: { Test: ["CMD-SHELL", `curl -H 'Authorization: Bearer ${secrets[2]}' localhost`] },
        OnBuild: [`ENV DB_PASSWORD=${secrets[3]}`],
      },
    });
    expect(found.map(({ locations }) => locations[0]!.surface).sort()).toEqual(["command", "healthcheck", "label", "onbuild"]);
  });

  it("--secrets config leaves file contents alone", async () => {
    const image = { ...layers([file("a", token())]), config: { Env: ["DB_PASSWORD=hunter2hunter2"] } };
    expect((await findings(image, "--secrets", "config")).map(({ rule }) => rule)).toEqual(["key-value"]);
  });
});

describe("files of installed packages", () => {
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const sha1 = (text: string): string => createHash("sha1").update(text).digest("base64");
  const text = (): string => `# example\nsecret=${token()}\n`;
  const debian = "Maintainer: Jane Doe <jane@debian.org>";
  const paths = (found: Finding[]): string[] => found.map(({ locations }) => locations[0]!.path!).toSorted();

  it("are left out when unmodified and a distribution's, by checksum: dpkg, its conffiles, distroless, apk", async () => {
    const [lib, conf, less, apk] = [text(), text(), text(), text()];
    const image = layers([
      file("usr/share/pkg/lib.txt", lib),
      file("var/lib/dpkg/info/pkg:amd64.md5sums", `${md5(lib)}  usr/share/pkg/lib.txt\n`),
      file("etc/pkg.conf", conf),
      file("var/lib/dpkg/status", `Package: pkg\n${debian}\nConffiles:\n /etc/pkg.conf ${md5(conf)}\nDescription: x\n`),
      file("usr/lib/less.txt", less),
      file("var/lib/dpkg/status.d/less.md5sums", `${md5(less)}  usr/lib/less.txt\n`),
      file("var/lib/dpkg/status.d/less", `Package: less\n${debian}\n`),
      file("usr/share/alpine/x.txt", apk),
      file("lib/apk/db/installed", `P:pkg\nm:N <n@alpinelinux.org>\nF:usr/share/alpine\nR:x.txt\nZ:Q1${sha1(apk)}\n`),
    ]);
    expect(await findings(image)).toEqual([]);
  });

  it("are reported when they were changed after the installation", async () => {
    const image = layers([
      file("usr/share/pkg/lib.txt", text()),
      file("var/lib/dpkg/info/pkg.md5sums", `${md5("what it was")}  usr/share/pkg/lib.txt\n`),
      file("var/lib/dpkg/status", `Package: pkg\n${debian}\n`),
    ]);
    expect(paths(await findings(image))).toEqual(["/usr/share/pkg/lib.txt"]);
  });

  it("are reported when the package is one's own, whatever lists its checksums", async () => {
    const [wheel, deb, etc, apk] = [text(), text(), text(), text()];
    const sha256 = createHash("sha256").update(wheel).digest("base64url");
    const own = "Maintainer: Acme <ops@acme.example>";
    const image = layers([
      file("usr/lib/python3/dist-packages/acme/conf.py", wheel),
      file("usr/lib/python3/dist-packages/acme-1.dist-info/RECORD", `acme/conf.py,sha256=${sha256},${wheel.length}\n`),
      file("opt/acme/app.conf", deb),
      file("etc/acme.conf", etc),
      file("var/lib/dpkg/info/acme.md5sums", `${md5(deb)}  opt/acme/app.conf\n${md5(etc)}  etc/acme.conf\n`),
      file("var/lib/dpkg/status", `Package: acme\n${own}\n\nPackage: base\n${debian}\n`),
      file("usr/share/acme/x.txt", apk),
      file("lib/apk/db/installed", `P:acme\nm:Acme <ops@acme.example>\nF:usr/share/acme\nR:x.txt\nZ:Q1${sha1(apk)}\n`),
    ]);
    expect(paths(await findings(image))).toEqual([
      "/etc/acme.conf",
      "/opt/acme/app.conf",
      "/usr/lib/python3/dist-packages/acme/conf.py",
      "/usr/share/acme/x.txt",
    ]);
  });

  it("are reported below /opt and /usr/local even of a package that calls itself a distribution's", async () => {
    const content = text();
    const image = layers([
      file("opt/pkg/x.txt", content),
      file("var/lib/dpkg/info/pkg.md5sums", `${md5(content)}  opt/pkg/x.txt\n`),
      file("var/lib/dpkg/status", `Package: pkg\n${debian}\n`),
    ]);
    expect(paths(await findings(image))).toEqual(["/opt/pkg/x.txt"]);
  });
});

describe("what is known is not told again", () => {
  const image = (): string => saved({ ...layers([file("app/a", token())]), config: { Env: ["DB_PASSWORD=hunter2hunter2"] } });

  it("a baseline takes out its findings and nothing else, and fingerprints survive a rebuild", async () => {
    const secret = token();
    const first = saved(layers([file("app/a", secret)]));
    const known = join(temporaryDirectory(), "known.json");
    writeFileSync(known, (await runCli(["secrets", "--json", first])).stdout);
    const rebuilt = saved(layers([file("other", "new layer below")], [file("app/a", secret, { mtime: 5 })], [file("app/b", token())]));
    const found = await findings(rebuilt, "--secrets-baseline", known);
    expect(found.map(({ locations }) => locations[0]!.path)).toEqual(["/app/b"]);
    expect((await runCli(["secrets", "--secrets-baseline", known, first])).stdout).toContain("no secrets found beyond the baseline");
    // A variable that hides a secret from the gate said nothing, and the report "none found".
    const judged = await runCli(["check", first, "--rules", "none", "--fail", "secrets=info"], {
      env: { BALLAST_SECRETS_BASELINE: known },
    });
    expect(judged.status).toBe(0);
    expect(judged.stdout).toMatch(/Secrets: none but \d known before/);
    expect(judged.stdout).toMatch(/note: \d secrets? of this image (?:is|are) known by --secrets-baseline/);
  });

  it("allow entries of .ballast.yaml need a reason and end on their day", async () => {
    const target = image();
    const config = join(temporaryDirectory(), "config.yaml");
    const write = (expires: string): void =>
      writeFileSync(
        config,
        `version: 1\nsecrets:\n  allow:\n    - rule: github-pat\n      path: /app/**\n      reason: revoked\n      expires: ${expires}\n`,
      );
    write("2999-12-31");
    expect((await findings(target, "--config", config)).map(({ rule }) => rule)).toEqual(["key-value"]);
    write("2001-01-01");
    expect(await findings(target, "--config", config)).toHaveLength(2);
  });

  it("says where a configuration keeps it from looking: nothing found would look like nothing there", async () => {
    const target = saved(layers([file("app/.env", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzT4q8Wq0aLk2\n")]));
    const cwd = temporaryDirectory();
    const secretsWith = async (scan: string, ...args: string[]) => {
      writeFileSync(join(cwd, ".ballast.yaml"), `secrets: { scan: ${scan} }\n`);
      const { status, stdout, stderr } = await runCli(["secrets", "--fail-on", "info", ...args, target], { cwd });
      return [status, stdout === "", stderr.split("\n")[0]];
    };
    expect(await secretsWith("off")).toEqual([
      2,
      true,
      "error: secrets.scan in .ballast.yaml is off, which leaves this command nothing to do",
    ]);
    expect(await secretsWith("off", "--secrets", "full")).toEqual([1, false, ""]);
    const [, , note] = await secretsWith("config");
    expect(note).toBe("note: the contents of files are not looked at: secrets.scan in .ballast.yaml is config");
  });

  it("--fail-on decides the exit status", async () => {
    const target = image();
    expect((await runCli(["secrets", "--fail-on", "critical", target])).status).toBe(1);
    const clean = saved(layers([file("app/a", "nothing\n")]));
    expect((await runCli(["secrets", "--fail-on", "info", clean])).status).toBe(0);
  });
});

describe("rules of one's own", () => {
  const rules = (toml: string): string => {
    const path = join(temporaryDirectory(), "rules.toml");
    writeFileSync(path, toml);
    return path;
  };

  it("narrow a built-in rule by its id, name their targets, and extend a file beside them, as in gitleaks", async () => {
    const directory = temporaryDirectory();
    const hex = fillTemplate("{hex:32}");
    const image = saved(
      layers([file("srv/a.js", `x="${token()}"`), file("srv/b.js", `x="${token()}"`), file("srv/d.txt", `acme_${hex}\n`)]),
    );
    const acme = "[[rules]]\nid = 'acme-token'\nregex = 'acme_[0-9a-f]{32}'\nkeywords = ['acme_']\n";
    writeFileSync(join(directory, "base.toml"), acme);
    const found = async (toml: string): Promise<string[]> => {
      const path = join(directory, "rules.toml");
      writeFileSync(path, toml);
      return (await findings(image, "--secret-rules", path)).map((f) => `${f.rule} ${f.locations[0]!.path}`).toSorted();
    };
    const paths = (list: string): string => `[[rules]]\nid = "github-pat"\n[[rules.allowlists]]\n${list}\n`;
    expect(await found(paths("paths = ['srv/a']"))).toEqual(["github-pat /srv/b.js"]);
    expect(await found(paths("condition = 'AND'\npaths = ['srv/a']\nregexes = ['^nothing$']"))).toHaveLength(2);
    expect(await found(`${acme}[[allowlists]]\ntargetRules = ["acme-token"]\npaths = ['srv/']\n`)).toEqual([
      "github-pat /srv/a.js",
      "github-pat /srv/b.js",
    ]);
    expect(await found(`[extend]\npath = "base.toml"\n[[rules]]\nid = "acme-token"\nentropy = 3.0\n`)).toContain("acme-token /srv/d.txt");
    expect(await found(`[extend]\npath = "base.toml"\ndisabledRules = ["github-pat"]\n`)).toEqual(["acme-token /srv/d.txt"]);
  });

  it("say what they cannot mean: an unknown rule without a pattern, required rules, a condition or a target that is none", async () => {
    const image = saved(layers([file("a", "b")]));
    for (const [toml, message] of [
      ["[[rules]]\nid = 'nobody-knows'\n[[rules.allowlists]]\npaths = ['x']\n", "nobody-knows has neither regex nor path"],
      ["[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.required]]\nid = 'c'\n", "required is not supported"],
      ["[[allowlists]]\ncondition = 'XOR'\npaths = ['x']\n", "condition is OR or AND, not XOR"],
      ["[[allowlists]]\nregexTarget = 'file'\nregexes = ['x']\n", "regexTarget is secret, match or line, not file"],
      ["[extend]\npath = 'gone.toml'\n", "gone.toml cannot be read"],
    ]) {
      const path = join(temporaryDirectory(), "rules.toml");
      writeFileSync(path, toml!);
      const { status, stderr } = await runCli(["secrets", "--secret-rules", path, image]);
      expect(stderr).toContain(message);
      expect(status).toBe(2);
    }
  });

  it("in gitleaks' form come on top of the built-in ones", async () => {
    const toml = rules(`
[[rules]]
id = "acme-token"
description = "ACME token"
regex = '''(?i)acme[_-]tok[a-z]{2}\\s*=\\s*"([A-F0-9]{12})"'''
keywords = ["acme"]
entropy = 2
[[rules.allowlists]]
stopwords = ["ffff"]
`);
    const image = layers([file("srv/x.js", 'ACME_TOKEN = "A1B2C3D4E5F6"\nacme-token = "A1B2C3FFFF66"\n'), file("srv/y", token())]);
    const found = await findings(image, "--secret-rules", toml);
    expect(found.map(({ rule, locations }) => [rule, locations[0]!.line]).toSorted(byText)).toEqual([
      ["acme-token", 1],
      ["github-pat", 1],
    ]);
  });

  it("that narrow generic-api-key narrow pairs in ENV and options in history too", async () => {
    const toml = rules(`[extend]\nuseDefault = true\n[[rules]]\nid = "generic-api-key"\n[[rules.allowlists]]\nregexes = ["^Kz8"]\n`);
    const image: ImageFixture = {
      layers: [{ content: [file("a", "1")], createdBy: "RUN /bin/sh -c mytool --password Kz8vTq92xLmA && other --password Wb4nRp71yHsC" }],
      config: { Env: ["DB_PASSWORD=Kz8vTq92xLmA", "API_PASSWORD=Wb4nRp71yHsC"] },
    };
    expect((await findings(image)).map(({ redacted }) => redacted)).toHaveLength(2);
    const narrowed = await findings(image, "--secret-rules", toml);
    expect(narrowed.map(({ locations }) => locations.map(({ surface }) => surface).toSorted(byText))).toEqual([["env", "history"]]);
  });

  it("that take too long end with status 2 and are named, with the file: nothing is passed over in silence", async () => {
    const toml = rules(`[[rules]]\nid = "slow"\ndescription = "slow"\nregex = '''([a-z]+)*\\d'''\nkeywords = ["aaaa"]\n`);
    const image = saved(layers([file("srv/x", "a".repeat(1_000_000))]));
    const { status, stdout, stderr } = await runCli(["secrets", "--secret-rules", toml, image]);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: layer 0 \(\w+\): rule slow takes too long: .* 5 s in \/srv\/x\nhint: /m);
  });

  it("and baselines that are too long to be any are named, whatever they are made of, before memory is full", async () => {
    const image = saved(layers([file("a", "b")]));
    const long = join(temporaryDirectory(), "long.toml");
    writeFileSync(long, "");
    truncateSync(long, 5 * 1024 * 1024);
    for (const [flag, path, most] of [
      ["--secret-rules", long, "4 MiB"],
      ["--secrets-baseline", "/dev/zero", "64 MiB"],
    ] as const) {
      const { status, stdout, stderr } = await runCli(["secrets", flag, path, image]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^error: ${path} has more than ${most}\\nhint: `));
    }
  });

  it("that are broken are named, with what is wrong", async () => {
    const toml = rules(`[[rules]]\nid = "bad"\nregex = '''(?=x)'''\n`);
    const { status, stderr } = await runCli(["secrets", "--secret-rules", toml, saved(layers([file("a", "b")]))]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/rule bad: error parsing regexp: invalid or unsupported Perl syntax/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("the secret itself", () => {
  it("appears in no report, no message and no cache", async () => {
    const secrets = {
      file: token(),
      env: fillTemplate("{alnum:24}"),
      arg: "Pa55-word",
      url: fillTemplate("{alnum:14}"),
      label: fillTemplate("glpat-{alnum:20}"),
    };
    const image = saved({
      layers: [
        {
          content: [file("app/.env", `TOKEN=${secrets.file}\n`), file("big", Buffer.alloc(9000, "x"))],
          createdBy: `RUN |1 DB_PASSWORD=${secrets.arg} /bin/sh -c echo ${secrets.env} ${secrets.arg}`,
        },
        { content: [whiteout("app/.env"), file("big", "y")], createdBy: `RUN git clone https://bot:${secrets.url}@git.example.org/x` },
      ],
      config: { Env: [`API_TOKEN=${secrets.env}`], Labels: { token: secrets.label } },
    });
    const cache = temporaryDirectory();
    const env = { XDG_CACHE_HOME: cache };
    const outputs: string[] = [];
    const run = async (...args: string[]): Promise<void> => {
      const { stdout, stderr } = await runCli([...args, image], { env });
      outputs.push(stdout, stderr);
    };
    for (const format of ["text", "json", "sarif"]) await run("secrets", "--all", "--format", format);
    for (const format of ["text", "json", "markdown", "sarif", "junit", "github", "codequality", "dive"]) {
      await run("analyze", "--format", format);
      await run("check", "--format", format, "--fail", "secrets=low", "--config", "/dev/null");
    }
    await run("analyze", "--secrets", "off");
    await run("secrets", "--reveal");
    expect(outputs.join("").length).toBeGreaterThan(5000);
    const cached = filesIn(cache).map((path) => readFileSync(path).toString("latin1"));
    expect(cached.length).toBeGreaterThan(0);
    for (const text of [...outputs, ...cached]) for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  });
});

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));

function filesIn(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

describe("a secret in an archive in a layer", () => {
  const secret = token();
  const jar = zipArchive([
    { name: "META-INF/MANIFEST.MF", content: "Manifest-Version: 1.0\n", sizesFollow: true },
    { name: "BOOT-INF/classes/application.yml", content: `spring:\n  token: ${secret}\n`, sizesFollow: true },
  ]);
  const image = layers([file("app/app.jar", jar), file("etc/motd", "hello\n")], [file("app/readme", "x\n")]);

  it("names the archive and the file in it, in every format", async () => {
    const [finding, ...others] = await findings(image);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: "github-pat", state: "present", severity: "critical" });
    expect(finding!.locations).toEqual([
      {
        surface: "file",
        layer: 0,
        createdBy: "RUN step 0",
        path: "/app/app.jar",
        inside: "BOOT-INF/classes/application.yml",
        line: 2,
      },
    ]);
    const path = saved(image);
    const place = "/app/app.jar!/BOOT-INF/classes/application.yml";
    for (const format of ["text", "sarif"]) {
      const { stdout } = await runCli(["secrets", "--format", format, path]);
      expect(stdout).toContain(place);
      expect(stdout).not.toContain(secret);
    }
    const { stdout, status } = await runCli(["check", path]);
    expect(status).toBe(1);
    expect(stdout).toContain(place);
  });

  it("has a fingerprint that stays when the archive is packed in another way, and another one outside of it", async () => {
    const content = `spring:\n  token: ${secret}\n`;
    const inside = zipArchive([{ name: "BOOT-INF/classes/application.yml", content, stored: true }]);
    const [packed] = await findings(image);
    const [stored] = await findings(layers([file("app/app.jar", inside)]));
    const [beside] = await findings(layers([file("app/app.jar", content)]));
    expect(stored!.fingerprint).toBe(packed!.fingerprint);
    expect(beside!.fingerprint).not.toBe(packed!.fingerprint);
  });

  it("is never called scrubbed, and its archive is not deleted for it", async () => {
    const path = saved(image);
    const output = join(temporaryDirectory(), "out.tar");
    const refused = await runCli(["optimize", path, "--all", "--scrub-secrets", "-o", `docker-archive:${output}`]);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain("would still hold");
    expect(refused.stderr).toContain("/app/app.jar!/BOOT-INF/classes/application.yml");
    expect(readdirSync(join(output, ".."))).toEqual([]);
    const kept = await runCli(["optimize", path, "--all", "--scrub-secrets", "--keep", "/app/app.jar", "-o", `docker-archive:${output}`]);
    expect(kept.stderr).not.toContain("error");
    expect(kept.status).toBe(0);
    expect((await findings(output)).map(({ locations }) => locations[0]!.path)).toEqual(["/app/app.jar"]);
  });

  it("says what was not looked at", async () => {
    const encrypted = zipArchive([{ name: "x", content: "1", encrypted: true }]);
    const { stdout } = await runCli(["secrets", "--json", saved(layers([file("a.tar", tar([file("b.zip", encrypted)]))]))]);
    const { incomplete } = JSON.parse(stdout) as { incomplete: { path: string; reason: string }[] };
    expect(incomplete).toMatchObject([
      { path: "/a.tar", reason: "the archive b.zip in it holds x, which is encrypted and was not looked at" },
    ]);
  });
});
