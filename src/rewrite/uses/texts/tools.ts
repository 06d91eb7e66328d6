/** Tools that run programs from a store, or install from one without a network: calling one at run time uses the store. */

interface Tool {
  /** Matched against commands and scripts; linear. */
  readonly command: RegExp;
  /** Matched against sources of any language, where the tool's name must follow a quote. */
  readonly quoted: RegExp;
  /** Rules of the leftovers whose stores it runs from. */
  readonly rules: readonly string[];
  readonly name: string;
  /** If set, only these of the store's own children count. */
  readonly children?: RegExp;
  /** If set, only repositories of a folder that contains the caller or WORKDIR, or that the text or the config names. */
  readonly isNear?: true;
  /** If set, only stores in folders whose path matches. */
  readonly folder?: RegExp;
  /** If it matches, the tool fetches the store's content again. */
  readonly unless?: RegExp;
}

/** A word is a command at the start, or after a space, quote, slash or operator; a space, quote, operator or the end must follow. */
const before = "(?:^|[\\s\"'`/;&|(=\\[,])";
const after = "(?=$|[\\s\"'`;&|),\\]])";
const gap = "[\\s\"',]+(?:-\\S+[\\s\"',]+){0,4}";

function tool(name: string, command: string, ...rules: string[]): Tool {
  return { name, rules, command: new RegExp(`${before}${command}${after}`), quoted: new RegExp(`["'\`]${command}${after}`) };
}

/** Only at the start of a command: `man` is also a Debian user. */
const callsMan = /(?:^|[\n;&|(`]|\b(?:exec|do|then|else|sudo)\s)[ \t]*(?:\/usr\/bin\/)?(?:man|apropos|whatis)[ \t\n"',]+[\w$-]/;
const git = `(?:git(?:[\\s"',]+-C[\\s"',]+\\S+)?${gap}(?:rev-parse|rev-list|describe|log|show|status|pull|fetch|checkout|diff|reset|submodule|branch|tag|ls-files|archive|worktree|commit|push|merge|name-rev|symbolic-ref)|hg${gap}(?:id|identify|log|pull|update|status)|svn${gap}(?:info|update|up|log|status)|svnversion)`;
const readsRepository =
  /["'`/]\.(?:git|hg|svn)["'`/]|\b(?:setuptools_scm|versioneer|dulwich|pygit2|nodegit|simple-git|isomorphic-git|git-rev-sync|jgit|go-git|LibGit2Sharp|findGitDir)\b|\bgit\.Repo\b|\bfrom git import\b|\bRugged::/;
/** The same for compiled code, which stores the words of a call separately. */
export const asksForRepository = ["rev-parse", "rev-list", "symbolic-ref", ".git/HEAD"];
const servesRepositories =
  /\bgit[\s"',]+(?:daemon|http-backend|instaweb)\b|\b(?:git-http-backend|git-daemon|gitweb|cgit|git-shell|gitolite|gitea|gogs|hgweb|svnserve)\b/;
const readsPackages = /^[ \t]*(?:import|from)[ \t]+apt(?:_pkg|_inst)?\b/m;

const offline = /^[ \t]*(?:prefer-)?offline[ \t]*=[ \t]*true\b/m;

/** Settings that make a tool install from its cache, however it is called. */
export const offlineSettings: readonly { readonly file: RegExp; readonly setting: RegExp; readonly rule: string }[] = [
  { file: /^\.?npmrc$/, setting: offline, rule: "npm-cache" },
  { file: /^(?:uv|pyproject)\.toml$/, setting: offline, rule: "uv-cache" },
];

export const tools: readonly Tool[] = [
  tool("npx", `(?:npx|npm${gap}(?:exec|x))`, "npx-programs", "npm-cache"),
  tool("uv", `(?:uvx|uv${gap}(?:run|tool))`, "uv-environments", "uv-cache"),
  // Offline, npm and yarn install from their caches.
  tool("npm", `npm${gap}(?:ci|i|install|add|rebuild)[^;&|]{0,200}--(?:prefer-)?offline`, "npm-cache"),
  // A variable applies to every command.
  tool("npm", `(?:npm_config_(?:prefer_)?offline|NPM_CONFIG_(?:PREFER_)?OFFLINE)=["']?(?:true|1)`, "npm-cache"),
  tool("uv", `(?:uv[^;&|]{0,200}--offline|UV_OFFLINE=["']?(?:true|1))`, "uv-cache"),
  tool("composer", `COMPOSER_DISABLE_NETWORK=["']?(?:true|1)`, "composer-cache"),
  tool("pnpm", `(?:pnpm[^;&|]{0,200}--(?:prefer-)?offline)`, "pnpm-cache"),
  tool("yarn", `yarn(?:pkg)?`, "yarn-store"),
  tool("yarn", `yarn(?:pkg)?[^;&|]{0,200}--(?:prefer-)?offline`, "yarn-cache"),
  tool("node-gyp", `(?:node-gyp|npm${gap}(?:rebuild|rb))`, "node-gyp-cache"),
  tool("pnpm", `(?:pnpm|pnpx)`, "pnpm-store"),
  tool("bun", `bunx?`, "bun-store"),
  // It runs `/tmp/bunx-0-cowsay@latest`.
  { ...tool("bunx", `(?:bunx|bun${gap}x)`, "temporary-files"), children: /^bunx-/ },
  tool("go", `go${gap}(?:run|test|build|tool|generate|install)`, "go-module-cache", "go-build-cache"),
  tool("mvn", `(?:mvn|mvnw|mvnd)`, "maven-repository"),
  tool("gradle", `gradlew?`, "gradle-cache", "maven-repository"),
  tool("sbt", `(?:sbt|scala-cli|coursier)`, "ivy-cache", "maven-repository"),
  tool("ant", `ant`, "ivy-cache", "maven-repository"),
  tool("lein", `(?:lein|clojure|clj)`, "maven-repository"),
  tool("jbang", `jbang`, "maven-repository"),
  tool("cargo", `cargo${gap}\\S+`, "cargo-registry"),
  tool("conda", `(?:conda|mamba|micromamba)${gap}(?:create|install|update|env)`, "conda-packages"),
  {
    ...tool(
      "apt-get",
      `(?:(?:apt|apt-get|aptitude)${gap}(?:install|reinstall|upgrade|full-upgrade|dist-upgrade|download|source|build-dep|satisfy|show|search|policy)|apt-cache${gap}\\S+)`,
      "apt-lists",
    ),
    unless: /\bapt(?:-get|itude)?\s+(?:-\S+\s+){0,4}update\b/,
  },
  { name: "python-apt", command: readsPackages, quoted: readsPackages, rules: ["apt-lists"] },
  tool("apt-get", `(?:apt|apt-get)[^;&|]{0,200}--no-download`, "apt-archives", "apt-lists"),
  {
    ...tool("apk", `apk${gap}(?:add|upgrade|fetch|search)`, "apk-cache"),
    unless: /--no-cache|--update|\s-\w*U|\bapk\s+(?:-\S+\s+){0,4}update\b/,
  },
  tool("dnf", `(?:dnf|yum|microdnf)[^;&|]{0,200}\\s(?:-C|--cacheonly)`, "dnf-cache"),
  tool(
    "gem",
    `(?:gem${gap}(?:pristine|install[^;&|]{0,200}(?:--local|-l)\\b)|bundler?${gap}(?:pristine|cache|package|install[^;&|]{0,200}--local))`,
    "gem-cache",
  ),
  { ...tool("man", "man", "man-pages"), command: callsMan },
  { ...tool("git", git, "version-control"), isNear: true },
  // mix treats a dependency without its repository as not fetched.
  { ...tool("mix", `(?:mix|iex${gap}-S)${gap}\\S+`, "version-control"), folder: /(?:^|\/)deps\/[^/]+$/ },
  { name: "a server of repositories", command: servesRepositories, quoted: servesRepositories, rules: ["version-control"] },
  { name: "git", command: readsRepository, quoted: readsRepository, rules: ["version-control"], isNear: true },
  tool("dotnet", `dotnet${gap}(?:run|watch|test|build|tool|restore)`, "nuget-packages", "nuget-http-cache"),
];
