import { styleText } from "node:util";

export type ColorMode = "auto" | "always" | "never";
export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Whether to colour what goes to `stream`: `auto` colours a terminal unless NO_COLOR is set or TERM is dumb; FORCE_COLOR forces it. */
export function colorEnabled(mode: ColorMode, stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (mode !== "auto") return mode === "always";
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Colours text, or leaves it as it is. */
export function painter(enabled: boolean): Paint {
  return enabled ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}
