/** Files that a command writes with `echo x > file` or a here-document. They are judged as the files they become. */
import { splitCommands } from "./shell-words.ts";

export interface WrittenFile {
  /** As the command names it, without the leading slash. */
  readonly path: string;
  readonly content: string;
}

/** For one text. */
const mostFiles = 100;

export function writtenFiles(text: string): WrittenFile[] {
  return text.includes(">") || text.includes("tee ") ? [...echoed(text), ...hereDocuments(text)].slice(0, mostFiles) : [];
}

/** `echo x > file`, `printf 'x\n' >> file`, `echo x | tee file`. */
function echoed(text: string): WrittenFile[] {
  const commands = splitCommands(text);
  return commands.flatMap((command, i) => {
    const words = command.words.map((word) => word.text);
    const speaker = words.findIndex((word) => /^(?:echo|printf)$/.test(word));
    if (speaker < 0) return [];
    const redirect = words.findIndex((word) => /^>{1,2}/.test(word));
    const next = command.isPiped ? commands[i + 1]?.words.map((word) => word.text) : undefined;
    const tee = next?.findIndex((word) => word === "tee") ?? -1;
    const target =
      redirect > 0 ? targetOf(words, redirect) : tee >= 0 ? next!.slice(tee + 1).find((word) => !word.startsWith("-")) : undefined;
    if (target === undefined) return [];
    const said = words.slice(speaker + 1, redirect > 0 ? redirect : undefined).filter((word) => !/^-[neE]+$|^%s(?:\\n)?$/.test(word));
    return [{ path: plainPath(target), content: said.join(" ").replaceAll("\\n", "\n") }];
  });
}

/** `> file` and `>file`. */
function targetOf(words: readonly string[], redirect: number): string | undefined {
  const attached = words[redirect]!.replace(/^>+/, "");
  return attached === "" ? words[redirect + 1] : attached;
}

/** `cat > file <<EOF`, `tee file <<'EOF'`. */
function hereDocuments(text: string): WrittenFile[] {
  const starts = [...text.matchAll(/<<-?[ \t]{0,4}["'\\]?([A-Za-z_]\w{0,40})["']?([^\n]{0,400})\n/g)].slice(0, mostFiles);
  return starts.flatMap((start) => {
    const from = start.index + start[0].length;
    const end = text.indexOf(`\n${start[1]!}`, from - 1);
    if (end < from) return [];
    const line = text.slice(Math.max(text.lastIndexOf("\n", start.index), start.index - 400) + 1, start.index) + start[2]!;
    const target = /(?:>{1,2}|\btee(?:[ \t]+-\w+)*)[ \t]*["']?([^\s"'|;&<>]+)/.exec(line)?.[1];
    return target === undefined ? [] : [{ path: plainPath(target), content: text.slice(from, end) }];
  });
}

function plainPath(path: string): string {
  return path.replace(/^(?:~|\$\{?HOME\}?)(?=\/)/, "root").replace(/^\/+/, "");
}
