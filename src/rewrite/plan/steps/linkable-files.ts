/**
 * Which files may share their content with others. Once two names are one file, what writes one in place writes both, on engines without overlay
 * and wherever links are carried along. So a link needs a reason why nobody writes: an installer brought the file, or it is of a kind that is
 * made anew and never edited.
 */

/** People and programs edit there. */
const edited = /^\/(?:etc|var|root|home|tmp|run|srv|usr\/src)\//;
/** What a package manager of a language installed, wherever the application lies. */
const ofPackages = /\/(?:site-packages|dist-packages|node_modules|gems|vendor)\//;
const ofSystem =
  /^\/(?:usr\/(?!local\/)|usr\/local\/(?:s?bin|lib(?:32|64|exec)?|include|share|go|rustup|cargo)\/|s?bin\/|lib(?:32|64)?\/|boot\/)/;
/** What servers serve is the author's: an administrator puts other pages there, a start script fills templates. */
const served = /\/(?:html|htdocs|www|wwwroot|webroot|webapps|public_html)\//;

const code =
  /\.(?:[cm]?[jt]sx?|map|css|s[ac]ss|less|vue|svelte|py[cod]?|pyi|pyx|rb|go|rs|[ch](?:c|h|pp|xx)?|java|class|[jwe]ar|kt|scala|clj|exs?|beam|erl|lua|pl|pm|t|r|jl|swift|wasm|node|dll|pdb|exe|dylib|[ao]|la|so(?:\.[\d.]+)?)$/i;
const archive = /\.(?:gz|tgz|xz|bz2|zst|zip|br|7z|whl|egg|gem|deb|rpm|apk|nupkg|pak)$/i;
const media = /\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|woff2?|[to]t[fc]|eot|mp[34]|m4[av]|ogg|opus|wav|flac|webm|mov|pdf|glb|mo)$/i;
const model = /\.(?:onnx|safetensors|gguf|ggml|pth?|tflite)$/i;
const unwritten = [code, archive, media, model];

/** False where somebody may write the file in place. `path`: as shown, with its slash. */
export function isNeverWritten(path: string, mode: number): boolean {
  if (edited.test(path)) return false;
  if (ofPackages.test(path)) return true;
  if (ofSystem.test(path) && !served.test(path)) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!name.includes(".")) return (mode & 0o111) !== 0;
  return unwritten.some((kind) => kind.test(name));
}

const library = /\.(?:so(?:\.[\w.]+)?|node|dll|dylib|pyd|bundle|plugin|oct|cmxs|mex\w*)$/;
/** What one Python loads from; two of them are never in one process. */
const installation = /^.*?\/(?:site|dist)-packages(?=\/)/;

/**
 * The dynamic linker takes two names of one file for one library: what a program loads as two, each with its own state, would share it
 * (Cython's modules and older ones of Node then refuse to start). `libx.so`, `libx.so.1` beside each other are what a symlink would be;
 * `red.so` and `blue.so` are two plugins. Equal for libraries that may become one; empty for other files.
 */
export function loadedFrom(path: string): string {
  if (!library.test(path)) return "";
  const root = installation.exec(path)?.[0] ?? "";
  return path.slice(root.length).replace(library, "");
}
