/** Tools that run programs out of a store: who calls one at run time uses the store. */

interface Tool {
  /** Matched against commands and scripts; linear. */
  readonly command: RegExp;
  /** Rules of the leftovers whose stores it runs from. */
  readonly rules: readonly string[];
  readonly name: string;
}

/** The word as a command: at the beginning, behind a blank, a quote, a slash or an operator, and with a blank, a quote or the end behind it. */
const before = "(?:^|[\\s\"'`/;&|(=\\[,])";
const after = "(?=$|[\\s\"'`;&|),\\]])";
const gap = "[\\s\"',]+(?:-\\S+[\\s\"',]+){0,4}";

function tool(name: string, command: string, ...rules: string[]): Tool {
  return { name, rules, command: new RegExp(`${before}${command}${after}`) };
}

export const tools: readonly Tool[] = [
  tool("npx", `(?:npx|npm${gap}(?:exec|x))`, "npx-programs", "npm-cache"),
  tool("uv", `(?:uvx|uv${gap}(?:run|tool))`, "uv-environments", "uv-cache"),
  tool("yarn", `yarn(?:pkg)?`, "yarn-store"),
  tool("pnpm", `(?:pnpm|pnpx)`, "pnpm-store"),
  tool("bun", `bunx?`, "bun-store"),
  tool("go", `go${gap}(?:run|test|build|tool|generate|install)`, "go-module-cache", "go-build-cache"),
  tool("mvn", `(?:mvn|mvnw|mvnd)`, "maven-repository"),
  tool("gradle", `gradlew?`, "gradle-cache", "maven-repository"),
  tool("sbt", `(?:sbt|scala-cli|coursier)`, "ivy-cache", "maven-repository"),
  tool("ant", `ant`, "ivy-cache", "maven-repository"),
  tool("lein", `(?:lein|clojure|clj)`, "maven-repository"),
  tool("jbang", `jbang`, "maven-repository"),
  tool("cargo", `cargo${gap}\\S+`, "cargo-registry"),
  tool("dotnet", `dotnet${gap}(?:run|watch|test|build|tool|restore)`, "nuget-packages", "nuget-http-cache"),
];
