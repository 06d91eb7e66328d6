/** The map: a canvas that is zoomed by click and by keys, and says in words what is chosen. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { useTheme } from "../parts/theme.ts";
import { cellAt, layOut, neighbour } from "./layout.ts";
import type { Cell, Direction, Mappable } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Paintable } from "./paint.ts";

export interface TreemapProps {
  readonly map: Mappable;
  readonly content: Paintable;
  /** What fills the map. */
  readonly root: number;
  readonly label: string;
  /** What is known about a node, its name first. */
  describe(at: number): readonly string[];
  onZoom(at: number): void;
  /** One level up. */
  onOut(): void;
}

const directions: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

interface Pointer {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

export function Treemap({ map, content, root, label, describe, onZoom, onOut }: TreemapProps) {
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<readonly [number, number]>([0, 0]);
  const [selected, setSelected] = useState<number | null>(null);
  const [pointer, setPointer] = useState<Pointer | null>(null);

  useLayoutEffect(() => {
    const element = frame.current!;
    const measure = (): void => setSize([element.clientWidth, element.clientHeight]);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    setSelected(null);
    setPointer(null);
  }, [root]);

  const [width, height] = size;
  const cells = useMemo(() => (width > 0 && height > 0 ? layOut(map, root, width, height) : []), [map, root, width, height]);
  useLayoutEffect(() => {
    const element = canvas.current!;
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const context = element.getContext("2d");
    if (context === null) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(context, cells, content, theme, selected);
  }, [cells, content, theme, selected, width, height]);

  const under = (event: MouseEvent): Cell | null => {
    const box = canvas.current!.getBoundingClientRect();
    return cellAt(cells, event.clientX - box.left, event.clientY - box.top);
  };
  /** The cell of the first level that a cell lies in. */
  const levelOf = (cell: Cell): Cell =>
    cells.find(({ depth, x, y, width: w, height: h }) => depth === 1 && cell.x >= x && cell.y >= y && cell.x < x + w && cell.y < y + h) ??
    cell;
  const zoomTo = (cell: Cell): void => {
    if (cell.depth > 0) onZoom(levelOf(cell).at);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = directions[event.key];
    if (direction !== undefined) {
      const level = cells.filter(({ depth }) => depth === 1);
      const from = level.find(({ at }) => at === selected);
      const next = from === undefined ? level.at(-1) : neighbour(level, from, direction);
      if (next !== undefined && next !== null) setSelected(next.at);
    } else if (event.key === "Enter" && selected !== null) onZoom(selected);
    else if (event.key === "Backspace" || event.key === "Escape") onOut();
    else if (event.key === "Home") onZoom(0);
    else return;
    event.preventDefault();
  };

  return (
    <div class="map" ref={frame}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby="map-keys"
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const cell = under(event);
          if (cell !== null) zoomTo(cell);
        }}
        onMouseMove={(event) => {
          const cell = under(event);
          const box = canvas.current!.getBoundingClientRect();
          setPointer(cell === null ? null : { x: event.clientX - box.left, y: event.clientY - box.top, at: cell.at });
        }}
        onMouseLeave={() => setPointer(null)}
      />
      <div class="hidden" role="status">
        {selected === null ? "" : describe(selected).join(", ")}
      </div>
      {pointer !== null && <Tip pointer={pointer} width={width} height={height} lines={describe(pointer.at)} />}
    </div>
  );
}

const tipWidth = 320;
const tipHeight = 150;

function Tip({ pointer: { x, y }, width, height, lines }: { pointer: Pointer; width: number; height: number; lines: readonly string[] }) {
  const [name, ...rest] = lines;
  const left = Math.max(0, Math.min(x + 14, width - tipWidth));
  const top = y + tipHeight > height ? Math.max(0, y - tipHeight) : y + 16;
  return (
    <div class="tip" aria-hidden="true" style={{ left: `${left}px`, top: `${top}px` }}>
      <b>{name}</b>
      {rest.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}
