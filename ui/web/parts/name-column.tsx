/** The first column of the table beside a treemap. */
import type { Shape } from "../read/shape.ts";
import { hashOf } from "./section.tsx";
import type { TableColumn } from "./table.tsx";

/** Names that lead to what they name, as paths where the rows come from a search: those stand under many directories. */
export function nameColumn(shape: Shape, open: (at: number) => void, isSearch: boolean): TableColumn<number> {
  const nameOf = (at: number): string => (isSearch ? shape.path(at) : shape.names[at]!) + (shape.hasChildren(at) ? "/" : "");
  return {
    title: "Name",
    kind: "wide",
    text: nameOf,
    cell: (at) => (
      <a
        class="path"
        href={hashOf(shape.path(at))}
        onClick={(event) => {
          event.preventDefault();
          open(at);
        }}
      >
        {nameOf(at)}
      </a>
    ),
  };
}
