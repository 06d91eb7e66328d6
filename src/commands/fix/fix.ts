import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

import type { Analysis } from "../../../analyzers/analysis.ts";
import type { DockerfileMatch } from "../../../analyzers/dockerfile/match.ts";
import { BallastError, ExitStatus, systemErrorCode } from "../../base/errors.ts";
import { writeUndoable } from "../../base/files/output-file.ts";
import { decodeText, encodeText } from "../../base/text/utf8.ts";
import type { Fix } from "../../../analyzers/dockerfile/fixes/fix.ts";
import type { FixedDockerfile, IgnoreFile } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";
import { sanitize, sanitizeLines } from "../../terminal/sanitize.ts";
import { defineCommand } from "../command.ts";
import type { Arguments, CommandIo } from "../command.ts";
import { analysisFlags } from "../flags/analysis-flags.ts";
import type { FlagTable } from "../flags/flag.ts";
import { buildArguments } from "../shared/dockerfile.ts";
import { builders } from "./builder.ts";
import type { Variant, Verification } from "./verify.ts";
import { analyzeFromArguments } from "../shared/analyze-named.ts";
import { jsonText } from "../../report/json-text.ts";

const flags = {
  ...analysisFlags,
  context: {
    type: "string",
    value: "DIR",
    describe: "The build's context, where .dockerignore lies; the Dockerfile's directory by default",
  },
  patch: { type: "string", value: "FILE", describe: "Write the unified diff to this file; - prints the diff and nothing else" },
  write: { type: "boolean", describe: "Change the Dockerfile (and .dockerignore)" },
  only: { type: "strings", value: "FIXES", describe: "Make only these fixes: ids or rules, separated by commas" },
  except: { type: "strings", value: "FIXES", describe: "Leave these fixes out" },
  verify: { type: "boolean", describe: "Build the old and the new file, and keep the fixes that save what they promise" },
  builder: { type: "choice", choices: builders, describe: "Builder for --verify; by default the first that answers" },
  secret: { type: "strings", value: "SECRET", describe: "Secret for the builder, written as for docker build" },
  network: { type: "string", value: "NETWORK", describe: "Network for the builder" },
  json: { type: "boolean", describe: "Print fixes, advice and patch as JSON" },
  force: { alias: "f", type: "boolean", describe: "Overwrite the patch file" },
} as const satisfies FlagTable;

type FixArguments = Arguments<typeof flags, { readonly image: "required" }>;

export const fix = defineCommand({
  usage: "fix <image>",
  summary: "Finds what to change in the Dockerfile so that the image gets smaller, with the bytes that each change saves, as a patch.",
  examples: [
    ["ballast fix app --dockerfile Dockerfile", "Show the fixes, what each saves, and the patch"],
    ["ballast fix app --dockerfile Dockerfile --write", "Change the Dockerfile"],
    ["ballast fix app --only apt-lists,pip-cache --patch fix.patch", "Some of them, as a patch for `git apply`"],
    ["ballast fix app --target prod --build-arg VERSION=3", "Say how the image was built"],
  ],
  positionals: { image: "required" },
  flags,
  epilogue: "docs/fix.md lists the rules. Comments, formatting and everything that no fix names stay as they are, byte for byte.",
  async run(args, io) {
    const file = args.dockerfile ?? "Dockerfile";
    const ignore = await ignoreFile(file, args.context ?? dirname(file));
    const { analysis, opened } = await analyzeFromArguments(args.image, { ...args, dockerfile: file, verify: true }, io, {
      duplicates: false,
      singlePass: false,
    });
    try {
      const [{ fixDockerfile }, { manifestTexts }] = await Promise.all([
        import("../../../analyzers/dockerfile/fixes/fix-dockerfile.ts"),
        import("../../operations/manifest-texts.ts"),
      ]);
      const { match } = analysis.dockerfile!;
      const texts = await manifestTexts(analysis.image, analysis.tree);
      const select = (except: readonly string[]): FixedDockerfile =>
        fixDockerfile(match, { ...analysis, texts }, ignore, { only: args.only.length === 0 ? null : ids(args.only), except });
      const chosen = select(ids(args.except));
      const verification = args.verify && chosen.fixes.length > 0 ? await verify({ args, io, match, chosen, ignore, select, file }) : null;
      const fixed =
        verification === null || verification.takenOut.length === 0
          ? chosen
          : select([...ids(args.except), ...verification.takenOut.map(({ fix: { id } }) => id)]);
      await show(args, io, { analysis, match, fixed, ignore, verification });
      if (args.write) await writeFixed(file, fixed, ignore, io);
      return ExitStatus.ok;
    } finally {
      await opened.close();
    }
  },
});

interface VerifyArguments {
  readonly args: FixArguments;
  readonly io: CommandIo;
  readonly match: DockerfileMatch;
  readonly chosen: FixedDockerfile;
  readonly ignore: IgnoreFile;
  readonly file: string;
  readonly select: (except: readonly string[]) => FixedDockerfile;
}

async function verify({ args, io, match, chosen, ignore, file, select }: VerifyArguments): Promise<Verification> {
  const [{ findBuilder }, { verifyFixes }] = await Promise.all([import("./builder.ts"), import("./verify.ts")]);
  const builder = await findBuilder(args.builder, io);
  const secrets = chosen.fixes.flatMap(({ secret }) => secret ?? []);
  const given = buildArguments(args.buildArg, io.env);
  const flags = [
    ...args.buildArg.flatMap((word) => ["--build-arg", word]),
    ...args.secret.flatMap((word) => ["--secret", word]),
    // A build argument that becomes a secret is passed on as one.
    ...secrets
      .filter(({ id }) => !args.secret.some((word) => word.split(",").includes(`id=${id}`)))
      .flatMap(({ id, name }) => ["--secret", `id=${id},env=${name}`]),
    ...(args.target === null ? [] : ["--target", args.target]),
    ...(args.network === null ? [] : ["--network", args.network]),
  ];
  const env = Object.fromEntries(secrets.map(({ name }) => [name, given.get(name) ?? io.env[name] ?? ""]));
  const variant = (fixes: readonly Fix[]): Variant => {
    const { text, ignore: changed } = select(
      chosen.fixes
        .concat(chosen.left)
        .filter((fix) => !fixes.includes(fix) && !fixes.some(({ id }) => id === fix.id))
        .map(({ id }) => id),
    );
    return { text, ignore: changed?.text ?? ignore.text };
  };
  const old = { text: match.dockerfile.text, ignore: ignore.text };
  return verifyFixes(
    { builder, context: args.context ?? dirname(file), flags, env, old, fixes: chosen.fixes, variant },
    { ...args, verify: true },
    io,
  );
}

function ids(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.split(",").map((id) => id.trim())).filter((id) => id !== "");
}

/** `FILE.dockerignore` next to the Dockerfile takes precedence over that of the context, as with BuildKit. */
async function ignoreFile(file: string, context: string): Promise<IgnoreFile> {
  for (const path of [`${file}.dockerignore`, join(context, ".dockerignore")]) {
    try {
      return { path, text: decodeText(await readFile(path)) };
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT")
        throw new BallastError("read-failed", `${path} cannot be read (${systemErrorCode(error) ?? "unknown error"})`, { cause: error });
    }
  }
  return { path: join(context, ".dockerignore"), text: null };
}

interface Shown {
  readonly analysis: Analysis;
  readonly match: DockerfileMatch;
  readonly fixed: FixedDockerfile;
  readonly ignore: IgnoreFile;
  readonly verification: Verification | null;
}

async function show(args: FixArguments, io: CommandIo, { analysis, match, fixed, ignore, verification }: Shown): Promise<void> {
  const { patchOf } = await import("../../../analyzers/dockerfile/fixes/fix-dockerfile.ts");
  const { file, text } = match.dockerfile;
  const root = patchRoot([file, ignore.path]);
  const here = (path: string): string => relative(root, path);
  const patch =
    (await patchOf(here(file), text, fixed.text)) +
    (fixed.ignore === null ? "" : await patchOf(here(ignore.path), ignore.text, fixed.ignore.text));
  if (args.json) {
    const { fixDocument } = await import("../../report/fix/json.ts");
    io.stdout.write(jsonText(fixDocument({ fixed, match, image: analysis.image, patch, verification })));
  }
  if (args.patch !== null && args.patch !== "-") {
    const { writeOutputFile } = await import("../../base/files/output-file.ts");
    await writeOutputFile(args.patch, bytesOf(patch), { force: args.force, signal: io.signal });
  }
  if (args.json) return;
  const { renderFixText } = await import("../../report/fix/text.ts");
  const table = renderFixText(fixed, {
    file,
    reference: sanitize(analysis.image.reference),
    columns: io.stdout.columns || 80,
    notes: root === process.cwd() ? match.notes : [...match.notes, `the patch's paths begin at ${root}: apply it there`],
    verification,
  });
  // A patch on standard output is for programs, so nothing else may be printed there.
  if (args.patch === "-") {
    io.stderr.write(table);
    io.stdout.write(encodeText(patch));
    return;
  }
  io.stdout.write(table);
  if (args.patch === null && !args.write && patch !== "") io.stdout.write(`\n${io.stdout.isTTY ? sanitizeLines(patch) : patch}`);
}

/** Where the patch is to be applied: here, or in the nearest directory that holds its files, because no tool applies a patch with `..`. */
function patchRoot(files: readonly string[]): string {
  const paths = files.map((path) => resolve(path));
  const holds = (root: string): boolean => paths.every((path) => !`${relative(root, path)}/`.startsWith("../"));
  if (holds(process.cwd())) return process.cwd();
  let root = dirname(paths[0]!);
  while (!holds(root)) root = dirname(root);
  return root;
}

/** Writes both files or neither: what the first one replaced is kept until the second is written. */
async function writeFixed(file: string, fixed: FixedDockerfile, ignore: IgnoreFile, io: CommandIo): Promise<void> {
  if (fixed.fixes.length === 0) return;
  const options = { force: true, signal: io.signal };
  const written = await writeUndoable(file, bytesOf(fixed.text), options);
  try {
    if (fixed.ignore !== null)
      await (await writeUndoable(fixed.ignore.path, bytesOf(fixed.ignore.text), { ...options, force: ignore.text !== null })).keep();
  } catch (error) {
    await written.undo();
    throw error;
  }
  await written.keep();
  io.stderr.write(`written: ${sanitize(file)}${fixed.ignore === null ? "" : `, ${sanitize(fixed.ignore.path)}`}\n`);
}

/** The text's bytes; those that are not UTF-8 are unchanged. */
async function* bytesOf(text: string): AsyncIterable<Buffer> {
  yield encodeText(text);
}
