/** Which files are read to learn what they name: those that start programs or tell them where things are, and small sources of the image's author. */
import { EntryType } from "../../tar/entry.ts";
import type { FileNode, Inode } from "../../filesystem/file-tree.ts";

const mostTextBytes = 1024 * 1024;
/** What yarn writes for Plug'n'Play grows with the project. */
const mostMapBytes = 64 * 1024 * 1024;
const mostProgramBytes = 64 * 1024 * 1024;
const mostNamelessBytes = 64 * 1024;

/** How a program or its environment is started or told where things lie. */
const maps = /^(?:pyvenv\.cfg|.*\.(?:pth|egg-link)|\.pnp\.(?:c?js|data\.json|loader\.mjs))$/;
const texts =
  /\.(?:sh|bash|zsh|fish|ksh|py|pyw|rb|pl|pm|js|mjs|cjs|ts|mts|cts|php|lua|r|tcl|jl|ex|exs|clj|groovy|scala|kts|bat|cmd|ps1|psm1|psd1|csh|tcsh|nu|awk|el|scm|ml|vim|service|timer|socket|path|conf|cnf|cfg|config|ini|properties|ya?ml|toml|json|json5|xml|env|rc|hcl|cron|desktop|rules)$/i;
const namedTexts =
  /^(?:\.env.*|Procfile.*|Makefile|Justfile|justfile|Rakefile|Caddyfile|Corefile|crontab.*|run|finish|up|down|\.[\w-]*rc|\.profile|.*_profile)$/;
const configured =
  /^(?:etc|var\/spool\/cron|docker-entrypoint[^/]*\.d|entrypoint\.d|usr\/(?:local\/)?etc|usr\/lib\/systemd|lib\/systemd|command|package\/admin)\//;
/** Scripts and lists that package managers alone read, while they install. */
const ofPackageManagers = /^(?:var\/lib\/(?:dpkg|apt|rpm|pacman)|lib\/apk)\//;
/** Libraries that came with a package or a language: they name nothing of this image's making. Programs among them are read. */
const libraries =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|gems|lib(?:64)?\/(?:python\d[\d.]*|ruby|perl5?|php))\/|^usr\/local\/go\/|^usr\/(?:lib|share|include|src)\/|^(?:lib|lib64|boot|proc|sys|dev)\//;
const library = /\.(?:so(?:\.[\d.]+)?|node|dll|exe)$/;
const media = /\.(?:png|jpe?g|gif|webp|ico|svgz?|woff2?|[to]tf|eot|mp[34]|gz|tgz|xz|bz2|zst|zip|br|pdf|mo)$/i;
const mostBundleBytes = 16 * 1024 * 1024;
/** Where no distribution puts files: an owner there is the author's own package. */
const outsideDistribution = /^(?:opt|srv|app|home|root|usr\/local)\//;

/**
 * `isOwned`: a package of the distribution brought the file, which knows nothing of the image's own folders. `inStore`: the plan may take it;
 * what it names counts once it is used itself.
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

/** True for what may name a path of the image all the same: sources of libraries, large bundles, data. */
export function mayNamePaths(node: FileNode, inode: Inode): boolean {
  if (inode.type !== EntryType.file || inode.bytes === 0 || media.test(node.name) || ofPackageManagers.test(node.path)) return false;
  return inode.bytes <= (texts.test(node.name) ? mostBundleBytes : mostTextBytes);
}

/** True when a package of the distribution brought the file as it is; `installing`: layers in which packages were installed. */
export function isOfDistribution(node: FileNode, owners: ReadonlyMap<FileNode, string>, installing: ReadonlySet<number>): boolean {
  return owners.has(node) && installing.has(node.inode!.layer) && !outsideDistribution.test(node.path);
}

/** Java's archives, whose manifest has a class path, and Python's. */
export function isArchiveOfPrograms(name: string): boolean {
  return /\.(?:[jwe]ar|pyz|pex|egg)$/.test(name);
}

/** Code that others load. */
export function isLibrary(name: string): boolean {
  return library.test(name);
}

/** A file that may be started; whether it is a script or a program shows when it is read. */
export function isProgram(inode: Inode, path: string, mode: number, isOwned: boolean): boolean {
  if (isOwned || ofPackageManagers.test(path)) return false;
  return inode.type === EntryType.file && inode.bytes > 0 && inode.bytes <= mostProgramBytes && (mode & 0o111) !== 0;
}
