import { startsWith } from "./decode-text.ts";
import type { FileBytes } from "./file-bytes.ts";
import { looksLikeText, readPlainText } from "./texts/plain-text.ts";
import { Stop } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { isTarHeader } from "./archives/tar-names.ts";

/** Adds a file's text and fields to `reading`. Throws `Stop`; any other error means damage. */
type Reader = (file: FileBytes, reading: Reading) => Promise<void>;

/** How a kind of files is known by its first bytes, and what reads it. Libraries are loaded when they are needed. */
interface Kind {
  readonly is: (head: Uint8Array, start: string) => boolean;
  readonly reader: () => Promise<Reader>;
}

const HEAD = 4096;
/** Brands of ISO media files that are pictures (ISO 23008-12). */
const PICTURE = /^....ftyp(heic|heix|heim|heis|hevc|mif1|msf1|avif|avis)/s;
/** Sound and film: ID3, FLAC, Ogg, RIFF, AIFF, ISO media, Matroska, WMA, MPEG audio without a tag. */
const SOUND =
  /^(ID3|fLaC|OggS|RIFF....(WAVE|AVI )|FORM....AIF[FC]|....ftyp|\x1a\x45\xdf\xa3|\x30\x26\xb2\x75|MAC |wvpk|\xff[\xe2-\xff])/s;
const IMAGE = /^(\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*|\0\0\0\x0cJXL |\xff\x0a)/s;

const KINDS: readonly Kind[] = [
  { is: (_, start) => start.includes("%PDF-"), reader: async () => (await import("./pdf/pdf.ts")).readPdf },
  {
    is: (_, start) => /^PK(\x03\x04|\x05\x06)/.test(start),
    reader: async () => (await import("./archives/zip-reader.ts")).readZip,
  },
  { is: (head) => startsWith(head, [0x1f, 0x8b, 8]), reader: async () => (await import("./archives/tar.ts")).readGzip },
  { is: (head) => isTarHeader(head.subarray(0, 512)), reader: async () => (await import("./archives/tar.ts")).readTar },
  {
    is: (_, start) => IMAGE.test(start) || PICTURE.test(start),
    reader: async () => (await import("./media/image-fields.ts")).readImageFields,
  },
  { is: (_, start) => start.startsWith("{\\rtf"), reader: async () => (await import("./texts/rtf.ts")).readRtf },
];

/** How to read a file, by its first bytes, then by its name's ending. Throws `Stop` where nobody can. */
export async function readerFor(file: FileBytes): Promise<Reader> {
  if (file.size === 0) throw new Stop("no_text", "empty");
  const head = await file.range(0, HEAD);
  const start = String.fromCharCode(...head.subarray(0, 1024));
  const kind = KINDS.find(({ is }) => is(head, start));
  if (kind) return kind.reader();
  if (looksLikeText(head)) return textReader(file.name, start);
  if (SOUND.test(start)) return (await import("./media/sound-fields.ts")).readSoundFields;
  return refuse(file, start);
}

/** Headers that mail begins with; two of them, or a name that says so, make a message of a text. */
const MAIL =
  /^(return-path|received|delivered-to|message-id|mime-version|from|to|subject|date|x-[\w-]+|dkim-signature):/i;

async function textReader(name: string, start: string): Promise<Reader> {
  if (
    /\.(x?html?|svg)$/i.test(name) ||
    /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|svg)\b/i.test(start)
  ) {
    return (await import("./texts/html.ts")).readHtml;
  }
  const lines = start.split(/\r?\n(?![ \t])/, 3);
  if (
    /\.eml$/i.test(name) ||
    (MAIL.test(lines[0] ?? "") && /^(return-path|received|message-id|delivered-to|mime-version)/i.test(start))
  ) {
    return (await import("./texts/email.ts")).readEmail;
  }
  return readPlainText;
}

/** Says of the best known of those kinds that nothing here reads what they are, or that they are locked. */
async function refuse(file: FileBytes, start: string): Promise<never> {
  if (start.startsWith("\xd0\xcf\x11\xe0")) {
    const bytes = await file.range(0, 1024 * 1024);
    // Office keeps a locked document in a file of its old kind, under a name that it writes in UTF-16.
    const locked = new TextDecoder("utf-16le")
      .decode(bytes.subarray(0, bytes.length & ~1))
      .includes("EncryptedPackage");
    throw locked
      ? new Stop("protected", "encrypted with a password")
      : new Stop("unknown_kind", "an Office file of before 2007");
  }
  if (start.startsWith("7z\xbc\xaf")) throw new Stop("unknown_kind", "a 7z archive");
  if (start.startsWith("Rar!")) throw new Stop("unknown_kind", "a RAR archive");
  throw new Stop("unknown_kind", "no kind that can be read");
}
