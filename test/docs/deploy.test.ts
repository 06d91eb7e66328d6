/** What deploy/ says, the program understands, and the pieces fit each other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import parseArguments from "yargs-parser";

import { commands } from "../../src/commands/all.ts";
import { keyPrefix, workQueue } from "../../src/queue/jobs.ts";
import { projectRoot } from "../helpers/run-cli.ts";

/** What it holds is told by the assertions. */
type Tree = any;

const read = (path: string): Tree[] =>
  parseAllDocuments(readFileSync(join(projectRoot, "deploy", path), "utf8"), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

/** A command line of Ballast's: its command, its flags and its environment are those that there are. */
async function expectUnderstood([name, ...words]: string[], variables: readonly string[]): Promise<void> {
  const entry = commands.find((command) => command.name === name);
  expect(entry, name).toBeDefined();
  const { flags, positionals } = await entry!.load();
  const booleans = Object.entries(flags).flatMap(([flag, { type }]) => (type === "boolean" ? [flag] : []));
  const { _: rest, ...given } = parseArguments(words, { boolean: booleans, configuration: { "camel-case-expansion": false } });
  expect(Object.keys(given).filter((flag) => given[flag] !== false && !(flag in flags))).toEqual([]);
  if (Object.keys(positionals).length === 0) expect(rest).toEqual([]);
  const known = new Set(Object.values(flags).map(({ variable }) => variable));
  expect(variables.filter((variable) => !known.has(variable))).toEqual([]);
}

describe("deploy/compose.yaml", () => {
  const [compose] = read("compose.yaml");

  it("runs workers and a survey with flags and variables that there are, against its own Redis", async () => {
    expect(Object.keys(compose.services)).toEqual(["redis", "worker", "survey"]);
    for (const name of ["worker", "survey"]) {
      const { command, environment, secrets, depends_on: needs, read_only: isReadOnly, mem_limit: memory } = compose.services[name];
      await expectUnderstood(command, Object.keys(environment));
      expect(new URL(environment.BALLAST_QUEUE).hostname).toBe("redis");
      expect(secrets.every((secret: string) => secret in compose.secrets)).toBe(true);
      expect(needs).toEqual({ redis: { condition: "service_healthy" } });
      expect([isReadOnly, memory]).toEqual([true, "2g"]);
    }
    expect(compose.services.redis.command).toContain("noeviction");
    expect(compose.services.redis.volumes).toEqual([`${Object.keys(compose.volumes)[0]}:/data`]);
  });
});

describe("deploy/kubernetes", () => {
  const documents = readdirSync(join(projectRoot, "deploy/kubernetes")).flatMap((name) => read(`kubernetes/${name}`));
  const of = (kind: string): Tree[] => documents.filter((document) => document.kind === kind);
  const pods = documents.flatMap((document) => {
    const pod = document.kind === "CronJob" ? document.spec.jobTemplate.spec.template : document.spec.template;
    return pod === undefined ? [] : [{ document, pod }];
  });

  it("holds objects of the kinds that are meant, in their versions", () => {
    expect(documents.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`).sort()).toEqual([
      "apps/v1 Deployment ballast-worker",
      "apps/v1 StatefulSet ballast-redis",
      "batch/v1 CronJob ballast-survey",
      "keda.sh/v1alpha1 ScaledObject ballast-worker",
      "v1 Service ballast-redis",
    ]);
  });

  it("selects the pods that it makes", () => {
    for (const { document, pod } of pods) {
      const selected = document.spec.selector?.matchLabels ?? pod.metadata.labels;
      expect(pod.metadata.labels).toEqual(selected);
      expect(document.metadata.labels).toEqual(pod.metadata.labels);
    }
    const [service] = of("Service");
    expect(service.spec.selector).toEqual(of("StatefulSet")[0].spec.selector.matchLabels);
    expect(of("StatefulSet")[0].spec.serviceName).toBe(service.metadata.name);
  });

  it("gives every container requests, a limit of memory, no privilege, and volumes that there are", () => {
    for (const { document, pod } of pods) {
      const volumes = [...(pod.spec.volumes ?? []), ...(document.spec.volumeClaimTemplates ?? []).map(({ metadata }: Tree) => metadata)];
      expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      expect(pod.spec.automountServiceAccountToken).toBe(false);
      for (const { resources, securityContext, volumeMounts } of pod.spec.containers) {
        expect(resources).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
        expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
        const names = new Set(volumes.map(({ name }: Tree) => name));
        expect(volumeMounts.map(({ name }: Tree) => name).filter((name: string) => !names.has(name))).toEqual([]);
      }
    }
  });

  it("calls Ballast with flags and variables that there are", async () => {
    for (const [container] of pods.map(({ pod }) => pod.spec.containers)) {
      if (container.name === "redis") continue;
      await expectUnderstood(
        container.args,
        container.env.map(({ name }: Tree) => name),
      );
    }
  });

  it("scales the workers by the queue that there is", () => {
    const [{ spec }] = of("ScaledObject");
    expect(spec.scaleTargetRef.name).toBe(of("Deployment")[0].metadata.name);
    expect(of("Deployment")[0].spec.replicas).toBeUndefined();
    const [{ type, metadata }] = spec.triggers;
    expect([type, metadata.listName]).toEqual(["redis", `${keyPrefix}:${workQueue}:wait`]);
    expect(metadata.address).toBe(`${of("Service")[0].metadata.name}:${of("Service")[0].spec.ports[0].port}`);
    // KEDA takes all of a trigger's metadata as text.
    for (const value of Object.values(metadata)) expect(value).toBeTypeOf("string");
  });
});
