/** Completion scripts made from the table of commands. They are static, so that completing does not start Ballast. */

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export interface CompletedFlag {
  /** Without dashes. */
  readonly name: string;
  readonly alias: string | null;
  readonly description: string;
  readonly takesValue: boolean;
  readonly repeatable: boolean;
  /** What the value may be; empty where it is a file name or free text. */
  readonly values: readonly string[];
}

export interface DescribedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
}

export interface CompletedProgram {
  readonly commands: readonly DescribedCommand[];
  /** The command that is meant when none is named. */
  readonly standard: string;
}

export function renderCompletion(shell: Shell, program: CompletedProgram): string {
  return { bash, zsh, fish }[shell](program);
}

function spellings({ name, alias }: CompletedFlag): string[] {
  return [`--${name}`, ...(alias === null ? [] : [`-${alias}`])];
}

/** bash takes `=` for a word of its own, between the flag and its value. */
function bash({ commands, standard }: CompletedProgram): string {
  const names = commands.map(({ name }) => name);
  const cases = commands.map(({ name, flags }) => `    ${name}) flags="${flags.map((flag) => `--${flag.name}`).join(" ")}" ;;`);
  const values = new Map<string, string[]>();
  for (const { name, flags } of commands)
    for (const flag of flags)
      if (flag.takesValue)
        values.set(flag.values.join(" "), [
          ...(values.get(flag.values.join(" ")) ?? []),
          ...spellings(flag).map((each) => `"${name} ${each}"`),
        ]);
  const valueCases = [...values].map(([list, patterns]) => `    ${patterns.join("|")}) values="${list}"; takes_value=1 ;;`);
  return `# bash completion for ballast
_ballast() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command=${standard} flags="" values="" takes_value=""
  if [[ $word == "=" ]]; then
    word=""
  elif [[ $previous == "=" ]]; then
    previous="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  case "\${COMP_WORDS[1]}" in
    ${names.join("|")}) [[ $COMP_CWORD -gt 1 ]] && command="\${COMP_WORDS[1]}" ;;
  esac
  case "$command $previous" in
${valueCases.join("\n")}
  esac
  case "$command" in
${cases.join("\n")}
  esac
  if [[ -n $takes_value ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$word"))
    [[ -n $values ]] && return
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$word"))
  fi
  COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _ballast ballast
`;
}

function zsh({ commands, standard }: CompletedProgram): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const escape = (text: string): string => text.replace(/[\\:[\]]/g, "\\$&");
  const names = commands.map(({ name, summary }) => `    ${quote(`${name}:${escape(summary)}`)}`);
  const row = (flag: CompletedFlag, spelling: string): string => {
    const { description, values, takesValue, repeatable } = flag;
    const twins = repeatable ? "*" : `(${spellings(flag).join(" ")})`;
    const joint = !takesValue ? "" : spelling.startsWith("--") ? "=" : "+";
    const action = !takesValue ? "" : `:value:${values.length > 0 ? `(${values.join(" ")})` : "_files"}`;
    return `        ${quote(`${twins}${spelling}${joint}[${escape(description)}]${action}`)} \\\n`;
  };
  const cases = commands.map(({ name, flags }) => {
    const rows = flags.flatMap((flag) => spellings(flag).map((spelling) => row(flag, spelling)));
    return `      ${name})\n        _arguments \\\n${rows.join("")}        '*:image:_files'\n        ;;`;
  });
  return `#compdef ballast
_ballast() {
  local -a commands
  local command="$words[2]"
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )) && [[ $command != -* ]]; then
    _describe 'command' commands
    _files
  else
    (( CURRENT > 2 && \${commands[(I)$command:*]} )) || command=${standard}
    case "$command" in
${cases.join("\n")}
    esac
  fi
}
if [ "$funcstack[1]" = "_ballast" ]; then _ballast "$@"; else compdef _ballast ballast; fi
`;
}

function fish({ commands, standard }: CompletedProgram): string {
  const quote = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const others = commands.map(({ name }) => name).filter((name) => name !== standard);
  const rows = commands.flatMap(({ name, summary, flags }) => {
    const isMeant = name === standard ? `not __fish_seen_subcommand_from ${others.join(" ")}` : `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c ballast -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...flags.map(({ name: flag, alias, description, takesValue, values }) => {
        const short = alias === null ? "" : ` -s ${alias}`;
        const value = values.length > 0 ? ` -x -a ${quote(values.join(" "))}` : takesValue ? " -r" : "";
        return `complete -c ballast -n ${quote(isMeant)} -l ${flag}${short} -d ${quote(description)}${value}`;
      }),
    ];
  });
  return `# fish completion for ballast\n${rows.join("\n")}\n`;
}
