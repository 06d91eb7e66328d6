/**
 * The look of a cell, packed into one number as in blessed: flags, foreground, background. Plain data, so that panes and their tests need
 * no terminal.
 */
export type Attr = number;

/** The terminal's default colour. */
export const defaultColor = 0x1ff;

export interface Style {
  /** 0 to 15 are the terminal's palette, 16 to 255 the fixed one. */
  readonly fg?: number;
  readonly bg?: number;
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

const boldFlag = 1;
const underlineFlag = 2;
const inverseFlag = 8;

export function attr(style: Style): Attr {
  const flags = (style.bold ? boldFlag : 0) | (style.underline ? underlineFlag : 0) | (style.inverse ? inverseFlag : 0);
  return (flags << 18) | ((style.fg ?? defaultColor) << 9) | (style.bg ?? defaultColor);
}

export const plain: Attr = attr({});

/** `top` applied over `below`: flags are combined, and colours of `top` win if set. */
export function over(below: Attr, top: Attr): Attr {
  const flags = (below >> 18) | (top >> 18);
  const fg = foreground(top) === defaultColor ? foreground(below) : foreground(top);
  const bg = background(top) === defaultColor ? background(below) : background(top);
  return (flags << 18) | (fg << 9) | bg;
}

export function foreground(value: Attr): number {
  return (value >> 9) & 0x1ff;
}

export function background(value: Attr): number {
  return value & 0x1ff;
}
