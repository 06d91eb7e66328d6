import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import { ClearSecret } from "../../../../analyzers/secrets/match/values/clear-secret.ts";
import { createRedactor } from "../../../../analyzers/secrets/config/redactor.ts";
import type { ConfigHit } from "../../../../analyzers/secrets/config/scan-config.ts";

function hit(secret: string, extra: Partial<ConfigHit> = {}): ConfigHit {
  return {
    rule: "key-value",
    title: "",
    severity: "high",
    confidence: "medium",
    surface: "env",
    key: "KEY",
    layer: null,
    layersBelow: null,
    secret: new ClearSecret(secret),
    ...extra,
  };
}

describe("the redactor", () => {
  const secret = "Zq9&x<Lm2pWv/7";

  it("masks a secret in every row that holds it, not only the one it was found in", () => {
    const redact = createRedactor([hit(secret)]);
    for (const text of [
      secret,
      `RUN echo ${secret} | tee x`,
      `prefix${secret}suffix`,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      "Zq9\\u0026x\\u003cLm2pWv/7",
    ]) {
      expect(redact(text)).not.toContain("Lm2pWv");
      expect(redact(text)).toContain("********");
    }
  });

  it("shows at most four characters and always the same mask", () => {
    const redact = createRedactor([hit("aaaabbbbccccddddeeeeffffgggg1234")]);
    expect(redact("x=aaaabbbbccccddddeeeeffffgggg1234")).toBe("x=aaaa********");
    expect(createRedactor([hit("short1")])("short1")).toBe("********");
  });

  it("masks a short password as a word and leaves longer words alone", () => {
    const redact = createRedactor([hit("zq7")]);
    expect(redact("psql://zq7:zq7@db/zq7le /szq7")).toBe("psql://********:********@db/zq7le /szq7");
  });

  it("masks a password that is a common word behind its name and in URLs only", () => {
    const redact = createRedactor([hit("postgres", { key: "POSTGRES_PASSWORD" })]);
    expect(redact("RUN apt-get install -y postgresql-16 postgres")).toBe("RUN apt-get install -y postgresql-16 postgres");
    expect(redact("ENV POSTGRES_PASSWORD=postgres PGUSER=postgres")).toBe("ENV POSTGRES_PASSWORD=******** PGUSER=postgres");
    expect(redact("psql postgres://postgres:postgres@db/postgres --password postgres")).toBe(
      "psql postgres://postgres:********@db/postgres --password ********",
    );
  });

  it("masks a value that is only a note behind its key", () => {
    const redact = createRedactor([hit("foo", { severity: "info", key: "SECRET" })]);
    expect(redact("ENV SECRET=foo BAR=foo")).toBe("ENV SECRET=******** BAR=foo");
  });

  it("masks the longer of two secrets that begin alike whole", () => {
    const redact = createRedactor([hit("hunter2hunter2"), hit("hunter2hunter2-and-more")]);
    expect(redact("x hunter2hunter2-and-more")).not.toContain("and-more");
  });

  it("masks secrets however long and however many they are", () => {
    const long = "pq7".repeat(60_000);
    const many = Array.from({ length: 3000 }, (_, i) => hit(`s3cret-${i}-x9`));
    expect(createRedactor([hit(long), ...many])(`a ${long} b s3cret-7-x9 c s3cret-2999-x9`)).toMatch(/^a pq7p\*+ b \*+ c s3\*+$/);
  });

  it("masks each line of a key block", () => {
    const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    expect(createRedactor([hit(`-----BEGIN X-----\n${line}\nabc\n-----END X-----`)])(`echo ${line}`)).not.toContain(line);
  });
});

it("a secret in clear does not show when it is logged, joined or serialised", () => {
  const secret = new ClearSecret("hunter2hunter2hunter2");
  for (const text of [String(secret), JSON.stringify({ secret }), inspect({ secret }), JSON.stringify([secret])]) {
    expect(text).not.toContain("hunter2hunter2");
  }
  expect(secret.reveal()).toBe("hunter2hunter2hunter2");
});
