/**
 * Caches of the package managers of languages. Only the folders that their documentation calls a cache: the tool fetches or makes their
 * content again, and no program runs from them. Folders next to them that hold installations (Poetry's virtualenvs) match no rule; folders
 * from which a program may run are in `stores.ts`.
 */
import { copied, home, inHome } from "./rule.ts";
import type { LeftoverRule } from "./rule.ts";

const fills = { advice: "remove the cache in the RUN that fills it" };

export const languagePackageRules: readonly LeftoverRule[] = [
  {
    id: "pip-cache",
    title: "pip cache",
    category: "caches",
    pattern: inHome("\\.cache/pip"),
    mount: "/root/.cache/pip",
    source: "https://pip.pypa.io/en/stable/topics/caching/",
    remedies: [
      { command: /\bpip3?\b/, advice: "call `pip install --no-cache-dir`" },
      copied,
      { advice: "set PIP_NO_CACHE_DIR=1 for the build" },
    ],
  },
  {
    // Not environments-v2, which holds the environments of `uvx` and of scripts. They may link to files in archive-v0: `unit` keeps those.
    id: "uv-cache",
    title: "uv cache",
    category: "caches",
    pattern: new RegExp(`^${home}\\.cache/uv/(?!environments-v\\d)`),
    unit: 2,
    mount: "/root/.cache/uv",
    source: "https://docs.astral.sh/uv/concepts/cache/",
    remedies: [{ command: /\buv\b/, advice: "call uv with `--no-cache`" }, copied, fills],
  },
  {
    // The default virtualenvs.path is {cache-dir}/virtualenvs: not a cache.
    id: "poetry-cache",
    title: "Poetry cache",
    category: "caches",
    pattern: inHome("\\.cache/pypoetry/(?:cache|artifacts)"),
    mount: "/root/.cache/pypoetry/cache",
    source: "https://python-poetry.org/docs/configuration/#cache-dir",
    remedies: [{ command: /\bpoetry\b/, advice: "call poetry with `--no-cache`" }, copied, fills],
  },
  {
    id: "pipenv-cache",
    title: "pipenv cache",
    category: "caches",
    pattern: inHome("\\.cache/pipenv"),
    mount: "/root/.cache/pipenv",
    source: "https://pipenv.pypa.io/en/latest/configuration.html",
    remedies: [copied, fills],
  },
  {
    // Not `packages` next to them, which is linked into environments under `install.cache`.
    id: "pdm-cache",
    title: "PDM cache",
    category: "caches",
    pattern: inHome("\\.cache/pdm/(?:http|hashes|metadata|wheels)"),
    mount: "/root/.cache/pdm",
    source: "https://pdm-project.org/latest/usage/config/",
    remedies: [copied, fills],
  },
  {
    // Only archives: the unpacked packages next to them are hard-linked into environments.
    id: "conda-packages",
    title: "conda package cache",
    category: "caches",
    pattern: /(?:^|\/)(?:(?:ana|mini|micro)?(?:conda|mamba)3?|miniforge3?|mambaforge)\/pkgs\/(?:https?\/.*\/)?[^/]+\.(?:conda|tar\.bz2)$/,
    name: /\.(?:conda|tar\.bz2)$/,
    source: "https://docs.conda.io/projects/conda/en/stable/commands/clean.html",
    remedies: [{ advice: "end the RUN that installs with `&& conda clean --all --yes`" }],
  },
  {
    // Not `_npx` next to them, which holds the programs that npx installed.
    id: "npm-cache",
    title: "npm cache",
    category: "caches",
    pattern: inHome("\\.npm/(?:_cacache|_logs|_prebuilds)"),
    mount: "/root/.npm",
    source: "https://docs.npmjs.com/cli/v11/commands/npm-cache",
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
    pattern: new RegExp(`^(?:usr/local/share/\\.cache/yarn|${home}(?:\\.cache/yarn|\\.yarn/berry/(?:metadata|index)))/`),
    mount: "/usr/local/share/.cache/yarn",
    source: "https://classic.yarnpkg.com/en/docs/cli/cache/",
    remedies: [{ command: /\byarn\b/, advice: "end the RUN that calls yarn with `&& yarn cache clean`" }, copied, fills],
  },
  {
    id: "pnpm-cache",
    title: "pnpm metadata",
    category: "caches",
    pattern: inHome("\\.cache/pnpm/metadata[^/]*"),
    mount: "/root/.cache/pnpm",
    source: "https://pnpm.io/settings#cachedir",
    remedies: [copied, fills],
  },
  {
    id: "node-gyp-cache",
    title: "node-gyp headers",
    category: "caches",
    pattern: inHome("\\.cache/node-gyp"),
    mount: "/root/.cache/node-gyp",
    source: "https://github.com/nodejs/node-gyp#readme",
    remedies: [copied, { advice: "remove ~/.cache/node-gyp in the RUN that builds native modules" }],
  },
  {
    id: "go-build-cache",
    title: "Go build cache",
    category: "caches",
    pattern: inHome("\\.cache/go-build"),
    mount: "/root/.cache/go-build",
    source: "https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching",
    remedies: [copied, { advice: "build in an earlier stage and copy only the binary" }],
  },
  {
    id: "composer-cache",
    title: "Composer cache",
    category: "caches",
    pattern: inHome("(?:\\.composer/cache|\\.cache/composer)"),
    mount: "/root/.composer/cache",
    source: "https://getcomposer.org/doc/06-config.md#cache-dir",
    remedies: [{ command: /\bcomposer\b/, advice: "call composer with `--no-cache`" }, fills],
  },
  {
    // Only the cache of a GEM_HOME: `bundle install --local` installs from the vendor/cache that `bundle cache` makes.
    id: "gem-cache",
    title: "RubyGems cache",
    category: "caches",
    pattern: /(?:^usr\/local\/bundle|(?:^|\/)(?:gems|(?:j|truffle)?ruby)\/\d[\w.-]*)\/cache\/[^/]+\.gem$/,
    name: /\.gem$/,
    keep: /(?:^|\/)vendor\/cache\//,
    source: "https://guides.rubygems.org/command-reference/#gem-install",
    remedies: [{ advice: 'end the RUN that installs gems with `&& rm -rf "$(gem env gemdir)"/cache`' }],
  },
  {
    id: "nuget-http-cache",
    title: "NuGet HTTP cache",
    category: "caches",
    pattern: inHome("\\.local/share/NuGet/(?:http-cache|v3-cache|plugins-cache)"),
    mount: "/root/.local/share/NuGet",
    source: "https://learn.microsoft.com/nuget/consume-packages/managing-the-global-packages-and-cache-folders",
    remedies: [copied, { advice: "end the RUN that restores with `&& dotnet nuget locals http-cache --clear`" }],
  },
];
