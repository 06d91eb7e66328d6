/** The languages an image uses, according to ENV, /etc/default/locale and scripts: gettext looks for their translations. */
import type { Store } from "./stores.ts";
import type { Uses } from "./uses.ts";

const variables = ["LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"];
const setting = /\b(?:LANG|LANGUAGE|LC_ALL|LC_MESSAGES)=["']?([A-Za-z][\w.@:-]{0,100})/g;

/** How programs choose a language: `setlocale(LC_ALL, "de_DE.UTF-8")`, `languages=["de", "fr"]`. */
const chosen =
  /\b(?:setlocale\s{0,3}\([^)\n"']{0,80}|languages?["']?\s{0,3}[=:]\s{0,3})[[(]?\s{0,3}((?:["'][A-Za-z][\w.@-]{1,40}["'][\s,]{0,4}){1,20})/g;
/** Names the catalogs of a program, which may load any language of them. */
const domain =
  /\b(?:bindtextdomain|gettext\.(?:translation|install|find)|GNUTranslations|Gettext\.\w{1,40})\s{0,3}\(?\s{0,3}["']([\w.-]{1,100})["']/g;

export class Languages {
  readonly #uses: Uses;
  /** Translations below `usr/share/locale`, by the folder's name. */
  readonly #stores = new Map<string, Store[]>();

  constructor(uses: Uses, stores: readonly Store[]) {
    this.#uses = uses;
    for (const store of stores) {
      if (store.rule.category !== "locales") continue;
      const { name } = store.root;
      this.#stores.set(name, [...(this.#stores.get(name) ?? []), store]);
    }
  }

  environment(environment: ReadonlyMap<string, string>): void {
    for (const name of variables) {
      const value = environment.get(name);
      if (value !== undefined) this.#keep(value, `ENV ${name} asks for it`);
    }
  }

  text(text: string, by: string): void {
    if (this.#stores.size === 0) return;
    for (const [, value] of text.matchAll(setting)) this.#keep(value!, `${by} asks for the language`);
    for (const [, list] of text.matchAll(chosen))
      for (const [value] of list!.matchAll(/[A-Za-z][\w.@-]*/g)) this.#keep(value, `${by} asks for the language`);
    for (const [, name] of text.matchAll(domain)) this.#keepCatalogs(`${name}.mo`, `${by} reads it`);
  }

  #keepCatalogs(name: string, why: string): void {
    for (const stores of this.#stores.values())
      for (const { files } of stores) for (const node of files) if (node.name === name) this.#uses.keep(node, why);
  }

  #keep(value: string, why: string): void {
    for (const language of value.split(":"))
      for (const name of foldersOf(language)) for (const { root } of this.#stores.get(name) ?? []) this.#uses.keep(root, why);
  }
}

/** Where gettext looks for `de_DE.UTF-8@euro`: with and without territory, codeset and modifier. */
function foldersOf(value: string): string[] {
  const [, language, territory = "", codeset = "", modifier = ""] = /^([a-z]{2,3})(_[A-Za-z]+)?(\.[\w-]+)?(@\w+)?$/.exec(value) ?? [];
  if (language === undefined) return [];
  const places = new Set([language + territory, language]);
  return [...places].flatMap((place) => [place + codeset + modifier, place + modifier, place + codeset, place]);
}
