/**
 * Package stores that a build needs and a finished program usually does not. But `go run`, `mvn exec:java`, `npx`, yarn's Plug'n'Play and
 * class paths in scripts run programs right out of them, so they are reported but only removed when the category `stores` is asked for.
 */
import { copied, home, inHome } from "./rule.ts";
import type { LeftoverRule } from "./rule.ts";

const artifact = { advice: "build in an earlier stage and copy only the artifact" };
const binary = { advice: "build in an earlier stage and copy only the binary" };

export const storeRules: readonly LeftoverRule[] = [
  {
    id: "npx-programs",
    title: "programs that npx installed",
    category: "stores",
    pattern: inHome("\\.npm/_npx"),
    unit: 1,
    mount: "/root/.npm",
    source: "https://docs.npmjs.com/cli/v11/commands/npm-exec",
    remedies: [copied, { advice: "remove ~/.npm/_npx in the RUN that calls npx" }],
  },
  {
    id: "uv-environments",
    title: "environments that uvx made",
    category: "stores",
    pattern: inHome("\\.cache/uv/environments-v\\d+"),
    unit: 1,
    mount: "/root/.cache/uv",
    source: "https://docs.astral.sh/uv/reference/storage/",
    remedies: [{ command: /\buvx?\b/, advice: "call uv with `--no-cache`" }, copied, { advice: "install the tool with `uv tool install`" }],
  },
  {
    id: "yarn-store",
    title: "yarn's global store",
    category: "stores",
    pattern: inHome("\\.yarn/berry/cache"),
    mount: "/root/.yarn/berry/cache",
    source: "https://yarnpkg.com/configuration/yarnrc#enableGlobalCache",
    remedies: [
      { command: /\byarn\b/, advice: "end the RUN that calls yarn with `&& yarn cache clean`, unless the program runs by Plug'n'Play" },
      copied,
      { advice: "set `nodeLinker: node-modules` and remove the store" },
    ],
  },
  {
    id: "pnpm-store",
    title: "pnpm store",
    category: "stores",
    pattern: inHome("\\.local/share/pnpm/store"),
    mount: "/root/.local/share/pnpm/store",
    source: "https://pnpm.io/settings#storedir",
    remedies: [{ advice: "end the RUN that calls pnpm with `&& pnpm store prune`" }],
  },
  {
    id: "bun-store",
    title: "bun's global store",
    category: "stores",
    pattern: inHome("\\.bun/install/cache"),
    mount: "/root/.bun/install/cache",
    source: "https://bun.sh/docs/install/cache",
    remedies: [{ command: /\bbun\b/, advice: "end the RUN that calls bun with `&& bun pm cache rm`" }, copied, artifact],
  },
  {
    id: "go-module-cache",
    title: "Go module cache",
    category: "stores",
    pattern: new RegExp(`^(?:go|${home}go)/pkg/mod/`),
    mount: "/go/pkg/mod",
    source: "https://go.dev/ref/mod#module-cache",
    remedies: [copied, binary],
  },
  {
    id: "maven-repository",
    title: "Maven repository",
    category: "stores",
    pattern: inHome("\\.m2/repository"),
    mount: "/root/.m2",
    source: "https://maven.apache.org/guides/introduction/introduction-to-repositories.html",
    remedies: [copied, artifact],
  },
  {
    // Not `wrapper/dists` next to it, which holds the Gradle that `gradlew` runs.
    id: "gradle-cache",
    title: "Gradle cache",
    category: "stores",
    pattern: inHome("\\.gradle/caches"),
    mount: "/root/.gradle",
    source: "https://docs.gradle.org/current/userguide/directory_layout.html",
    remedies: [copied, artifact],
  },
  {
    id: "ivy-cache",
    title: "Ivy, Coursier and sbt caches",
    category: "stores",
    pattern: inHome("(?:\\.ivy2/cache|\\.cache/coursier|\\.sbt/boot)"),
    mount: "/root/.cache/coursier",
    source: "https://get-coursier.io/docs/cache",
    remedies: [copied, artifact],
  },
  {
    id: "cargo-registry",
    title: "Cargo registry",
    category: "stores",
    pattern: new RegExp(`^(?:usr/local/cargo|${home}\\.cargo)/(?:registry|git)/`),
    mount: "/usr/local/cargo/registry",
    source: "https://doc.rust-lang.org/cargo/guide/cargo-home.html",
    remedies: [copied, binary],
  },
  {
    id: "nuget-packages",
    title: "NuGet global packages",
    category: "stores",
    pattern: inHome("\\.nuget/packages"),
    mount: "/root/.nuget/packages",
    source: "https://learn.microsoft.com/nuget/consume-packages/managing-the-global-packages-and-cache-folders",
    remedies: [copied, { advice: "publish in an earlier stage and copy only the published folder" }],
  },
];
