/**
 * Loads the pieces into which the build gathers the program (scripts/bundle/scripts.mjs). They are scripts rather than modules, because
 * V8 accepts the code that it compiled from a script in an earlier run; for modules it does so only from Node 22 on.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

/** What a piece exports, by name. */
type Piece = Readonly<Record<string, unknown>>;
/** The function whose body is the whole piece. */
type Body = (loadPiece: typeof piece, importModule: (specifier: string) => Promise<unknown>, ownPlace: Place) => Piece;

/** The part of a module's `import.meta` that pieces use. */
interface Place {
  readonly url: string;
  readonly dirname: string;
}

/** Keeps the code that V8 compiles from pieces between runs. */
export interface CodeKeeper {
  /** The code that V8 compiled from this source before. */
  readonly codeOf: (name: string, source: Uint8Array) => Buffer | undefined;
  readonly onCompiled: (name: string, script: Script) => void;
  /** To be called when the process ends, with its exit status. */
  readonly onExit: (status: number) => void;
}

const directory = join(import.meta.dirname, "../../../chunks");
const loaded = new Map<string, Piece>();
let keeper: CodeKeeper | null = null;

/** Compiles all further pieces with the help of `next`. Only the executable calls this; programs that import the library keep nothing. */
export function keepWith(next: CodeKeeper): void {
  keeper = next;
}

/** The exports of a piece, which is loaded and run on first use. */
export function piece(name: string): Piece {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const filename = join(directory, `${name}.cjs`);
  const source = readFileSync(filename);
  const cachedData = keeper?.codeOf(name, source);
  const script = new Script(source.toString("latin1"), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  keeper?.onCompiled(name, script);
  const body = script.runInThisContext() as Body;
  // Once built, this file is next to the pieces and resolves names as they would.
  const importModule = (specifier: string): Promise<unknown> => import(specifier);
  const exports = body(piece, importModule, { url: new URL(`../../../chunks/${name}.cjs`, import.meta.url).href, dirname: directory });
  loaded.set(name, exports);
  return exports;
}
