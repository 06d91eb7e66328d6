import type { ComponentChildren } from "preact";

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** Shown beside the title. */
  readonly note?: string;
  readonly children: ComponentChildren;
}

export function Section({ id, title, note, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <h2 id={`${id}-title`}>
        <a href={`#${id}`}>{title}</a>
        {note !== undefined && <small>{note}</small>}
      </h2>
      {children}
    </section>
  );
}

/** A link that opens a path in the map. */
export function PathLink({ path }: { readonly path: string }) {
  return (
    <a class="path" href={hashOf(path)}>
      {path}
    </a>
  );
}

/** `#/usr/lib`: a hash that starts with a slash is a path, any other one names a section. */
export function hashOf(path: string): string {
  return `#${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Null when the hash names no path. */
export function pathOfHash(hash: string): string | null {
  if (!hash.startsWith("#/")) return null;
  try {
    return hash.slice(1).split("/").map(decodeURIComponent).join("/");
  } catch {
    return null;
  }
}
