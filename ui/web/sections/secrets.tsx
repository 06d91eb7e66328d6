import { severityRank } from "../../../src/base/severity.ts";
import type { ImagePage, PageSecret } from "../../../src/report/html/page-data.ts";
import { locationText, stateText } from "../../../src/report/text/secret-lines.ts";
import { plural } from "../../../src/terminal/format-bytes.ts";
import { hashOf, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

function lineOf({ dockerfile }: PageSecret["locations"][number]): string {
  return dockerfile === undefined ? "" : `, ${dockerfile}`;
}

const columns: readonly TableColumn<PageSecret>[] = [
  {
    title: "Severity",
    kind: "number",
    text: ({ severity }) => severity,
    value: ({ severity }) => severityRank(severity),
    cell: ({ severity }) => <span class={`tag ${severity}`}>{severity}</span>,
  },
  {
    title: "Secret",
    text: ({ title, redacted }) => `${title} ${redacted}`,
    cell: ({ title, redacted, confidence }) => (
      <>
        {title}
        <code class="block">{redacted}</code>
        <small>confidence {confidence}</small>
      </>
    ),
  },
  {
    title: "Where",
    kind: "wide",
    text: ({ locations }) => locations.map((location) => `${locationText(location)}${lineOf(location)}`).join("; "),
    cell: ({ locations }) => (
      <ul class="places">
        {locations.map((location, at) => (
          <li key={at}>
            {location.path === undefined ? locationText(location) : <a href={hashOf(location.path)}>{locationText(location)}</a>}
            {lineOf(location)}
            {location.createdBy !== undefined && location.createdBy !== "" && <small>{location.createdBy}</small>}
          </li>
        ))}
      </ul>
    ),
  },
  { title: "State", text: stateText },
  { title: "Advice", kind: "wide", text: ({ advice }) => advice },
  { title: "Fingerprint", text: ({ fingerprint }) => fingerprint, cell: ({ fingerprint }) => <code>{fingerprint}</code> },
];

export function SecretSection({ data: { secrets, incomplete } }: { readonly data: ImagePage }) {
  if (secrets === null) return null;
  const missed = incomplete.filter(({ what }) => what === "secrets").length;
  const note = secrets.length === 0 ? "none found" : `${plural(secrets.length, "finding")}, never a secret itself`;
  return (
    <Section id="secrets" title="Secrets" note={missed === 0 ? note : `${note}; ${plural(missed, "file")} could not be read whole`}>
      {secrets.length > 0 && <Table label="Secrets" rows={secrets} columns={columns} sortedBy="Severity" />}
    </Section>
  );
}
