/** Leftovers that do not come from a package manager's cache: temporary files, logs, documentation and the like. */
import { copied } from "./rule.ts";
import type { LeftoverRule } from "./rule.ts";

export const fileRules: readonly LeftoverRule[] = [
  {
    id: "temporary-files",
    title: "temporary files",
    category: "temp",
    unit: 1,
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
    pattern: /^usr\/(?:local\/)?share\/(?:doc|doc-base|info|gtk-doc|(?:lintian|linda)\/overrides)\/./,
    // Licence texts must be shipped with what they license.
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
