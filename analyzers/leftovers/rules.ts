/**
 * Package caches and other leftovers that builds forget, as data: where they lie and what would have kept them out. Paths are byte
 * strings without leading slash.
 */
import type { Leftover } from "../analysis.ts";

export interface LeftoverRule {
  readonly id: string;
  readonly title: string;
  readonly category: Leftover["category"];
  readonly pattern: RegExp;
  /** Set where the pattern looks at a file's own name, which must match this; else all that lies in a directory matches, or none of it. */
  readonly name?: RegExp;
  /** Files that match the pattern but are to stay. */
  readonly keep?: RegExp;
  /** Set for caches a build can mount instead: `RUN --mount=type=cache,target=…`. */
  readonly mount?: string;
  /** Commands that fill it, and the flag or step that keeps it empty. The first that fits is advised. */
  readonly remedies: readonly Remedy[];
}

export interface Remedy {
  /** Matched against the layer's command; absent fits any. */
  readonly command?: RegExp;
  readonly advice: string;
}

/** A person's home directory, or root's, with the slash. */
const home = "(?:root|home/[^/]+)/";
const inHome = (path: string): RegExp => new RegExp(`^${home}${path}/`);
const copied: Remedy = {
  command: /^(?:COPY|ADD)\b|#\(nop\) (?:COPY|ADD)/,
  advice: "list it in .dockerignore so that it is not copied into the image",
};

export const leftoverRules: readonly LeftoverRule[] = [
  {
    id: "apt-lists",
    title: "apt package lists",
    category: "caches",
    pattern: /^var\/lib\/apt\/lists\/./,
    mount: "/var/lib/apt/lists",
    remedies: [{ advice: "end the RUN that calls apt-get update with `&& rm -rf /var/lib/apt/lists/*`" }],
  },
  {
    id: "apt-archives",
    title: "apt archives and indexes",
    category: "caches",
    pattern: /^var\/cache\/apt\/./,
    mount: "/var/cache/apt",
    remedies: [{ advice: "end the RUN that calls apt-get install with `&& apt-get clean`" }],
  },
  {
    id: "debconf-old",
    title: "old copies of dpkg and debconf databases",
    category: "caches",
    pattern: /^var\/(?:cache\/debconf|lib\/dpkg)\/[^/]+-old$/,
    name: /-old$/,
    remedies: [{ advice: "remove /var/cache/debconf/*-old and /var/lib/dpkg/*-old in the RUN that installs packages" }],
  },
  {
    id: "apk-cache",
    title: "apk cache",
    category: "caches",
    pattern: /^(?:var\/cache\/apk|etc\/apk\/cache)\/./,
    mount: "/var/cache/apk",
    remedies: [{ command: /\bapk\b/, advice: "call `apk add --no-cache`" }, { advice: "remove /var/cache/apk/* in the same RUN" }],
  },
  {
    id: "dnf-cache",
    title: "yum or dnf cache",
    category: "caches",
    pattern: /^var\/cache\/(?:yum|dnf|libdnf5)\/./,
    mount: "/var/cache/dnf",
    remedies: [
      { command: /\byum\b/, advice: "end the RUN with `&& yum clean all`" },
      { advice: "end the RUN that installs packages with `&& dnf clean all`" },
    ],
  },
  {
    id: "zypper-cache",
    title: "zypper cache",
    category: "caches",
    pattern: /^var\/cache\/zypp\/./,
    mount: "/var/cache/zypp",
    remedies: [{ advice: "end the RUN that installs packages with `&& zypper clean --all`" }],
  },
  {
    id: "pacman-cache",
    title: "pacman cache",
    category: "caches",
    pattern: /^var\/cache\/pacman\/pkg\/./,
    mount: "/var/cache/pacman/pkg",
    remedies: [{ advice: "end the RUN that installs packages with `&& pacman -Scc --noconfirm`" }],
  },
  {
    id: "pip-cache",
    title: "pip cache",
    category: "caches",
    pattern: inHome("\\.cache/pip"),
    mount: "/root/.cache/pip",
    remedies: [
      { command: /\bpip3?\b/, advice: "call `pip install --no-cache-dir`" },
      copied,
      { advice: "set PIP_NO_CACHE_DIR=1 for the build" },
    ],
  },
  {
    id: "python-tool-cache",
    title: "cache of uv, Poetry or pipenv",
    category: "caches",
    pattern: inHome("\\.cache/(?:uv|pypoetry|pipenv)"),
    mount: "/root/.cache",
    remedies: [{ command: /\buv\b/, advice: "call uv with `--no-cache`" }, copied, { advice: "remove the cache in the RUN that fills it" }],
  },
  {
    id: "conda-packages",
    title: "conda package cache",
    category: "caches",
    pattern: /(?:^|\/)(?:ana|mini)?conda3?\/pkgs\/.*\.(?:conda|tar\.bz2)$/,
    name: /\.(?:conda|tar\.bz2)$/,
    remedies: [{ advice: "end the RUN that installs with `&& conda clean --all --yes`" }],
  },
  {
    id: "npm-cache",
    title: "npm cache",
    category: "caches",
    pattern: inHome("\\.npm"),
    mount: "/root/.npm",
    remedies: [
      { command: /\bnpm\b/, advice: "end the RUN that calls npm with `&& npm cache clean --force`" },
      copied,
      { advice: "remove ~/.npm in the RUN that fills it" },
    ],
  },
  {
    id: "yarn-cache",
    title: "yarn cache",
    category: "caches",
    pattern: new RegExp(`^(?:usr/local/share/\\.cache/yarn|${home}(?:\\.cache/yarn|\\.yarn/berry/cache))/`),
    mount: "/usr/local/share/.cache/yarn",
    remedies: [
      { command: /\byarn\b/, advice: "end the RUN that calls yarn with `&& yarn cache clean`" },
      copied,
      { advice: "remove the cache in the RUN that fills it" },
    ],
  },
  {
    id: "pnpm-store",
    title: "pnpm store",
    category: "caches",
    pattern: inHome("\\.local/share/pnpm/store"),
    mount: "/root/.local/share/pnpm/store",
    remedies: [{ advice: "end the RUN that calls pnpm with `&& pnpm store prune`" }],
  },
  {
    id: "go-build-cache",
    title: "Go build cache",
    category: "caches",
    pattern: inHome("\\.cache/go-build"),
    mount: "/root/.cache/go-build",
    remedies: [copied, { advice: "build in an earlier stage and copy only the binary" }],
  },
  {
    id: "go-module-cache",
    title: "Go module cache",
    category: "caches",
    pattern: new RegExp(`^(?:go|${home}go)/pkg/mod/`),
    mount: "/go/pkg/mod",
    remedies: [copied, { advice: "build in an earlier stage and copy only the binary" }],
  },
  {
    id: "maven-repository",
    title: "Maven repository",
    category: "caches",
    pattern: inHome("\\.m2/repository"),
    mount: "/root/.m2",
    remedies: [copied, { advice: "build in an earlier stage and copy only the artifact" }],
  },
  {
    id: "gradle-cache",
    title: "Gradle cache",
    category: "caches",
    pattern: inHome("\\.gradle/caches"),
    mount: "/root/.gradle",
    remedies: [copied, { advice: "build in an earlier stage and copy only the artifact" }],
  },
  {
    id: "cargo-registry",
    title: "Cargo registry",
    category: "caches",
    pattern: new RegExp(`^(?:usr/local/cargo|${home}\\.cargo)/(?:registry|git)/`),
    mount: "/usr/local/cargo/registry",
    remedies: [copied, { advice: "build in an earlier stage and copy only the binary" }],
  },
  {
    id: "composer-cache",
    title: "Composer cache",
    category: "caches",
    pattern: inHome("(?:\\.composer/cache|\\.cache/composer)"),
    mount: "/root/.composer/cache",
    remedies: [
      { command: /\bcomposer\b/, advice: "call composer with `--no-cache`" },
      { advice: "remove the cache in the RUN that fills it" },
    ],
  },
  {
    id: "gem-cache",
    title: "RubyGems cache",
    category: "caches",
    pattern: /(?:^|\/)(?:gems|bundle|ruby)\/(?:.*\/)?cache\/[^/]+\.gem$/,
    name: /\.gem$/,
    remedies: [{ advice: 'end the RUN that installs gems with `&& rm -rf "$(gem env gemdir)"/cache`' }],
  },
  {
    id: "temporary-files",
    title: "temporary files",
    category: "temp",
    pattern: /^(?:var\/)?tmp\/./,
    mount: "/tmp",
    remedies: [copied, { advice: "remove them in the RUN that makes them" }],
  },
  {
    id: "logs",
    title: "log files",
    category: "logs",
    pattern: /^var\/log\/./,
    remedies: [{ advice: "remove /var/log/* in the RUN that writes it" }],
  },
  {
    id: "version-control",
    title: "version control directories",
    category: "vcs",
    pattern: /(?:^|\/)\.(?:git|hg|svn|bzr)\//,
    remedies: [
      copied,
      { command: /\bgit clone\b/, advice: "clone with `--depth 1` and remove .git in the same RUN, or `ADD` the repository" },
      { advice: "remove the directory in the RUN that makes it" },
    ],
  },
  {
    id: "python-bytecode",
    title: "compiled Python beside its sources",
    category: "pyc",
    pattern: /\.py[co]$/,
    name: /\.py[co]$/,
    remedies: [
      { command: /\bpip3?\b/, advice: "call `pip install --no-compile` and set PYTHONDONTWRITEBYTECODE=1 (start-up gets a little slower)" },
      { advice: "set PYTHONDONTWRITEBYTECODE=1 for the build (start-up gets a little slower)" },
    ],
  },
  {
    id: "man-pages",
    title: "manual pages",
    category: "man",
    pattern: /^usr\/(?:local\/)?share\/man\/./,
    remedies: [
      {
        command: /\b(?:apt-get|apt|dpkg)\b/,
        advice: "exclude them with a `path-exclude=/usr/share/man/*` line in /etc/dpkg/dpkg.cfg.d before installing",
      },
      { advice: "remove them in the RUN that installs them" },
    ],
  },
  {
    id: "documentation",
    title: "documentation",
    category: "docs",
    pattern: /^usr\/(?:local\/)?share\/(?:doc|doc-base|info|gtk-doc|lintian|linda)\/./,
    // Licences must be shipped with what they license.
    keep: /\/(?:copyright|LICEN[CS]E[^/]*|COPYING[^/]*|NOTICE[^/]*)$/i,
    remedies: [
      {
        command: /\b(?:apt-get|apt|dpkg)\b/,
        advice:
          "exclude it with `path-exclude=/usr/share/doc/*` and `path-include=/usr/share/doc/*/copyright` in /etc/dpkg/dpkg.cfg.d before installing",
      },
      { command: /\b(?:dnf|yum|microdnf)\b/, advice: "install with `--setopt=tsflags=nodocs`" },
      { advice: "remove it in the RUN that installs it" },
    ],
  },
  {
    id: "locales",
    title: "translations",
    category: "locales",
    pattern: /^usr\/(?:local\/)?share\/locale\/[^/]+\/./,
    remedies: [
      {
        command: /\b(?:apt-get|apt|dpkg)\b/,
        advice: "exclude them with a `path-exclude=/usr/share/locale/*` line in /etc/dpkg/dpkg.cfg.d before installing",
      },
      { advice: "remove the ones you do not need in the RUN that installs them" },
    ],
  },
];
