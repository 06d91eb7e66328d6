/** blessed-contrib's gauge, drawn over the image pane once loaded; loading it takes longer than the rest of the screen. */
import { createRequire } from "node:module";

import type { Widgets } from "blessed";

import { foreground } from "./attr.ts";
import type { WidgetRequest } from "../panes/paint.ts";
import type { BlessedScreen } from "./blessed.ts";
import type { Rect } from "./surface.ts";
import type { Theme } from "./theme.ts";

/** The parts of a contrib canvas widget that are used. Its own types do not compile. */
interface CanvasWidget extends Widgets.BoxElement {
  ctx: { translate(x: number, y: number): void };
}
interface Gauge extends CanvasWidget {
  setStack(stack: readonly { readonly percent: number; readonly stroke: Color }[]): void;
}
type Color = number | "normal";

const require = createRequire(import.meta.url);

export class ContribWidgets {
  readonly #screen: BlessedScreen;
  readonly #Gauge: (options: object) => Gauge;
  #gauge: { readonly key: string; readonly element: Gauge } | null = null;

  constructor(screen: BlessedScreen) {
    this.#screen = screen;
    // Bundled by the build (scripts/vendor.mjs) from only the modules that the widget needs; the package itself brings fifty others. Its
    // name in package.json lets the sources, which the tests run, find it too.
    this.#Gauge = require("#gauge") as (options: object) => Gauge;
  }

  /** Shows, moves or hides the gauge as the frame asks. It is recreated only when what it shows has changed. */
  show(request: WidgetRequest, theme: Theme): void {
    const gaugeKey = request.gauge === null ? "" : JSON.stringify([request.gauge, theme.bar]);
    if (this.#gauge !== null && this.#gauge.key !== gaugeKey) {
      this.#gauge.element.destroy();
      this.#gauge = null;
    }
    if (request.gauge !== null && this.#gauge === null) this.#gauge = { key: gaugeKey, element: this.#makeGauge(request.gauge, theme) };
  }

  #makeGauge({ rect, ratio }: NonNullable<WidgetRequest["gauge"]>, theme: Theme): Gauge {
    const element = this.#Gauge({ ...place(rect), showLabel: false, stack: [], fill: "white" });
    this.#screen.append(element);
    // The gauge draws its bar in rows 2 to 4 of its box, but this pane has one row for it.
    element.ctx.translate(-1, -2);
    const wasted = 1 - ratio;
    const parts = [
      { percent: Math.max(ratio * 100, 1.01), stroke: colorOf(theme.good) },
      { percent: wasted * 100, stroke: colorOf(theme.barWaste) },
    ];
    element.setStack(wasted * 100 < 1.01 ? parts.slice(0, 1) : parts);
    return element;
  }
}

function place(rect: Rect): { left: number; top: number; width: number; height: number } {
  return { left: rect.x, top: rect.y, width: rect.width, height: rect.height };
}

/** A colour in the canvas's form. */
function colorOf(attr: number): Color {
  return foreground(attr) < 256 ? foreground(attr) : "normal";
}
