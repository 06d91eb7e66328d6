/** A map, the path to the node that fills it, a search, and a table beside it with the same content. */
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { formatCount } from "../../../src/terminal/format-bytes.ts";
import type { Shape } from "../read/shape.ts";
import type { Mappable } from "../treemap/layout.ts";
import type { Paintable } from "../treemap/paint.ts";
import { Treemap } from "../treemap/treemap.tsx";
import { searchTree } from "./search.ts";
import type { Found } from "./search.ts";
import { Table } from "./table/table.tsx";
import type { TableColumn } from "./table/column.ts";

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly isHatched?: boolean;
}

export interface ExplorerProps<Mode extends string> {
  readonly shape: Shape;
  readonly map: Mappable;
  readonly at: number;
  zoom(at: number): void;
  readonly modes: readonly (readonly [mode: Mode, title: string])[];
  readonly mode: Mode;
  setMode(mode: Mode): void;
  /** How nodes are drawn; `found` is the result of a search. */
  content(found: Found | null): Paintable;
  readonly legend: readonly LegendEntry[];
  describe(at: number): readonly string[];
  columns(zoom: (at: number) => void, isSearch: boolean): readonly TableColumn<number>[];
  readonly sortedBy: string;
  /** Details of the node that fills the map, if it is a file. */
  details(at: number): ComponentChildren;
}

/** Milliseconds. */
const searchDelay = 120;

export function Explorer<Mode extends string>(props: ExplorerProps<Mode>) {
  const { shape, map, at, zoom, modes, mode, setMode, content, legend, describe, columns, sortedBy, details } = props;
  const [query, setQuery] = useState("");
  const found = useMemo(() => (query === "" ? null : searchTree(shape, query)), [shape, query]);
  const drawn = useMemo(() => content(found), [content, found]);
  const rows = useMemo(() => (found === null ? shape.childrenOf(at) : found.nodesBelow(at)), [shape, at, found]);
  return (
    <div class="explorer">
      <div class="tools">
        <Crumbs line={shape.lineTo(at)} shape={shape} zoom={zoom} />
        <SearchField onSearch={setQuery} />
        {modes.length > 1 && <Modes modes={modes} mode={mode} setMode={setMode} />}
      </div>
      <div class="panes">
        <div class="left">
          <Treemap
            map={map}
            content={drawn}
            root={at}
            label={`Treemap of ${shape.path(at)}. ${describe(at).slice(1).join(", ")}`}
            describe={describe}
            onZoom={zoom}
            onOut={() => zoom(Math.max(0, shape.parents[at]!))}
          />
          <Legend entries={legend} />
          <p id="map-keys" class="keys">
            Click a rectangle to look into it. Keys: arrows choose, <kbd>Enter</kbd> looks into it, <kbd>Backspace</kbd> goes up,{" "}
            <kbd>Home</kbd> to the top, <kbd>/</kbd> searches.
          </p>
        </div>
        <div class="right">
          <p role="status" class="state">
            {found === null ? "" : `${formatCount(rows.length)} of ${formatCount(found.count)} paths found are in ${shape.path(at)}`}
          </p>
          {found === null && !shape.hasChildren(at) ? (
            details(at)
          ) : (
            <Table
              key={found === null ? "children" : "found"}
              label={found === null ? `What is in ${shape.path(at)}` : "Paths found"}
              rows={rows}
              columns={columns(zoom, found !== null)}
              sortedBy={sortedBy}
              noFilter
            />
          )}
        </div>
      </div>
    </div>
  );
}

function Crumbs({ line, shape, zoom }: { readonly line: readonly number[]; readonly shape: Shape; zoom(at: number): void }) {
  return (
    <nav class="crumbs" aria-label="Path">
      <ol>
        {line.map((node, depth) => (
          <li key={node}>
            {depth === line.length - 1 ? (
              <span aria-current="location">{node === 0 ? "/" : shape.names[node]}</span>
            ) : (
              <button type="button" onClick={() => zoom(node)}>
                {node === 0 ? "/" : shape.names[node]}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Searches once no key has been pressed for a moment. `/` focuses the field, Escape clears it. */
function SearchField({ onSearch }: { onSearch(query: string): void }) {
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => onSearch(typed), searchDelay);
    return () => clearTimeout(timer);
  }, [typed, onSearch]);
  useSlashKey(() => input.current?.focus());
  return (
    <label class="search">
      <span class="hidden">Search paths</span>
      <input
        ref={input}
        type="search"
        placeholder="Search paths  ( / )"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && setTyped("")}
      />
    </label>
  );
}

function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend" aria-label="What the colours mean">
      {entries.map(({ label, color, isHatched }) => (
        <li key={label}>
          <i class={isHatched === true ? "hatched" : ""} style={isHatched === true ? { color } : { background: color }} />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Details of a node, as a list below its path. */
export function NodeFacts({ path, facts }: { readonly path: string; readonly facts: readonly string[] }) {
  return (
    <div class="details">
      <h3 class="path">{path}</h3>
      <ul>
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}

interface ModesProps<Mode extends string> {
  readonly modes: readonly (readonly [mode: Mode, title: string])[];
  readonly mode: Mode;
  setMode(mode: Mode): void;
}

function Modes<Mode extends string>({ modes, mode, setMode }: ModesProps<Mode>) {
  return (
    <fieldset class="modes">
      <legend>Colour by</legend>
      {modes.map(([name, title]) => (
        <label key={name}>
          <input type="radio" name="mode" value={name} checked={name === mode} onChange={() => setMode(name)} />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Calls back on `/`, unless it is typed into a field. */
function useSlashKey(act: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
