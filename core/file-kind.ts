import type { FileKind } from "../protocol/usage.ts";

const EXTENSIONS: Readonly<Record<FileKind, string>> = {
  image: "png jpg jpeg jpe gif webp avif svg bmp ico heic heif tif tiff jxl raw cr2 nef arw dng psd ai",
  video: "mp4 m4v mov webm mkv avi mpg mpeg wmv ogv 3gp",
  audio: "mp3 m4a aac wav flac ogg oga opus wma aif aiff mid midi",
  pdf: "pdf",
  document: "doc docx odt pages rtf epub mobi",
  spreadsheet: "xls xlsx xlsm ods numbers",
  presentation: "ppt pptx odp key",
  markdown: "md markdown mdx mkd",
  table: "csv tsv",
  code:
    "js mjs cjs jsx ts mts cts tsx json jsonc json5 html htm xhtml css scss sass less vue svelte astro xml yaml yml toml " +
    "ini py pyi rb go rs java kt kts c h cc cpp cxx hpp cs swift m mm php pl lua r jl scala clj ex exs erl hs ml fs dart zig " +
    "nim sql graphql gql proto sh bash zsh fish ps1 bat cmd dockerfile makefile cmake gradle tf tex bib diff patch wasm ipynb",
  text: "txt text log srt vtt nfo env conf cfg properties gitignore editorconfig",
  archive: "zip gz tgz bz2 tbz xz txz zst 7z rar tar jar war",
  font: "ttf otf woff woff2 eot",
  disk: "iso dmg img vhd vmdk exe msi deb rpm apk appimage",
  other: "",
};

const KINDS: ReadonlyMap<string, FileKind> = new Map(
  (Object.keys(EXTENSIONS) as FileKind[]).flatMap((kind) =>
    EXTENSIONS[kind].split(" ").map((extension) => [extension, kind] as const),
  ),
);

/** In lower case, without the dot; `""` where there is none. `Makefile` and `.gitignore` are taken for extensions. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const lower = name.slice(dot + 1).toLowerCase();
  return dot >= 0 || KINDS.has(lower) ? lower : "";
}

/** What a file is to a person, by its name. Goes by the name's last part only: `.png` is an image as `a.b.png` is. */
export function fileKind(name: string): FileKind {
  const extension = extensionOf(name);
  return (extension !== "" && KINDS.get(extension)) || "other";
}
