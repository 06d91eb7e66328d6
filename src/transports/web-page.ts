/** Finds the image in the URL of a registry's web page, as copied from a browser's address bar. */

/** A page's URL without `https://`, and the image's name made from what it captures. */
const pages: readonly (readonly [RegExp, string])[] = [
  [/^hub\.docker\.com\/_\/([^/]+)/i, "$1"],
  [/^hub\.docker\.com\/layers\/(?:library\/)?([^/]+(?:\/[^/]+)?)\/([^/]+)\/images\//i, "$1:$2"],
  [/^hub\.docker\.com\/(?:r|repository\/docker|layers)\/(?:library\/)?([^/]+(?:\/[^/]+)?)/i, "$1"],
  [/^github\.com\/(?:users|orgs)\/([^/]+)\/packages\/container\/(?:package\/)?([^/]+)/i, "ghcr.io/$1/$2"],
  [/^github\.com\/([^/]+)\/[^/]+\/pkgs\/container\/([^/]+)/i, "ghcr.io/$1/$2"],
  [/^quay\.io\/repository\/([^/]+\/[^/]+)/i, "quay.io/$1"],
  [/^gallery\.ecr\.aws\/([^/]+\/.+)/i, "public.ecr.aws/$1"],
  [/^mcr\.microsoft\.com\/(?:[a-z]{2}-[a-z]{2}\/)?(?:product|artifact\/mar)\/(.+?)(?:\/(?:about|tags))?$/i, "mcr.microsoft.com/$1"],
  [/^console\.cloud\.google\.com\/artifacts\/docker\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)/i, "$2-docker.pkg.dev/$1/$3/$4"],
];

/** The name of the image that a page is about; null when the text is the address of no known page. */
export function imageOfPage(text: string): string | null {
  const address = text
    .replace(/^(?:docker|https?):\/\//i, "")
    .replace(/[?#;].*$/s, "")
    .replace(/\/+$/, "");
  for (const [page, name] of pages) {
    const found = page.exec(address);
    // ghcr.io's pages write the slash inside a name as %2F.
    if (found !== null) return found[0].replace(page, name).replace(/%2f/gi, "/").toLowerCase();
  }
  return null;
}
