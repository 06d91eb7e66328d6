/** What the config of an image names: commands, folders, variables. Texts are byte strings, like paths. */
import type { ContainerConfig } from "../../image/config.ts";
import type { ConfigEdits } from "../plan/plan.ts";

/** A command line with one word per line; scripts in it are searched too. */
export interface CommandReference {
  readonly text: string;
  /** Such as `ENTRYPOINT` or `HEALTHCHECK`. */
  readonly what: string;
}

export interface FolderReference {
  /** As written, variables expanded. */
  readonly path: string;
  /** Such as `WORKDIR is there`. */
  readonly why: string;
}

export interface ConfigReferences {
  readonly commands: readonly CommandReference[];
  /** Values of variables: they may hold several paths, or paths with spaces. */
  readonly variables: readonly CommandReference[];
  /** Values of all variables, by name. */
  readonly environment: ReadonlyMap<string, string>;
  /** Used, with everything in them. */
  readonly folders: readonly FolderReference[];
  readonly workdirs: readonly string[];
  /** Directories of PATH. */
  readonly searchPath: readonly string[];
  readonly volumes: readonly string[];
  /** Names or numbers. */
  readonly users: readonly string[];
}

/** Where tools put what they can recreate. A folder is not in use because such a variable names it. */
const cacheVariables =
  /^(?:TMPDIR|TMP|TEMP|TEMPDIR|PIP_CACHE_DIR|UV_CACHE_DIR|POETRY_CACHE_DIR|PIPENV_CACHE_DIR|PDM_CACHE_DIR|NPM_CONFIG_CACHE|YARN_CACHE_FOLDER|GOCACHE|GOTMPDIR|COMPOSER_CACHE_DIR|NUGET_HTTP_CACHE_PATH|CCACHE_DIR|SCCACHE_DIR)$/i;

/** Make a tool install from its cache. Here the name matters, not only the value. */
const offlineVariables = /^(?:npm_config_(?:prefer_)?offline|UV_OFFLINE|COMPOSER_DISABLE_NETWORK)$/i;

/** Covers the config both before and after the plan's edits: what either uses counts as used. */
export function configReferences(config: ContainerConfig, edits: ConfigEdits): ConfigReferences {
  const env = variables(config, edits);
  const expanded = (text: string): string => expand(bytes(text), env);
  const workdirs = [config.workingDir, edits.workdir].flatMap((path) =>
    path === undefined || path === null || path === "" ? [] : [expanded(path)],
  );
  const volumes = config.volumes.map(expanded);
  const command = (what: string, words: readonly string[] | null): CommandReference[] =>
    words === null || words.length === 0 ? [] : [{ what, text: words.map(expanded).join("\n") }];
  return {
    commands: [
      ...command("ENTRYPOINT", config.entrypoint),
      ...command("CMD", config.cmd),
      ...command("HEALTHCHECK", config.healthcheck?.test ?? null),
      ...command("SHELL", config.shell),
      ...command("ONBUILD", config.onBuild),
      ...command("--entrypoint", edits.entrypoint),
      ...command("--cmd", edits.cmd),
      ...Object.entries(config.labels).flatMap(([name, value]) => command(`the label ${name}`, [value])),
    ],
    environment: env,
    variables: [...env].flatMap(([name, value]) =>
      cacheVariables.test(name) ? [] : [{ what: `ENV ${name}`, text: offlineVariables.test(name) ? `${name}=${value}` : value }],
    ),
    folders: [
      ...workdirs.map((path) => ({ path, why: "WORKDIR is there" })),
      ...volumes.map((path) => ({ path, why: "it is a VOLUME" })),
      ...[...env].flatMap(([name, value]) => folderReferences(name, value)),
    ],
    workdirs: workdirs.length === 0 ? [""] : workdirs,
    searchPath: (env.get("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(":"),
    volumes,
    users: [config.user, edits.user].flatMap((user) => (user === undefined || user === null ? [] : [bytes(user).split(":")[0]!])),
  };
}

function variables(config: ContainerConfig, edits: ConfigEdits): Map<string, string> {
  const env = new Map<string, string>();
  for (const row of config.env) {
    const equals = row.indexOf("=");
    if (equals > 0) env.set(row.slice(0, equals), bytes(row.slice(equals + 1)));
  }
  // If an edit changes a variable, both values count.
  for (const [name, value] of edits.setEnv) env.set(name, env.has(name) ? `${env.get(name)!}:${bytes(value)}` : bytes(value));
  return env;
}

function folderReferences(name: string, value: string): FolderReference[] {
  if (cacheVariables.test(name)) return [];
  const paths = value
    .replace(/-Djava\.io\.tmpdir=\S+/g, "")
    .split(/[\s:;,"'=]+/)
    .filter((piece) => piece.startsWith("/"));
  return paths.map((path) => ({ path, why: name === "PATH" ? "PATH searches it" : `ENV ${name} names it` }));
}

/** Expands `$NAME`, `${NAME}` and `${NAME:-default}` if the environment has NAME. */
function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-[^}]*)?\})/g,
    (whole, plain?: string, braced?: string) => env.get(plain ?? braced!) ?? whole,
  );
}

function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Words of commands and variables, which may tell a program a file name. */
export function wordsOf({ commands, variables }: ConfigReferences): ReadonlySet<string> {
  return new Set([...commands, ...variables].flatMap(({ text }) => text.split(/[\s"'`;|&<>()=,:]+/)));
}
