/** docs/api.md: every declaration that whoever imports Ballast can see, as the compiler emits it. A change of the public surface shows there. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { compareTexts } from "../../src/base/text/compare-texts.ts";

interface Declaration {
  readonly file: string;
  readonly name: string;
  /** With its doc comment. */
  readonly text: string;
}

interface Module {
  readonly declarations: readonly Declaration[];
  /** Local name → what it stands for; also what is exported from elsewhere. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
  /** Names that are exported from elsewhere. */
  readonly reexports: readonly string[];
}

/** Types of the file tree are there to be walked; how a layer's entries are kept is not for programs to build on. */
const opaque: ReadonlySet<string> = new Set(["Catalog", "MergedTree"]);

const head = `# The library's surface

Made from what the compiler emits by \`npm run generate\`; a test compares them. [The library](library.md) tells how to use it and what a
version number promises. Bytes are numbers of bytes, paths absolute, times RFC 3339, unless a comment says otherwise.
`;

/** @param dist where the declarations lie: `dist` */
export function apiPage(dist: string): string {
  const modules = new Map<string, Module>();
  const entry = join(dist, "src/index.d.ts");
  const named = moduleOf(entry, modules).reexports.map((name) => resolve(entry, name, modules));
  const all = new Map<string, Declaration>();
  const waiting = named.flatMap((declarations) => declarations);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const key = `${next.file} ${next.name}`;
    const known = all.get(key);
    if (known?.text.includes(next.text) === true) continue;
    // The overloads of one function are several declarations.
    all.set(key, known === undefined ? next : { ...known, text: `${known.text}\n${next.text}` });
    if (opaque.has(next.name)) continue;
    for (const name of namesIn(next.text)) waiting.push(...resolve(next.file, name, modules));
  }
  const isNamed = new Set(named.flatMap((declarations) => declarations.map(({ file, name }) => `${file} ${name}`)));
  const sorted = [...all].toSorted(([, a], [, b]) => compareTexts(a.name, b.name) || compareTexts(a.file, b.file));
  const isValue = ({ text }: Declaration): boolean => /^export declare /m.test(text);
  const section = (title: string, fits: (key: string, declaration: Declaration) => boolean): string => {
    const texts = sorted.filter(([key, declaration]) => fits(key, declaration)).map(([, declaration]) => shown(declaration, dist));
    return `\n## ${title}\n\n\`\`\`ts\n${texts.join("\n")}\`\`\`\n`;
  };
  return [
    head,
    section("Functions and values", (key, declaration) => isNamed.has(key) && isValue(declaration)),
    section("Types", (key, declaration) => isNamed.has(key) && !isValue(declaration)),
    section("Types they are made of, which are not exported by name", (key) => !isNamed.has(key)),
  ].join("");
}

function shown({ name, text, file }: Declaration, dist: string): string {
  if (opaque.has(name)) return `/** Not part of what is promised. */\nexport interface ${name} {} // ${relative(dist, file)}\n`;
  return `${text
    .replaceAll(/^ {4,}/gm, (spaces) => spaces.slice(spaces.length / 2))
    .replaceAll(/^ {2}#private;\n/gm, "")
    .trimEnd()}\n`;
}

function namesIn(text: string): Set<string> {
  return new Set(text.replaceAll(/\/\*[\s\S]*?\*\/|"[^"]*"|\/\/.*$/gm, "").match(/\b[A-Za-z_]\w*\b/g));
}

/** What a name stands for in a file; nothing when it is a keyword, a member, or comes with Node or TypeScript. */
function resolve(file: string, name: string, modules: Map<string, Module>): readonly Declaration[] {
  const { declarations, imports } = moduleOf(file, modules);
  const found = declarations.filter((declaration) => declaration.name === name);
  if (found.length > 0) return found;
  const target = imports.get(name);
  return target === undefined ? [] : resolve(target.file, target.name, modules);
}

function moduleOf(file: string, modules: Map<string, Module>): Module {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const module = readModule(file);
  modules.set(file, module);
  return module;
}

function readModule(file: string): Module {
  const declarations: Declaration[] = [];
  const imports = new Map<string, { readonly file: string; readonly name: string }>();
  const reexports: string[] = [];
  // The first comment is the file's own.
  for (const text of statements(readFileSync(file, "utf8"))) {
    const [, kind, names, from] = /^(import|export) (?:type )?\{([^}]*)\}(?: from "([^"]+)")?/m.exec(text) ?? [];
    if (kind === undefined) {
      const name = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|function|const|enum) (\w+)/m.exec(text)?.[1];
      if (name !== undefined) declarations.push({ file, name, text });
      continue;
    }
    for (const part of names!.split(",").filter((each) => each.trim() !== "")) {
      const [name = "", local = name] = part
        .trim()
        .replace(/^type /, "")
        .split(" as ");
      if (kind === "export") reexports.push(local);
      if (from?.startsWith(".") === true) imports.set(local, { file: join(dirname(file), from.replace(/\.[jt]s$/, ".d.ts")), name });
    }
  }
  return { declarations, imports, reexports };
}

/** A file's statements at its top level, each with the doc comment before it. */
function statements(source: string): string[] {
  const found: string[] = [];
  let comment: string[] = [];
  let isComment = false;
  for (const line of source.split("\n")) {
    if (line.startsWith("/**")) {
      comment = [];
      isComment = true;
    }
    if (isComment) {
      comment.push(line);
      if (line.endsWith("*/")) isComment = false;
      continue;
    }
    if (/^(?:export|import|declare|interface|type|class|abstract)\b/.test(line)) {
      found.push([...comment, line].join("\n"));
      comment = [];
    } else if (found.length > 0) {
      // Comments of members are indented, and stay where they are.
      found[found.length - 1] += `\n${line}`;
    }
  }
  return found;
}
