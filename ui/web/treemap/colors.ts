/** Colours of the map, in both themes. The table says the same in words. */

export interface Theme {
  readonly isDark: boolean;
  readonly background: string;
  readonly line: string;
  readonly text: string;
  readonly label: string;
  readonly neutral: string;
  readonly focus: string;
  /** Background of hatched areas. */
  readonly wasteGround: string;
  readonly waste: string;
}

export const light: Theme = {
  isDark: false,
  background: "#ffffff",
  line: "#ffffff",
  text: "#14181f",
  label: "rgb(255 255 255 / 0.82)",
  neutral: "oklch(0.87 0.012 250)",
  focus: "#0b57d0",
  wasteGround: "oklch(0.95 0.03 40)",
  waste: "oklch(0.62 0.19 32)",
};

export const dark: Theme = {
  isDark: true,
  background: "#0f1218",
  line: "#0f1218",
  text: "#f3f5f8",
  label: "rgb(12 15 20 / 0.72)",
  neutral: "oklch(0.37 0.015 255)",
  focus: "#8ab4ff",
  wasteGround: "oklch(0.27 0.04 35)",
  waste: "oklch(0.68 0.17 38)",
};

const hues = [252, 158, 302, 88, 205, 350, 122, 275, 60, 228];
export const mostHues: number = hues.length;

/** One of a few distinguishable colours; the neutral colour beyond them. */
export function categorical(theme: Theme, place: number): string {
  const hue = hues[place];
  if (hue === undefined || place < 0) return theme.neutral;
  const isPale = place % 2 === 1;
  return theme.isDark ? `oklch(${isPale ? 0.5 : 0.45} 0.1 ${hue})` : `oklch(${isPale ? 0.84 : 0.78} 0.1 ${hue})`;
}

/** A colour of a ramp from 0 (calm) to 1 (warm). */
export function ramp(theme: Theme, at: number): string {
  const part = Math.max(0, Math.min(1, at));
  const hue = 255 - 190 * part;
  return theme.isDark
    ? `oklch(${0.38 + 0.18 * part} ${0.06 + 0.05 * part} ${hue})`
    : `oklch(${0.76 + 0.1 * part} ${0.07 + 0.05 * part} ${hue})`;
}

/** The colour for a change in size, from shrunk (-1) over equal (0) to grown (1). */
export function growthColor(theme: Theme, part: number): string {
  const strength = Math.sqrt(Math.min(1, Math.abs(part)));
  if (part === 0) return theme.neutral;
  const hue = part > 0 ? 35 : 155;
  return theme.isDark
    ? `oklch(${0.38 + 0.16 * strength} ${0.03 + 0.12 * strength} ${hue})`
    : `oklch(${0.9 - 0.16 * strength} ${0.03 + 0.1 * strength} ${hue})`;
}

/** In the order of `wasteCauses`. */
const causeHues = [62, 28, 310, 245];

export function causeColor(theme: Theme, cause: number): string {
  return theme.isDark ? `oklch(0.7 0.15 ${causeHues[cause]})` : `oklch(0.6 0.18 ${causeHues[cause]})`;
}
