/** The first column of the table beside a treemap. */
import type { Shape } from "../read/shape.ts";
import { hashOf } from "./section.tsx";
import type { TableColumn } from "./table/column.ts";

export interface NameColumnOptions {
  readonly shape: Shape;
  open(at: number): void;
  /** Search results are in many directories, so their whole paths are shown. */
  readonly isSearch: boolean;
  /** Which names end in a slash. Default: those of nodes with children. */
  isDirectory?(at: number): boolean;
  /** Which names are struck out. Default: none. */
  isGone?(at: number): boolean;
}

/** Names as links: a plain click opens the node in this page; other clicks are left to the browser. */
export function nameColumn({ shape, open, isSearch, isDirectory, isGone }: NameColumnOptions): TableColumn<number> {
  const endsInSlash = isDirectory ?? ((at: number) => shape.hasChildren(at));
  const nameOf = (at: number): string => (isSearch ? shape.path(at) : shape.names[at]!) + (endsInSlash(at) ? "/" : "");
  return {
    title: "Name",
    kind: "wide",
    text: nameOf,
    cell: (at) => (
      <a
        class={isGone?.(at) === true ? "path gone" : "path"}
        href={hashOf(shape.path(at))}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          open(at);
        }}
      >
        {nameOf(at)}
      </a>
    ),
  };
}
