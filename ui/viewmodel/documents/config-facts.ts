/** What an image states about itself, most wanted first. Texts are the image's own, with secrets masked. */
import type { ImageConfig } from "../../../src/image/config.ts";

export interface ConfigInput {
  readonly reference: string;
  readonly transport: string;
  /** `linux/arm64/v8` */
  readonly platform: string;
  readonly manifestDigest: string | null;
  readonly configDigest: string;
  readonly tags: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: Omit<ImageConfig, "json">;
}

/** Several values of one name take a row each, with the name in the first. */
export type Fact = readonly [name: string, value: string];

export function imageFacts({
  reference,
  transport,
  platform,
  manifestDigest,
  configDigest,
  tags,
  annotations,
  config,
}: ConfigInput): Fact[] {
  return [
    ...fact("reference", reference),
    ...fact("transport", transport),
    ...fact("platform", platform),
    ...fact("created", config.created),
    ...fact("author", config.author),
    ...fact("manifest", manifestDigest),
    ...fact("config", configDigest),
    ...tags.flatMap((tag, at) => fact(at === 0 ? "tags" : "", tag)),
    ...Object.entries(annotations).flatMap(([key, value], at) => fact(at === 0 ? "annotations" : "", `${key}=${value}`)),
  ];
}

export function containerFacts({ config: { container } }: Pick<ConfigInput, "config">): Fact[] {
  return [
    ...fact("user", container.user ?? "root (none set)"),
    ...fact("working dir", container.workingDir),
    ...fact("entrypoint", commandLine(container.entrypoint)),
    ...fact("command", commandLine(container.cmd)),
    ...fact("shell", commandLine(container.shell)),
    ...fact("ports", container.exposedPorts.join(", ")),
    ...fact("volumes", container.volumes.join(", ")),
    ...fact("stop signal", container.stopSignal),
    ...fact("healthcheck", commandLine(container.healthcheck?.test ?? null)),
    ...container.onBuild.flatMap((line, at) => fact(at === 0 ? "on build" : "", line)),
  ];
}

/** `NAME=value` */
export function labelLines({ config: { container } }: Pick<ConfigInput, "config">): string[] {
  return Object.entries(container.labels).map(([key, value]) => `${key}=${value}`);
}

export interface HistoryLine {
  /** Null for a step that made no layer. */
  readonly layer: number | null;
  readonly text: string;
}

export function historyLines({ config: { history } }: Pick<ConfigInput, "config">): HistoryLine[] {
  let layer = 0;
  return history.map(({ emptyLayer, createdBy, comment }) => {
    const text = createdBy ?? comment ?? "(nothing said)";
    if (emptyLayer === true) return { layer: null, text };
    layer += 1;
    return { layer: layer - 1, text };
  });
}

function fact(name: string, value: string | null | undefined): Fact[] {
  return value === null || value === undefined || value === "" ? [] : [[name, value]];
}

function commandLine(words: readonly string[] | null): string | null {
  return words === null || words.length === 0
    ? null
    : words.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}
