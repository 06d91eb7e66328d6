/** Which files are searched for names: those that start programs or tell them where things are, and small sources of the image's author. */
import { EntryType } from "../../tar/entry.ts";
import type { FileNode, Inode } from "../../filesystem/file-tree.ts";

const mostTextBytes = 1024 * 1024;
/** Yarn's Plug'n'Play maps grow with the project. */
const mostMapBytes = 64 * 1024 * 1024;
const mostProgramBytes = 64 * 1024 * 1024;
const mostNamelessBytes = 64 * 1024;

/** Files that tell a program or its environment where things are. */
const maps = /^(?:pyvenv\.cfg|.*\.(?:pth|egg-link)|\.pnp\.(?:c?js|data\.json|loader\.mjs))$/;
const texts =
  /\.(?:sh|bash|zsh|fish|ksh|py|pyw|rb|pl|pm|js|mjs|cjs|ts|mts|cts|php|lua|r|tcl|jl|ex|exs|clj|groovy|scala|kts|bat|cmd|ps1|psm1|psd1|csh|tcsh|nu|awk|el|scm|ml|vim|service|timer|socket|path|conf|cnf|cfg|config|ini|properties|ya?ml|toml|json|json5|xml|env|rc|hcl|cron|desktop|rules)$/i;
const namedTexts =
  /^(?:\.env.*|Procfile.*|Makefile|Justfile|justfile|Rakefile|Caddyfile|Corefile|crontab.*|run|finish|up|down|\.[\w-]*rc|\.profile|.*_profile)$/;
const configured =
  /^(?:etc|var\/spool\/cron|docker-entrypoint[^/]*\.d|entrypoint\.d|usr\/(?:local\/)?etc|usr\/lib\/systemd|lib\/systemd|command|package\/admin)\//;
/** Scripts and lists that only package managers read, during installation. */
const ofPackageManagers = /^(?:var\/lib\/(?:dpkg|apt|rpm|pacman)|lib\/apk)\//;
/** Libraries of packages and languages, which do not name anything specific to this image. Programs among them are read. */
const libraries =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|gems|lib(?:64)?\/(?:python\d[\d.]*|ruby|perl5?|php))\/|^usr\/local\/go\/|^usr\/(?:lib|share|include|src)\/|^(?:lib|lib64|boot|proc|sys|dev)\//;
const library = /\.(?:so(?:\.[\d.]+)?|node|dll|exe)$/;
const media = /\.(?:png|jpe?g|gif|webp|ico|svgz?|woff2?|[to]tf|eot|mp[34]|gz|tgz|xz|bz2|zst|zip|br|pdf|mo)$/i;
const mostBundleBytes = 16 * 1024 * 1024;
/** Where distributions put no files: a package with files there is the author's own. */
const outsideDistribution = /^(?:opt|srv|app|home|root|usr\/local)\//;

/**
 * `isOwned`: the file comes from a distribution package, which knows nothing of the image's own folders. `inStore`: the plan may remove the
 * file; what it names counts once it is itself used.
 */
export function isReadable(node: FileNode, inode: Inode, path: string, isOwned: boolean, inStore: boolean): boolean {
  if (inode.type !== EntryType.file || inode.bytes === 0 || ofPackageManagers.test(path)) return false;
  const { bytes } = inode;
  const { name } = node;
  if (maps.test(name)) return bytes <= mostMapBytes;
  if (configured.test(path)) return bytes <= mostTextBytes;
  if (isOwned) return false;
  if (isArchiveOfPrograms(name)) return bytes <= mostProgramBytes;
  if (inStore && bytes <= mostNamelessBytes) return true;
  if (isLibrary(name)) return bytes <= mostProgramBytes && !inStore;
  if (libraries.test(path)) return false;
  if (!name.includes(".") && bytes <= mostNamelessBytes) return true;
  return (texts.test(name) || namedTexts.test(name)) && bytes <= mostTextBytes;
}

/** True for other files that may name a path of the image: sources of libraries, large bundles, data. */
export function mayNamePaths(node: FileNode, inode: Inode): boolean {
  if (inode.type !== EntryType.file || inode.bytes === 0 || media.test(node.name) || ofPackageManagers.test(node.path)) return false;
  return inode.bytes <= (texts.test(node.name) ? mostBundleBytes : mostTextBytes);
}

/** True for an unmodified file of a distribution package; `installing`: layers in which packages were installed. */
export function isOfDistribution(node: FileNode, owners: ReadonlyMap<FileNode, string>, installing: ReadonlySet<number>): boolean {
  return owners.has(node) && installing.has(node.inode!.layer) && !outsideDistribution.test(node.path);
}

/** Java archives, whose manifest has a class path, and Python's. */
export function isArchiveOfPrograms(name: string): boolean {
  return /\.(?:[jwe]ar|pyz|pex|egg)$/.test(name);
}

/** Code that programs load. */
export function isLibrary(name: string): boolean {
  return library.test(name);
}

/** A file that may be executed; reading it shows whether it is a script or a program. */
export function isProgram(inode: Inode, path: string, mode: number, isOwned: boolean): boolean {
  if (isOwned || ofPackageManagers.test(path)) return false;
  return inode.type === EntryType.file && inode.bytes > 0 && inode.bytes <= mostProgramBytes && (mode & 0o111) !== 0;
}
