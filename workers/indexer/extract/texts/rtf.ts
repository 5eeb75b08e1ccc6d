import type { FileBytes } from "../file-bytes.ts";
import type { Reading } from "../reading.ts";

/** Groups that hold no text of the document: fonts, colours, styles, pictures, what programs keep for themselves. */
const UNREAD = new Set(
  "fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator info pict object themedata".split(" "),
);
/** Control words that stand for a character. */
const CHARACTERS: Readonly<Record<string, string>> = {
  par: "\n",
  line: "\n",
  row: "\n",
  sect: "\n",
  page: "\n",
  cell: "\t",
  tab: "\t",
  emdash: "—",
  endash: "–",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "•",
  "~": " ",
  _: "-",
};
/** A group's ends, a control word with its number, a control sign, a byte in hexadecimal, or text. */
const TOKEN = /[{}]|\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|[^{}\\]+/gi;

interface Group {
  unread: boolean;
  /** Characters after each `\u` that say the same for old programs. */
  skip: number;
}

/** Reads Rich Text Format (1.9.1): its text in one code page, and characters of Unicode. */
export async function readRtf(file: FileBytes, reading: Reading): Promise<void> {
  const { markupBytes } = reading.limits;
  const source = new TextDecoder("latin1").decode(await file.range(0, markupBytes));
  const decoder = codePage(source);
  const groups: Group[] = [{ unread: false, skip: 1 }];
  let pending: number[] = [];
  let left = 0;
  const flush = (): void => {
    if (pending.length > 0) reading.add(decoder.decode(Uint8Array.from(pending)));
    pending = [];
  };
  for (const [token, word, number, hex, sign] of source.matchAll(TOKEN)) {
    const group = groups.at(-1) ?? { unread: true, skip: 1 };
    if (hex !== undefined) {
      if (left > 0) left--;
      else if (!group.unread) pending.push(Number.parseInt(hex, 16));
      continue;
    }
    flush();
    if (token === "{") {
      reading.checkDepth(groups.length);
      groups.push({ ...group });
    } else if (token === "}") {
      if (groups.length > 1) groups.pop();
    } else if (sign === "*" || (word !== undefined && UNREAD.has(word))) {
      group.unread = true;
    } else if (word === "uc") {
      group.skip = Number(number ?? 1);
    } else if (word === "u") {
      if (!group.unread) reading.add(String.fromCharCode(Number(number ?? 0) & 0xffff));
      left = group.skip;
    } else if (word !== undefined || sign !== undefined) {
      const character = CHARACTERS[word ?? sign ?? ""] ?? (sign !== undefined && "{}\\".includes(sign) ? sign : "");
      if (!group.unread) reading.add(character);
    } else {
      // Line ends in the file are none of the text's.
      const text = token.replace(/[\r\n]/g, "");
      if (!group.unread) reading.add(text.slice(left));
      left = Math.max(0, left - text.length);
    }
  }
  flush();
  if (file.size > markupBytes) reading.stop("over_bytes", `more than ${markupBytes} bytes of markup`);
}

function codePage(source: string): TextDecoder {
  const page = Number(/\\ansicpg(\d+)/.exec(source)?.[1] ?? 1252);
  const names: Readonly<Record<number, string>> = {
    932: "shift_jis",
    936: "gb18030",
    949: "euc-kr",
    950: "big5",
    65001: "utf-8",
  };
  try {
    return new TextDecoder(names[page] ?? `windows-${page}`);
  } catch {
    return new TextDecoder("windows-1252");
  }
}
