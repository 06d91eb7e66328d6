import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { containerFacts, historyLines, imageFacts, labelLines } from "../../viewmodel/documents/config-facts.ts";
import type { ConfigInput, Fact, HistoryLine } from "../../viewmodel/documents/config-facts.ts";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

function inputOf({ image, shown }: ImagePage): ConfigInput {
  return { ...image, ...shown };
}

export function ConfigSection({ data }: { readonly data: ImagePage }) {
  const input = inputOf(data);
  const lists = [
    ["Environment", input.config.container.env],
    ["Labels", labelLines(input)],
  ] as const;
  return (
    <Section id="config" title="Config" note="with every secret masked">
      <div class="columns">
        <Facts title="Image" facts={imageFacts(input)} />
        <Facts title="What a container runs" facts={containerFacts(input)} />
      </div>
      {lists.map(
        ([title, lines]) => lines.length > 0 && <Facts key={title} title={title} facts={lines.map((line) => keyAndValue(line))} />,
      )}
    </Section>
  );
}

function keyAndValue(line: string): Fact {
  const equals = line.indexOf("=");
  return equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  return (
    <div class="details">
      <h3>{title}</h3>
      <dl>
        {facts.map(([name, value], at) => (
          <div key={at}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const historyColumns: readonly TableColumn<HistoryLine>[] = [
  { title: "Layer", kind: "number", text: ({ layer }) => (layer === null ? "–" : String(layer)), value: ({ layer }) => layer ?? -1 },
  { title: "Command", kind: "wide", text: ({ text }) => text, cell: ({ text }) => <code class="lines">{text}</code> },
];

export function HistorySection({ data }: { readonly data: ImagePage }) {
  const lines = historyLines(inputOf(data));
  return (
    <Section id="history" title="History" note="oldest first; rows without a layer changed the config alone">
      {lines.length === 0 ? <p>This image has no history.</p> : <Table label="History" rows={lines} columns={historyColumns} />}
    </Section>
  );
}
