/** Completion scripts made from the table of commands: static, so that completing costs no start of Ballast. */

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export interface CompletedFlag {
  /** Without dashes. */
  readonly name: string;
  readonly description: string;
  readonly choices: readonly string[];
}

export interface DescribedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
}

export function renderCompletion(shell: Shell, commands: readonly DescribedCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

function bash(commands: readonly DescribedCommand[]): string {
  const cases = commands.map(({ name, flags }) => `    ${name}) flags="${flags.map((flag) => `--${flag.name}`).join(" ")}" ;;`);
  return `# bash completion for ballast
_ballast() {
  local word="\${COMP_WORDS[COMP_CWORD]}" flags=""
  COMPREPLY=()
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$word"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  fi
  COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _ballast ballast
`;
}

function zsh(commands: readonly DescribedCommand[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const escape = (text: string): string => text.replace(/[\\:[\]]/g, "\\$&");
  const names = commands.map(({ name, summary }) => `    ${quote(`${name}:${escape(summary)}`)}`);
  const cases = commands.map(({ name, flags }) => {
    const rows = flags.map(({ name: flag, description, choices }) => {
      const values = choices.length > 0 ? `:value:(${choices.join(" ")})` : "";
      return `        ${quote(`--${flag}[${escape(description)}]${values}`)} \\\n`;
    });
    return `      ${name})\n        _arguments \\\n${rows.join("")}        '*:image:_files'\n        ;;`;
  });
  return `#compdef ballast
_ballast() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    _files
  else
    case "$words[2]" in
${cases.join("\n")}
      *) _files ;;
    esac
  fi
}
if [ "$funcstack[1]" = "_ballast" ]; then _ballast "$@"; else compdef _ballast ballast; fi
`;
}

function fish(commands: readonly DescribedCommand[]): string {
  const quote = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const rows = commands.flatMap(({ name, summary, flags }) => [
    `complete -c ballast -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ...flags.map(({ name: flag, description, choices }) => {
      const values = choices.length > 0 ? ` -x -a ${quote(choices.join(" "))}` : "";
      return `complete -c ballast -n '__fish_seen_subcommand_from ${name}' -l ${flag} -d ${quote(description)}${values}`;
    }),
  ]);
  return `# fish completion for ballast\n${rows.join("\n")}\n`;
}
