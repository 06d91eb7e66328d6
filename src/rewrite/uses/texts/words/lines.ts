/** What the words around a path say about it: whether it is listed, searched, removed or only printed. */

/** What precedes a folder in which anything may be searched for. */
const searched =
  /(?:\b(?:PATH|PYTHONPATH|NODE_PATH|LD_LIBRARY_PATH|CLASSPATH|RUBYLIB|PERL5LIB|GEM_PATH|GEM_HOME|java\.library\.path)["']?\s*[=:,]|(?<![\w-])-(?:cp|-?class-?path|-module-path|I|L))[\s"'=,]*[^\s;&|]{0,500}$/;
/** The same as settings: `include_path`, `extensionDirs`, `set_include_path(`. */
const searchedSetting =
  /\b\w{0,40}(?:include|extension|plugin|module|library|load|search|class)s?[-_.]?(?:path|dir)s?["']?\s*[=:,(][\s"'=,]*[^\s;&|]{0,500}$/i;
/** Files that list folders to search for libraries. */
const ofSearchPaths = /^etc\/ld(?:\.so\.conf|-musl-[^/]*\.path$)|\.runtimeconfig(?:\.dev)?\.json$/;
/** How languages ask for the folder of temporary files. */
export const asksForTemporary =
  /\bgettempdir\b|\btmpdir\b|\bsys_get_temp_dir\b|\bGetTempPath\b|\b(?:std::)?env::temp_dir\b|\bos\.TempDir\b|java\.io\.tmpdir|\$\{?TMPDIR\b|["']tmp["']\s*\)?\s*[,/]\s*["']|["']tmp["']\s*\)\s*\.\w/;
/** The same for compiled code. */
export const asksInProgram = ["java.io.tmpdir", "gettempdir", "TMPDIR", "GetTempPath", "temp_dir"];
/** What reads a whole folder: programs that list, copy or serve it, and calls of languages. */
const enumerates =
  /\b(?:find|ls|cp|rsync|httpd|http-server|http\.server|serve|glob|rglob|iterdir|listdir|scandir|opendir|readdir\w*|walk|walkdir|ReadDir|WalkDir|run-parts|inotifywait|zip)\b|Dir\[/;
/** Commands that remove or create what they name, or change its owner or mode, which does not mean it is used. */
export const removing = /\b(?:rm|rmdir|unlink|clean|delete|truncate|shred|chown|chmod|chgrp|mkdir)\b/;

/** What reads a log, rather than only writing one. */
const readsLog = /\b(?:tail|cat|less|grep|multitail|logpath|imfile|file_glob|paths?|__path__|read_from|input)\b/i;
const comment = /^\s*(?:#(?!!)|;|\/\/|\*|<!--|--|rem\b)/i;

/** True when the line is only for people. */
export function isComment(line: string): boolean {
  return comment.test(line);
}

/** True when the line reads the log that it names. */
export function isLogRead(line: string): boolean {
  return readsLog.test(line);
}

/** Names of logs; other files among them have another purpose. */
const logName = /(?:log|err|out|trace|txt|gz|xz|old|\d)$/i;

export function isLogName(name: string): boolean {
  return logName.test(name);
}

/** True when anything in the folder named at `at` may be searched for. `path`: of the file of the text; "" for a command. */
export function isSearched(text: string, at: number, path: string): boolean {
  const before = text.slice(Math.max(0, at - 600), at);
  return ofSearchPaths.test(path) || searched.test(before) || searchedSetting.test(before);
}

/** True when a line lists, copies or serves the folder it names. */
export function isListed(line: string): boolean {
  return enumerates.test(line) && !removing.test(line);
}

/** True in the arguments of `rm -f`, which does not mind if a file is already gone. */
export function isCleared(text: string, at: number): boolean {
  const line = text.slice(Math.max(0, at - 500), at);
  return /(?:^|[;&|\n({])\s*(?:sudo\s+)?rm\s+(?:-\w+\s+){0,3}-\w*f[^;&|\n]*$/.test(line);
}

/** The command, statement or setting around a place: the text before and after it, up to 500 bytes on each side. */
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

/** The line around a place, up to 500 bytes on each side. */
export function lineAt(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 500), at);
  const behind = text.slice(at, at + 500);
  const end = behind.indexOf("\n");
  return before.slice(before.lastIndexOf("\n") + 1) + (end < 0 ? behind : behind.slice(0, end));
}
