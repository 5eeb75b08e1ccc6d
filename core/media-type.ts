/** Types by file name extension, as registered with IANA where they are. Text is not here: see `TEXT`. */
const TYPES: Readonly<Record<string, string>> = {
  // Raster images
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  bmp: "image/bmp",
  heic: "image/heic",
  heif: "image/heif",
  tif: "image/tiff",
  tiff: "image/tiff",
  ico: "image/vnd.microsoft.icon",
  // Audio
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  aac: "audio/aac",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  opus: "audio/ogg",
  flac: "audio/flac",
  wav: "audio/wav",
  weba: "audio/webm",
  mid: "audio/midi",
  // Video
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
  ogv: "video/ogg",
  avi: "video/x-msvideo",
  mpeg: "video/mpeg",
  mpg: "video/mpeg",
  "3gp": "video/3gpp",
  // Documents and archives
  pdf: "application/pdf",
  zip: "application/zip",
  gz: "application/gzip",
  tgz: "application/gzip",
  bz2: "application/x-bzip2",
  xz: "application/x-xz",
  zst: "application/zstd",
  tar: "application/x-tar",
  "7z": "application/x-7z-compressed",
  rar: "application/vnd.rar",
  epub: "application/epub+zip",
  doc: "application/msword",
  xls: "application/vnd.ms-excel",
  ppt: "application/vnd.ms-powerpoint",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odp: "application/vnd.oasis.opendocument.presentation",
  rtf: "application/rtf",
  wasm: "application/wasm",
  ttf: "font/ttf",
  otf: "font/otf",
  woff: "font/woff",
  woff2: "font/woff2",
};

/** Extensions of text of any kind. It is served as `text/plain`, markup and programs included: see `mediaType`. */
const TEXT = new Set(
  `txt text md markdown rst log csv tsv json jsonl ndjson yaml yml toml ini conf cfg env xml html htm xhtml svg css scss
  less js mjs cjs jsx ts mts cts tsx vue py rb php pl lua sh bash zsh fish ps1 bat cmd c h cc cpp cxx hpp cs java kt
  kts swift go rs scala clj ex exs erl hs ml sql graphql proto diff patch tex bib srt vtt ics vcf gitignore editorconfig
  dockerfile makefile lock properties gradle asm r jl dart zig nim tf`.split(/\s+/),
);

/**
 * Images that a browser draws without running anything, or does not know and offers to save. SVG is markup, and so is not
 * one.
 */
const INLINE_IMAGES = /^image\/(png|jpeg|gif|webp|avif|bmp|heic|heif|vnd\.microsoft\.icon)$/;

/**
 * The `Content-Type` to serve a file of this name with. Never one that a browser runs or renders as a page: markup
 * (HTML, SVG, XML) and programs are plain text; what is unknown is `application/octet-stream`.
 */
export function mediaType(name: string): string {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? name.toLowerCase();
  if (TEXT.has(extension)) return "text/plain; charset=utf-8";
  return (Object.hasOwn(TYPES, extension) && name.includes(".") && TYPES[extension]) || "application/octet-stream";
}

/** Whether a browser may show this type in place: raster images, audio, video, PDF and plain text (D6). */
export function safeInline(type: string): boolean {
  return (
    INLINE_IMAGES.test(type) ||
    /^(audio|video)\//.test(type) ||
    type === "application/pdf" ||
    type.startsWith("text/plain")
  );
}
