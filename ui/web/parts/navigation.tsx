import type { ComponentChildren } from "preact";

export interface Place {
  readonly id: string;
  readonly title: string;
  readonly count?: string;
}

export function Navigation({ places }: { readonly places: readonly Place[] }) {
  return (
    <nav aria-label="Sections">
      <ul>
        {places.map(({ id, title, count }) => (
          <li key={id}>
            <a href={`#${id}`}>
              {title}
              {count !== undefined && <span>{count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly tone?: "good" | "bad" | "warn" | "waste";
}

export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(({ label, value, note, tone }) => (
        <div key={label} class={tone}>
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
            {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Foot({ tool, made }: { readonly tool: { readonly name: string; readonly version: string }; readonly made: string }) {
  return (
    <footer>
      <p>
        Made by {tool.name} {tool.version} on {made.slice(0, 10)} at {made.slice(11, 16)} UTC. This page is one file: it loads nothing and
        sends nothing.
      </p>
    </footer>
  );
}

/** The page's frame. */
export function Frame({
  head,
  places,
  children,
}: {
  readonly head: ComponentChildren;
  readonly places: readonly Place[];
  readonly children: ComponentChildren;
}) {
  return (
    <>
      <a class="skip" href={`#${places[0]?.id ?? "files"}`}>
        Skip to the report
      </a>
      {head}
      <Navigation places={places} />
      <main>{children}</main>
    </>
  );
}
