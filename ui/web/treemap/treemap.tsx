/** The map: a canvas to zoom by clicks and keys, with the selected node described in words. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { useTheme } from "../parts/theme.ts";
import { cellAt, layOut, neighbour } from "./layout.ts";
import type { Cell, Direction, Mappable } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Paintable } from "./paint.ts";

export interface TreemapProps {
  readonly map: Mappable;
  readonly content: Paintable;
  /** The node that fills the map. */
  readonly root: number;
  readonly label: string;
  /** Details of a node, its name first. */
  describe(at: number): readonly string[];
  onZoom(at: number): void;
  /** Zooms out by one level. */
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
  const [frame, width, height] = useMeasuredFrame();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [selected, setSelected] = useState<number | null>(null);
  const [pointer, setPointer] = useState<Pointer | null>(null);

  useEffect(() => {
    setSelected(null);
    setPointer(null);
  }, [root]);

  const cells = useMemo(() => (width > 0 && height > 0 ? layOut(map, root, width, height) : []), [map, root, width, height]);
  useLayoutEffect(() => {
    const context = sharpContext(canvas.current!, width, height);
    if (context !== null) paint(context, cells, content, theme, selected);
  }, [cells, content, theme, selected, width, height]);

  const onClick = (event: MouseEvent): void => {
    const [x, y] = placeOn(canvas.current!, event);
    const cell = cellAt(cells, x, y);
    if (cell !== null && cell.depth > 0) onZoom(firstLevelOf(cells, cell).at);
  };
  const onMouseMove = (event: MouseEvent): void => {
    const [x, y] = placeOn(canvas.current!, event);
    const cell = cellAt(cells, x, y);
    setPointer(cell === null ? null : { x, y, at: cell.at });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = directions[event.key];
    if (direction !== undefined) setSelected((from) => selectedAfter(cells, from, direction));
    else if (event.key === "Enter" && selected !== null) onZoom(selected);
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
        onClick={onClick}
        onMouseMove={onMouseMove}
        onMouseLeave={() => setPointer(null)}
      />
      <div class="hidden" role="status">
        {selected === null ? "" : describe(selected).join(", ")}
      </div>
      {pointer !== null && <Tip pointer={pointer} width={width} height={height} lines={describe(pointer.at)} />}
    </div>
  );
}

/** A frame's element and its current size in CSS pixels; 0 × 0 before the first layout. */
function useMeasuredFrame(): readonly [frame: RefObject<HTMLDivElement | null>, width: number, height: number] {
  const frame = useRef<HTMLDivElement>(null);
  const [[width, height], setSize] = useState<readonly [number, number]>([0, 0]);
  useLayoutEffect(() => {
    const element = frame.current!;
    const measure = (): void => setSize([element.clientWidth, element.clientHeight]);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width, height];
}

/** A context that draws in CSS pixels at the screen's resolution; null if the browser has no canvas. */
function sharpContext(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function placeOn(canvas: HTMLCanvasElement, event: MouseEvent): readonly [x: number, y: number] {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** The first-level cell that contains a cell. */
function firstLevelOf(cells: readonly Cell[], cell: Cell): Cell {
  const holds = ({ x, y, width, height }: Cell): boolean => cell.x >= x && cell.y >= y && cell.x < x + width && cell.y < y + height;
  return cells.find((one) => one.depth === 1 && holds(one)) ?? cell;
}

/** The first-level cell that an arrow key selects: at first the last one, then the neighbour on that side, if there is one. */
function selectedAfter(cells: readonly Cell[], selected: number | null, direction: Direction): number | null {
  const level = cells.filter(({ depth }) => depth === 1);
  const from = level.find(({ at }) => at === selected);
  const next = from === undefined ? level.at(-1) : neighbour(level, from, direction);
  return next?.at ?? selected;
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
