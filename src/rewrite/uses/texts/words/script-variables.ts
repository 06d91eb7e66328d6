/** Expands the variables of a shell script, as far as the script and the image's environment set them. */

/** How much a script may grow; references beyond that stay as written. */
const mostGrowth = 4 * 1024 * 1024;
/** `A=/x`, `B=$A/y`, `C=$B/z`: each pass resolves one more. */
const passes = 3;
/** Of one variable, which may be set again further down or in another branch. */
const mostValues = 4;

/** Matches from the `=`, which is rarer than what may precede it, so that long texts are fast to search. */
const assignment = /=(?<=(?:^|[\s;&|(])([A-Za-z_]\w{0,60})=)((?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|[^\s;&|"'()]){1,300})/g;
const loop = /\bfor[ \t]+([A-Za-z_]\w{0,60})[ \t]+in[ \t]+([^;\n]{1,500})/g;
const reference = /\$(?:(\w{1,60})|\{(\w{1,60})(?::?[-=]([^{}\n]{0,300}))?\})/g;

/**
 * The text with its variables replaced by their values or defaults, in as many variants as a variable has values. Empty when there is
 * nothing to replace. Unknown variables stay as written.
 */
export function expandVariables(text: string, environment: ReadonlyMap<string, string>): string[] {
  if (!text.includes("$")) return [];
  const values = new Map([...environment].map(([name, value]) => [name, [value]]));
  let most = 1;
  const add = (name: string, written: string): void => {
    const value = withDefault(name, written.replace(/["']/g, ""));
    // `PATH=$PATH:/x` only extends the old value.
    if (value.includes(`$${name}`) || value.includes(`\${${name}`)) return;
    const known = values.get(name) ?? [];
    if (known.includes(value) || known.length === mostValues) return;
    values.set(name, [...known, value]);
    most = Math.max(most, known.length + 1);
  };
  for (const [, name, written] of text.matchAll(assignment)) add(name!, written!);
  for (const [, name, words] of text.matchAll(loop)) for (const word of words!.trim().split(/\s+/)) add(name!, word);
  const expanded = Array.from({ length: most }, (_, turn) =>
    expandWith(text, (name) => values.get(name)?.at(turn) ?? values.get(name)?.at(-1)),
  );
  return [...new Set(expanded)].filter((one) => one !== text);
}

/** For `DIR=${DIR:-/x}`, the default. */
function withDefault(name: string, value: string): string {
  const [, own, otherwise] = /^\$\{(\w+):?[-=]([^{}]*)\}$/.exec(value) ?? [];
  return own === name ? otherwise! : value;
}

function expandWith(text: string, valueOf: (name: string) => string | undefined): string {
  let expanded = text;
  let growth = 0;
  for (let pass = 0; pass < passes && expanded.includes("$"); pass += 1) {
    const before = expanded;
    expanded = before.replace(reference, (whole, plain?: string, braced?: string, otherwise?: string) => {
      const value = valueOf(plain ?? braced!) ?? otherwise ?? whole;
      growth += value.length;
      return growth > mostGrowth ? whole : value;
    });
    if (expanded === before) break;
  }
  return expanded;
}
