/** How two image configs differ in what they say about containers. */
import type { ImageConfig } from "../../src/image/config.ts";
import { field as member, isObject, stringField } from "../../src/image/json.ts";
import type { JsonObject } from "../../src/image/json.ts";
import type { Redactor } from "../secrets/config/redactor.ts";

export interface ConfigChange {
  /** `user`, `entrypoint`, `env PATH`, `label org.opencontainers.image.version`. */
  readonly field: string;
  /** Redacted; null where the side does not have it. */
  readonly before: string | null;
  readonly after: string | null;
}

/** By field. Creation times are not compared, since they always differ. */
export function diffConfigs(before: ImageConfig, after: ImageConfig, redact: Redactor): ConfigChange[] {
  const [a, b] = [fieldsOf(before), fieldsOf(after)];
  const fields = [...new Set([...a.keys(), ...b.keys()])].sort();
  return fields
    .filter((field) => a.get(field) !== b.get(field))
    .map((field) => ({ field, before: redacted(a.get(field), redact), after: redacted(b.get(field), redact) }));
}

function redacted(value: string | undefined, redact: Redactor): string | null {
  return value === undefined ? null : redact(value);
}

function fieldsOf(config: ImageConfig): Map<string, string> {
  const { container } = config;
  const fields = new Map<string, string>();
  const set = (field: string, value: string | readonly string[] | null | undefined): void => {
    if (value === null || value === undefined) return;
    if (typeof value === "string") fields.set(field, value);
    else if (value.length > 0) fields.set(field, JSON.stringify(value));
  };
  set("os version", stringField(config.json, "os.version"));
  set("platform", [config.os, config.architecture, ...(config.variant === undefined ? [] : [config.variant])].join("/"));
  set("author", config.author);
  set("user", container.user);
  set("entrypoint", container.entrypoint);
  set("cmd", container.cmd);
  set("working directory", container.workingDir);
  set("exposed ports", container.exposedPorts.toSorted());
  set("volumes", container.volumes.toSorted());
  set("stop signal", container.stopSignal);
  set("shell", container.shell);
  set("onbuild", container.onBuild);
  set("healthcheck", container.healthcheck?.test);
  setNumbers(config, set);
  for (const [name, value] of Object.entries(container.labels)) set(`label ${name}`, value);
  for (const line of container.env) {
    const equals = line.indexOf("=");
    set(`env ${equals < 0 ? line : line.slice(0, equals)}`, equals < 0 ? "" : line.slice(equals + 1));
  }
  return fields;
}

/** What the config states in nanoseconds. */
const healthcheckTimes = { Interval: "interval", Timeout: "timeout", StartPeriod: "start period", StartInterval: "start interval" };

function setNumbers({ json }: ImageConfig, set: (field: string, value: string | null) => void): void {
  const config = objectOf(member(json, "config"));
  const healthcheck = objectOf(member(config, "Healthcheck"));
  for (const [key, name] of Object.entries(healthcheckTimes)) set(`healthcheck ${name}`, stated(member(healthcheck, key), 1e9, " s"));
  set("healthcheck retries", stated(member(healthcheck, "Retries"), 1, ""));
  set("stop timeout", stated(member(config, "StopTimeout"), 1, " s"));
}

/** Engines take 0 for "not stated". */
function stated(value: unknown, unit: number, suffix: string): string | null {
  return typeof value === "number" && value !== 0 ? `${value / unit}${suffix}` : null;
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
