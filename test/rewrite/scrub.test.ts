/** Nothing that is found in a config may be left by scrubbing it, wherever and however it is written. */
import { describe, expect, it } from "vitest";

import { createRedactor } from "../../analyzers/secrets/config/redactor.ts";
import { scanConfig } from "../../analyzers/secrets/config/scan-config.ts";
import { analyzeImage } from "../../src/operations/analyze-image.ts";
import { planRewrite, recommendedRange, recommendedSteps } from "../../src/operations/plan-image.ts";
import { rewriteImage } from "../../src/rewrite/rewrite-image.ts";
import { outgoingAsImage } from "../../src/rewrite/documents/outgoing-as-image.ts";
import { noEdits } from "../../src/rewrite/layers/views.ts";
import { defaultSettings } from "../../src/rewrite/plan/squash.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { loadRules } from "../../analyzers/secrets/match/user/load-rules.ts";
import type { Image } from "../../src/image/image.ts";
import { memoryImage } from "../helpers/image/memory-image.ts";
import { file, tar } from "../helpers/tar-fixture.ts";

const password = "kV7qZ2mXw9Tb4RcY";
const encoded = "kV7q%2FZ2mX+w9Tb4RcY";
const token = ["ghp", "9aF3kLmQ7xT2vBn5Rj8Wd4Yc6Hs1ZpE0uKiO"].join("_");

/** Values as variables, labels, arguments and options hold them. */
const written: Record<string, string> = {
  alone: password,
  quoted: `"${password}"`,
  "option of a program": `--user=a --password=${password} --port 1`,
  "option with a blank": `--user a --password ${password} --port 1`,
  "Java property": `-Xmx1g -Djavax.net.ssl.keyStorePassword=${password}`,
  URL: `postgres://app:${password}@db:5432/app?sslmode=require`,
  "URL with escapes": `amqp://app:${encoded}@mq:5672/%2F`,
  "connection string": `Server=db;Database=app;User Id=sa;Password=${password};Encrypt=true`,
  libpq: `host=db user=app password=${password} dbname=app`,
  JSON: `{"user":"app","password":"${password}","port":1}`,
  "JSON with escapes": JSON.stringify(JSON.stringify({ password })),
  query: `https://api.example.com/v1?user=a&api_key=${password}&x=1`,
  header: `Authorization: Bearer ${password}${password}`,
  "basic authentication": `Authorization: Basic ${Buffer.from(`app:${password}`).toString("base64")}`,
  "token by its form": `see ${token} for more`,
  "properties in lines": `user=app\npassword=${password}\nport=1`,
  "docker credentials": JSON.stringify({ auths: { "r.example.com": { auth: Buffer.from(`app:${password}`).toString("base64") } } }),
  "base64 of a pair": Buffer.from(`password=${password}`).toString("base64"),
};

const names = ["DB_PASSWORD", "APP_ARGS"];

/** Every place where an image carries texts outside its layers. */
const places: Record<string, (name: string, value: string) => { config?: object; top?: object; history?: object[] }> = {
  ENV: (name, value) => ({ config: { Env: ["PATH=/bin", `${name}=${value}`] } }),
  label: (name, value) => ({ config: { Labels: { [name.toLowerCase()]: value } } }),
  "shell CMD": (name, value) => ({ config: { Cmd: ["/bin/sh", "-c", `export ${name}='${value}'; exec app`] } }),
  "words of ENTRYPOINT": (name, value) => ({ config: { Entrypoint: ["app", `--${name.toLowerCase().replaceAll("_", "-")}`, value] } }),
  HEALTHCHECK: (name, value) => ({ config: { Healthcheck: { Test: ["CMD-SHELL", `${name}='${value}' check`] } } }),
  ONBUILD: (name, value) => ({ config: { OnBuild: [`ENV ${name}=${value}`] } }),
  author: (name, value) => ({ top: { author: `${name}=${value}` } }),
  "a key that no specification knows": (name, value) => ({ top: { "com.example.build": { arguments: [{ [name]: value }] } } }),
  "history ENV": (name, value) => ({ history: [{ created_by: "RUN step 0" }, { created_by: `ENV ${name}=${value}`, empty_layer: true }] }),
  "history build argument": (name, value) => ({ history: [{ created_by: `RUN |1 ${name}=${value} /bin/sh -c make # buildkit` }] }),
  "history RUN": (name, value) => ({ history: [{ created_by: `RUN /bin/sh -c ${name}='${value}' make # buildkit`, comment: "buildkit" }] }),
};

function planted(place: keyof typeof places, name: string, value: string): Image {
  const { config = {}, top = {}, history } = places[place]!(name, value);
  return memoryImage([tar([file("a", "1")])], { config: { config, ...top }, ...(history === undefined ? {} : { history }) });
}

async function scrubbed(image: Image): Promise<{ text: string; result: Image }> {
  const rules = await loadRules();
  const scanner = new Scanner({ verify: true, rules: { id: rules.id, options: rules.options }, cacheDirectory: null, workers: 0 });
  try {
    const analysis = await analyzeImage(image, { scanner, duplicates: false, secrets: { mode: "full", rules: async () => rules } });
    const { plan } = await planRewrite(analysis, scanner, {
      range: { ...recommendedRange, all: true },
      settings: { ...defaultSettings, compression: { kind: "none", level: 0 } },
      optimize: { ...recommendedSteps, scrubSecrets: true },
    });
    const redactorFor = async (masked: Image) => createRedactor(await scanConfig(masked));
    const rewritten = await rewriteImage({ image, tree: analysis.tree, edits: noEdits, sameContent: new Map() }, plan, {
      redact: await redactorFor(image),
      redactorFor,
    });
    await rewritten.close();
    return {
      text: rewritten.configBytes.toString(),
      result: outgoingAsImage(image, rewritten.outgoing, rewritten.configBytes, rewritten.annotations),
    };
  } finally {
    await scanner.close();
  }
}

const found = async (image: Image) => (await scanConfig(image)).filter(({ severity }) => severity !== "info");

describe("a scrubbed config", () => {
  for (const place of Object.keys(places)) {
    it(`holds no secret that was found in it: ${place}`, async () => {
      const left: string[] = [];
      for (const [form, value] of Object.entries(written)) {
        for (const name of names) {
          const image = planted(place, name, value);
          const before = await found(image);
          if (before.length === 0) continue;
          const { text, result } = await scrubbed(image);
          const after = await found(result);
          for (const hit of before) if (text.includes(hit.secret.reveal())) left.push(`${form} in ${name}: its text`);
          if (after.length > 0) left.push(`${form} in ${name}: ${after.map(({ rule }) => rule).join()} ${text}`);
        }
      }
      expect(left).toEqual([]);
    });
  }

  it("is still found to hold a secret in the name of a user, a directory or a volume, which no mask may change", async () => {
    const config = { User: token, WorkingDir: `/srv/${token}`, Volumes: { [`/data/${token}`]: {} } };
    const { result } = await scrubbed(memoryImage([tar([file("a", "1")])], { config: { config } }));
    expect((await found(result)).map(({ surface, key }) => [surface, key])).toEqual([["config", "User"]]);
    const volume = memoryImage([tar([file("a", "1")])], { config: { config: { Volumes: config.Volumes } } });
    expect((await found((await scrubbed(volume)).result)).map(({ key }) => key)).toEqual(["Volumes"]);
  });

  it("keeps what stands beside the secret in a variable, and drops a variable that is nothing else", async () => {
    const { text } = await scrubbed(planted("ENV", "JAVA_OPTS", written["Java property"]!));
    expect(JSON.parse(text).config.Env).toEqual([
      "PATH=/bin",
      expect.stringMatching(/^JAVA_OPTS=-Xmx1g -Djavax\.net\.ssl\.keyStorePassword=\S*\*{4,}$/),
    ]);
    expect(JSON.parse((await scrubbed(planted("ENV", "DB_PASSWORD", password))).text).config.Env).toEqual(["PATH=/bin"]);
  });
});
