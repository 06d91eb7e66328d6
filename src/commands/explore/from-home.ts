/**
 * A place that was typed on the screen, with `~` read as a shell reads it: none has seen what is typed there, and a directory named `~` is
 * nothing that anybody wants to remove again. Also behind a transport: `oci:~/layout`.
 */
export function fromHome(place: string, env: Readonly<Record<string, string | undefined>>): string {
  const { HOME: home } = env;
  return home === undefined || home === "" ? place : place.replace(/^([a-z-]+:)?~(?=\/|$)/, (_, transport = "") => `${transport}${home}`);
}
