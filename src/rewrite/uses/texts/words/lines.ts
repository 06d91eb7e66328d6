/** What the words around a path say of it: whether it is listed, searched, removed or only printed. */

/** What stands before a folder in which everything may be looked for. */
const searched =
  /(?:\b(?:PATH|PYTHONPATH|NODE_PATH|LD_LIBRARY_PATH|CLASSPATH|RUBYLIB|PERL5LIB|GEM_PATH|GEM_HOME|java\.library\.path)["']?\s*[=:,]|(?<![\w-])-(?:cp|-?class-?path|-module-path|I|L))[\s"'=,]*[^\s;&|]{0,500}$/;
/** The same as settings call it: `include_path`, `extensionDirs`, `set_include_path(`. */
const searchedSetting =
  /\b\w{0,40}(?:include|extension|plugin|module|library|load|search|class)s?[-_.]?(?:path|dir)s?["']?\s*[=:,(][\s"'=,]*[^\s;&|]{0,500}$/i;
/** Files that name folders only because libraries are looked for there. */
const ofSearchPaths = /^etc\/ld(?:\.so\.conf|-musl-[^/]*\.path$)|\.runtimeconfig(?:\.dev)?\.json$/;
/** How languages ask for the folder of temporary files. */
export const asksForTemporary =
  /\bgettempdir\b|\btmpdir\b|\bsys_get_temp_dir\b|\bGetTempPath\b|\b(?:std::)?env::temp_dir\b|\bos\.TempDir\b|java\.io\.tmpdir|\$\{?TMPDIR\b|["']tmp["']\s*\)?\s*[,/]\s*["']|["']tmp["']\s*\)\s*\.\w/;
/** The same in compiled code. */
export const asksInProgram = ["java.io.tmpdir", "gettempdir", "TMPDIR", "GetTempPath", "temp_dir"];
/** Who reads a folder as a whole: programs that list, copy or serve it, and the calls of languages. */
const enumerates =
  /\b(?:find|ls|cp|rsync|httpd|http-server|http\.server|serve|glob|rglob|iterdir|listdir|scandir|opendir|readdir\w*|walk|walkdir|ReadDir|WalkDir|run-parts|inotifywait|zip)\b|Dir\[/;
/** Lines that take away or hand over what they name, which is no use of it. */
export const removing = /\b(?:rm|rmdir|unlink|clean|delete|truncate|shred|chown|chmod|chgrp|mkdir)\b/;

/** Who reads a log, and not only writes one. */
const readsLog = /\b(?:tail|cat|less|grep|multitail|logpath|imfile|file_glob|paths?|__path__|read_from|input)\b/i;
const comment = /^\s*(?:#(?!!)|;|\/\/|\*|<!--|--|rem\b)/i;

/** True where the line is only for people. */
export function isComment(line: string): boolean {
  return comment.test(line);
}

/** True where the line reads the log that it names. */
export function isLogRead(line: string): boolean {
  return readsLog.test(line);
}

/** What logs are called; other files lie among them for another reason. */
const logName = /(?:log|err|out|trace|txt|gz|xz|old|\d)$/i;

export function isLogName(name: string): boolean {
  return logName.test(name);
}

/** True where everything in the folder named at `at` may be looked for. `path`: of the file that the text is from; "" for a command. */
export function isSearched(text: string, at: number, path: string): boolean {
  const before = text.slice(Math.max(0, at - 600), at);
  return ofSearchPaths.test(path) || searched.test(before) || searchedSetting.test(before);
}

/** True where a line lists, copies or serves the folder it names. */
export function isListed(line: string): boolean {
  return enumerates.test(line) && !removing.test(line);
}

/** True in the arguments of an `rm -f`, which does not mind what is gone already. */
export function isCleared(text: string, at: number): boolean {
  const line = text.slice(Math.max(0, at - 500), at);
  return /(?:^|[;&|\n({])\s*(?:sudo\s+)?rm\s+(?:-\w+\s+){0,3}-\w*f[^;&|\n]*$/.test(line);
}

/** The command, statement or setting around a place: what stands before and behind it, as far as 500 bytes to both sides. */
export function commandAround(text: string, at: number, end: number): { before: string; behind: string } {
  const before = text.slice(Math.max(0, at - 500), at);
  const behind = text.slice(end, end + 500);
  const start = Math.max(...[";", "|", "\n", "&&"].map((sign) => endOfLast(before, sign)));
  const cut = behind.search(/[;\n]|&&|\|/);
  return { before: before.slice(start), behind: cut < 0 ? behind : behind.slice(0, cut) };
}

function endOfLast(text: string, sign: string): number {
  const at = text.lastIndexOf(sign);
  return at < 0 ? 0 : at + sign.length;
}

/** The line around a place, as far as 500 bytes to both sides. */
export function lineAt(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 500), at);
  const behind = text.slice(at, at + 500);
  const end = behind.indexOf("\n");
  return before.slice(before.lastIndexOf("\n") + 1) + (end < 0 ? behind : behind.slice(0, end));
}
