/** Variants of a text with its escapes decoded: `/tmp/my\\ app`, `\\u002ftmp`. */

/** Empty when there is nothing to decode. */
export function otherSpellings(text: string): string[] {
  const found: string[] = [];
  if (/\\[ ()&'[\]]/.test(text)) found.push(text.replace(/\\([ ()&'[\]])/g, "$1"));
  if (/\\u00[2-7][\da-f]/i.test(text))
    found.push(text.replace(/\\u00([2-7][\da-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))));
  return found;
}

const unit = /\.(?:service|socket|timer|path|mount)$/;

/** systemd.unit(5): `%T` and `%V` are the folders of temporary files. */
export function spelledOut(text: string, name: string): string {
  return unit.test(name) ? text.replace(/%T(?=\/)/g, "/tmp").replace(/%V(?=\/)/g, "/var/tmp") : text;
}
