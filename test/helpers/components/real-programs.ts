/** Programs as real tools install them, from the registries, made once per machine and kept in `.bench/`. */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "./run.ts";

const directory = join(import.meta.dirname, "../../../.bench/components/programs");

/** Folders by the name of the tool, each what a home directory holds afterwards. */
const installers = {
  /** `.npm` with a program that npx ran. */
  async npx(home: string): Promise<void> {
    await run("npx", ["-y", "semver@7.6.3", "1.2.3"], { env: { npm_config_cache: join(home, ".npm") } });
  },
  /** `app` with links into its own virtual store, and pnpm's caches and store. */
  async pnpm(home: string): Promise<void> {
    const app = application(home);
    const env = { HOME: home, XDG_DATA_HOME: "", XDG_CACHE_HOME: "", npm_config_cache: `${home}.npm` };
    await run("npx", ["-y", "pnpm@9.8.0", "--dir", app, "install"], { env });
  },
  /** `app` with a Plug'n'Play map of zips in the global folder. */
  async yarn(home: string): Promise<void> {
    const app = application(home);
    writeFileSync(join(app, "yarn.lock"), "");
    const env = {
      YARN_GLOBAL_FOLDER: join(home, ".yarn/berry"),
      YARN_ENABLE_TELEMETRY: "0",
      YARN_NODE_LINKER: "pnp",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
      npm_config_cache: `${home}.npm`,
    };
    await run("npx", ["-y", "-p", "@yarnpkg/cli-dist@4.9.1", "yarn", "--cwd", app, "install"], { env });
  },
  /** Wheels of uv and of something that it installs: it links by absolute paths, so it has to run in the image. */
  async uv(home: string): Promise<void> {
    await run("pip", ["download", "-q", "--no-deps", "-d", home, "uv==0.13.9", "six==1.17.0"]);
  },
  /** Wheels of Poetry, and of what it installs. */
  async poetry(home: string): Promise<void> {
    await run("pip", ["download", "-q", "--only-binary", ":all:", "--python-version", "3.11", "-d", home, "poetry==1.8.5", "six==1.17.0"]);
  },
  /** `.m2` with a library and the plugins that fetched it, a class that needs the library, and as much of Java as runs it. */
  async maven(home: string): Promise<void> {
    const repository = join(home, ".m2/repository");
    const artifact = "org.apache.commons:commons-lang3:3.14.0";
    await run("mvn", ["-q", "-B", `-Dmaven.repo.local=${repository}`, "dependency:get", `-Dartifact=${artifact}`]);
    const source = join(home, "Main.java");
    const main = 'System.out.println(org.apache.commons.lang3.StringUtils.reverse("nevaM"));';
    writeFileSync(source, `class Main { public static void main(String[] args) { ${main} } }\n`);
    await run("javac", ["-cp", join(repository, "org/apache/commons/commons-lang3/3.14.0/*"), "-d", join(home, "classes"), source]);
    await run("jlink", ["--add-modules", "java.base", "--strip-debug", "--output", join(home, "java")]);
  },
  /** A program, and the caches that its build left. */
  async go(home: string): Promise<void> {
    const source = join(home, "src");
    mkdirSync(source);
    writeFileSync(join(source, "go.mod"), "module hello\n\ngo 1.22\n\nrequire rsc.io/quote v1.5.2\n");
    writeFileSync(
      join(source, "main.go"),
      'package main\n\nimport (\n\t"fmt"\n\n\t"rsc.io/quote"\n)\n\nfunc main() { fmt.Println(quote.Go()) }\n',
    );
    const env = {
      GOPATH: join(home, "go"),
      GOCACHE: join(home, ".cache/go-build"),
      CGO_ENABLED: "0",
      GOFLAGS: "-modcacherw -mod=mod",
    };
    await run("go", ["build", "-C", source, "-o", join(home, "hello"), "."], { env });
  },
} as const;

export type RealProgram = keyof typeof installers;

function application(home: string): string {
  const app = join(home, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", version: "1.0.0", dependencies: { "is-odd": "3.0.1" } }));
  writeFileSync(join(app, "main.js"), 'console.log("three is odd:", require("is-odd")(3));\n');
  return app;
}

/** Copies what the tool installed to `target`. */
export async function copyRealProgram(name: RealProgram, target: string): Promise<void> {
  const path = join(directory, name);
  if (!existsSync(path)) {
    const part = `${path}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    await installers[name](part);
    if (readdirSync(part).length === 0) throw new Error(`${name} installed nothing`);
    renameSync(part, path);
  }
  cpSync(path, target, { recursive: true, verbatimSymlinks: true });
}
