import type { ImagePage, PageDuplicate } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, plural } from "../../../src/terminal/format-bytes.ts";
import { PathLink, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";
import type { ImageTree } from "../read/image-tree.ts";

const mostPaths = 3;

export function DuplicateSection({ data: { duplicates }, tree }: { readonly data: ImagePage; readonly tree: ImageTree }) {
  if (duplicates.length === 0) return null;
  const saved = ({ bytes, nodes }: PageDuplicate): number => bytes * (nodes.length - 1);
  const pathsOf = ({ nodes }: PageDuplicate): string[] => nodes.map((node) => tree.shape.path(node));
  const columns: TableColumn<PageDuplicate>[] = [
    { title: "Saves", kind: "number", text: (row) => formatBytes(saved(row)), value: saved },
    { title: "Each", kind: "number", text: ({ bytes }) => formatBytes(bytes), value: ({ bytes }) => bytes },
    { title: "Copies", kind: "number", text: ({ nodes }) => formatCount(nodes.length), value: ({ nodes }) => nodes.length },
    {
      title: "Paths",
      kind: "wide",
      text: (row) => pathsOf(row).join(" "),
      cell: (row) => {
        const paths = pathsOf(row);
        return (
          <>
            {paths.slice(0, mostPaths).map((path) => (
              <PathLink key={path} path={path} />
            ))}
            {paths.length > mostPaths && <small> and {formatCount(paths.length - mostPaths)} more</small>}
          </>
        );
      },
    },
    { title: "Content", text: ({ digest }) => digest, cell: ({ digest }) => <code>{digest}</code> },
  ];
  const bytes = duplicates.reduce((sum, row) => sum + saved(row), 0);
  return (
    <Section
      id="duplicates"
      title="Duplicates"
      note={`${formatBytes(bytes)} in copies of ${plural(duplicates.length, "file")}; not part of the waste`}
    >
      <Table label="Duplicates" rows={duplicates} columns={columns} sortedBy="Saves" />
    </Section>
  );
}
