import { severityRank } from "../../../src/base/severity.ts";
import type { SurveyPage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../../../src/terminal/format-bytes.ts";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

interface WithData {
  readonly data: SurveyPage;
}

type ImageRow = SurveyPage["images"][number];

function bytesColumn<Row>(title: string, value: (row: Row) => number | null): TableColumn<Row> {
  return {
    title,
    kind: "number",
    text: (row) => {
      const bytes = value(row);
      return bytes === null ? "" : formatBytes(bytes);
    },
    value: (row) => value(row) ?? -1,
  };
}

function countColumn<Row>(title: string, value: (row: Row) => number | null): TableColumn<Row> {
  return { ...bytesColumn(title, value), text: (row) => (value(row) === null ? "" : formatCount(value(row)!)) };
}

const secretsOf = ({ figures }: ImageRow): number | null =>
  figures === null || figures.secrets === null ? null : Object.values(figures.secrets).reduce((sum, count) => sum + count, 0);

const storedColumns: readonly TableColumn<ImageRow>[] = [
  { title: "Image", kind: "wide", text: ({ name }) => name },
  countColumn("Tags", ({ tags }) => tags),
  countColumn("Layers", ({ layers }) => layers),
  bytesColumn("Stored", ({ bytes }) => bytes),
  bytesColumn("Deleting frees", ({ exclusiveBytes }) => exclusiveBytes),
  { title: "Built", kind: "date", text: ({ created }) => created?.slice(0, 10) ?? "" },
];

const analysedColumns: readonly TableColumn<ImageRow>[] = [
  bytesColumn("Wasted", ({ figures }) => figures?.wastedBytes ?? null),
  {
    title: "Efficiency",
    kind: "number",
    text: ({ figures }) => (figures === null ? "" : formatPercent(figures.efficiency)),
    value: ({ figures }) => figures?.efficiency ?? -1,
  },
  bytesColumn("Unpacked", ({ figures }) => figures?.finalBytes ?? null),
  countColumn("Secrets", secretsOf),
  {
    title: "Verdict",
    kind: "short",
    text: ({ verdict, unreadable }) => (unreadable === null ? (verdict?.status ?? "") : "unreadable"),
  },
];

export function Images({ data: { images, analysed } }: WithData) {
  if (images.length === 0) return null;
  return (
    <Section id="images" title="Images" note={plural(images.length, "image")}>
      <Table
        label="Images"
        rows={images}
        columns={analysed ? [...storedColumns, ...analysedColumns] : storedColumns}
        sortedBy={analysed ? "Wasted" : "Deleting frees"}
      />
    </Section>
  );
}

type RepositoryRow = SurveyPage["repositories"][number];

const repositoryColumns: readonly TableColumn<RepositoryRow>[] = [
  { title: "Repository", kind: "wide", text: ({ repository }) => repository },
  countColumn("Tags", ({ tags }) => tags),
  countColumn("Images", ({ images }) => images),
  bytesColumn("Stored", ({ bytes }) => bytes),
  bytesColumn("Deleting frees", ({ exclusiveBytes }) => exclusiveBytes),
];

export function Repositories({ data: { repositories, totals } }: WithData) {
  const note = totals.leftOut === 0 ? "" : `${plural(totals.leftOut, "tag")} left out: what they share counts here as not shared`;
  return (
    <Section id="repositories" title="Repositories" note={note}>
      <Table label="Repositories" rows={repositories} columns={repositoryColumns} sortedBy="Deleting frees" />
    </Section>
  );
}

type SecretRow = NonNullable<SurveyPage["secrets"]>[number];

const secretColumns: readonly TableColumn<SecretRow>[] = [
  {
    title: "Severity",
    kind: "short",
    text: ({ severity }) => severity,
    value: ({ severity }) => severityRank(severity),
    cell: ({ severity }) => <span class={`tag ${severity}`}>{severity}</span>,
  },
  { title: "What", text: ({ title }) => title },
  { title: "Value", text: ({ redacted }) => redacted, cell: ({ redacted }) => <code>{redacted}</code> },
  { title: "Where", kind: "wide", text: ({ place }) => place },
  countColumn("Images", ({ images }) => images.length),
  { title: "Carried by", kind: "wide", text: ({ images }) => images.map(({ name }) => name).join(", ") },
];

export function Secrets({ data: { secrets } }: WithData) {
  if (secrets === null || secrets.length === 0) return null;
  return (
    <Section id="secrets" title="Secrets" note="each once, with every image that carries it">
      <Table label="Secrets" rows={secrets} columns={secretColumns} />
    </Section>
  );
}

type FamilyRow = SurveyPage["families"][number];
type StaleRow = SurveyPage["staleBases"][number];

const familyColumns: readonly TableColumn<FamilyRow>[] = [
  countColumn("Images", ({ images }) => images),
  countColumn("Layers", ({ layers }) => layers),
  bytesColumn("Shared", ({ bytes }) => bytes),
  { title: "Base", text: ({ base }) => base ?? "" },
  { title: "For example", kind: "wide", text: ({ names }) => names.join(", ") },
];

const staleColumns: readonly TableColumn<StaleRow>[] = [
  { title: "Image", kind: "wide", text: ({ image }) => image },
  { title: "Base", text: ({ base, from }) => (from === "history" ? `${base ?? "a base"} (a guess)` : (base ?? "a base")) },
  { title: "Built", kind: "date", text: ({ built }) => built.slice(0, 10) },
  { title: "Newer", kind: "date", text: ({ newerBuilt }) => newerBuilt.slice(0, 10) },
  { title: "Used by", kind: "wide", text: ({ usedBy }) => usedBy },
];

const nameColumns: readonly TableColumn<readonly string[]>[] = [
  countColumn("Names", (names) => names.length),
  { title: "The same image", kind: "wide", text: (names) => names.join(", ") },
];

export function Bases({ data: { families, staleBases, identical } }: WithData) {
  if (families.length + staleBases.length + identical.length === 0) return null;
  return (
    <Section id="bases" title="Bases" note="images that begin with the same layers, and older builds of a base">
      {staleBases.length > 0 && <Table label="Older builds of a base" rows={staleBases} columns={staleColumns} />}
      {families.length > 0 && (
        <Table label="Images that begin with the same layers" rows={families} columns={familyColumns} sortedBy="Images" />
      )}
      {identical.length > 0 && <Table label="The same image under several names" rows={identical} columns={nameColumns} />}
    </Section>
  );
}

const unreadableColumns: readonly TableColumn<SurveyPage["unreadable"][number]>[] = [
  { title: "What", kind: "wide", text: ({ name }) => name },
  { title: "Why", kind: "wide", text: ({ reason }) => reason },
];

export function Unreadable({ data: { unreadable } }: WithData) {
  if (unreadable.length === 0) return null;
  return (
    <Section id="unreadable" title="Could not be read">
      <Table label="Could not be read" rows={unreadable} columns={unreadableColumns} />
    </Section>
  );
}
