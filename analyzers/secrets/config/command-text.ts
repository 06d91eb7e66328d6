/** Finds `NAME=value` and secret-bearing options in the text of a shell command: RUN, CMD, HEALTHCHECK, shell history. */
import { isReference } from "../match/checks.ts";
import { judgeKeyValue } from "../match/key-value.ts";
import type { KeyValueVerdict } from "../match/key-value.ts";
import { isPlaceholder } from "../match/placeholder.ts";

export interface CommandSecret {
  /** The variable or the option. */
  readonly key: string;
  readonly verdict: KeyValueVerdict;
  /** Offset of the secret in the text. */
  readonly start: number;
}

const assignments =
  /(?:^|[\s;&|("'`,{[])(?:-D|-e[= ]?|--env[= ]|--build-arg[= ]|--from-literal[= ]|--set[= ])?([A-Za-z_][\w.-]{0,100})[ \t]{0,2}=[ \t]{0,2}("(?:[^"\\]|\\[\s\S]){0,2000}"|'[^']{0,2000}'|\$\{[^}\s]{1,200}\}|[^\s"'`;&|)]{1,2000})/g;

/** `--password x`, `--token=x`. The names are judged like variables. */
const longOptions =
  /(?:^|[\s"'])--?([a-z][a-z0-9]*(?:[-_][a-z0-9]+){0,5})(?:[ \t]*=[ \t]*|[ \t]+)(?!-)("[^"\n]{1,400}"|'[^'\n]{1,400}'|[^\s"'`;&|)]{1,400})/gi;

/** Positions where programs take a secret without naming it. The first group is the secret. */
const positions: readonly (readonly [key: string, pattern: RegExp])[] = [
  [
    "docker login",
    /\b(?:docker|podman|buildah|skopeo|helm registry|oras|crane|nerdctl)(?: auth)? login\b[^\n;&|]{0,200}?\s-p[ =]?(["']?)([^\s"'$][^\s"']{2,400})\1/g,
  ],
  ["mysql", /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-admin)\b[^\n;&|]{0,200}?\s-p(["']?)([^\s"'$-][^\s"']{2,200})\1/g],
  ["sshpass", /\bsshpass\s+-p\s*(["']?)([^\s"'$][^\s"']{2,200})\1/g],
  [
    "chpasswd",
    /(?:echo|printf)\s+(?:-[ne]+\s+)?(["']?)[\w.$@{}-]{1,40}:([^\s"'$\\:][^\s"'\\]{2,200})(?:\\n)?\1\s*\|\s*(?:sudo\s+)?chpasswd/g,
  ],
  ["passwd", /(?:echo|printf)\s+(?:-[ne]+\s+)?(["']?)([^\s"'$\\][^\s"'\\]{2,200})(?:\\n[^"'\s]*)?\1\s*\|\s*(?:sudo\s+)?passwd\b/g],
  ["netrc", /\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(["']?)([^\s"'\\$][^\s"'\\]{2,400})/g],
  [
    "configure set",
    /\b(?:aws configure|gcloud config|npm config|pip config|git config|composer config|poetry config|yarn config)\s+(?:--?\w[\w-]*\s+)*(?:set\s+)?[\w./:-]*(?:secret_access_key|_auth(?:token)?|password|token|secret)[\w./-]*[ =](["']?)([^\s"'$-][^\s"']{5,400})\1/gi,
  ],
  [
    "composer config",
    /\bcomposer config\b[^\n;&|]{0,80}(?:http-basic|github-oauth|gitlab-token)\.\S{1,80}\s+(?:[\w.@-]{1,60}\s+)?(["']?)([A-Za-z0-9_+/=.-]{8,200})\1/g,
  ],
  ["openssl", /-pass(?:in|out)?[ =]pass:(["']?)([^\s"'$][^\s"']{2,200})/g],
  ["gpg", /--passphrase[ =](["']?)([^\s"'$][^\s"']{2,200})\1/g],
];

/** Every assignment and option of the text that holds a secret, by the order of the text. */
export function secretsInCommand(text: string): CommandSecret[] {
  const found = new Map<number, CommandSecret>();
  const add = (key: string, verdict: KeyValueVerdict, start: number): void => {
    if (!found.has(start)) found.set(start, { key, verdict, start });
  };
  for (const pattern of [assignments, longOptions]) {
    for (const match of text.matchAll(pattern)) {
      const key = match[1]!;
      const raw = match[2]!;
      const verdict = judgeKeyValue(key, raw);
      if (verdict === null || (pattern === longOptions && isWordOfHelp(verdict.secret))) continue;
      add(key, verdict, match.index + match[0].lastIndexOf(raw) + verdict.start);
    }
    // A quoted word may hold assignments of its own: `echo "PASSWORD=x" > .env`, `sh -c 'TOKEN=x cmd'`.
    pattern.lastIndex = 0;
  }
  for (const [key, pattern] of positions) {
    for (const match of text.matchAll(pattern)) {
      const secret = match[2]!;
      if (isReference(secret) || isPlaceholder(secret)) continue;
      add(key, { severity: "high", confidence: "medium", secret, start: 0 }, match.index + match[0].lastIndexOf(secret));
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** `--password-stdin`, `--token and`: options that take no value are followed by anything. */
function isWordOfHelp(secret: string): boolean {
  return /^(?:and|or|is|the|to|for|in|of|with|from|stdin|file|-)$/i.test(secret);
}
