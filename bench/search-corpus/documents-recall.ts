import { spawnSync } from "node:child_process";
import { extname, join } from "node:path";
import type { LedgeAccount } from "../support/ledge-account.ts";
import type { Figure } from "../support/measure.ts";
import { spread } from "./queries.ts";
import { findAll } from "./recall.ts";
import { isInstalled } from "./ripgrep.ts";

const DOCUMENTS = 60;
const WORDS_OF_EACH = 4;
/** Characters of a document whose words are asked for: well within the text that is kept. */
const CHARACTERS = 200_000;
/** Milliseconds: some of the files are made to keep a reader busy. */
const PATIENCE = 20_000;

const WORD = /(?<![\p{L}\p{M}\p{N}_-])[a-z]{4,15}(?![\p{L}\p{M}\p{N}_-])/gu;
/** In the middle of lines: what a line of a page ends with may be half a word. */
const WORD_WITHIN_LINE = /(?<=[a-z] )[a-z]{5,15}(?= [a-z])/g;
/** What `odt2txt` puts in a picture's place, with a name that is shown to nobody. */
const IMAGE_NAME = /\[-- Image: .*? --\]/g;

/** A program that reads a kind of documents, by itself and by other means than the server. */
interface OtherReader {
  readonly endings: RegExp;
  readonly program: string;
  /** Debian's package that has it. */
  readonly package: string;
  readonly args: (path: string) => string[];
  /** What of its answer counts as words. */
  readonly words?: RegExp;
  /** Whether it answers markup. */
  readonly isMarkup?: true;
}

const READERS: readonly OtherReader[] = [
  {
    endings: /\.pdf$/i,
    program: "pdftotext",
    package: "poppler-utils",
    args: (path) => ["-enc", "UTF-8", path, "-"],
    words: WORD_WITHIN_LINE,
  },
  { endings: /\.docx$/i, program: "docx2txt", package: "docx2txt", args: (path) => [path, "-"] },
  { endings: /\.xlsx$/i, program: "xlsx2csv", package: "xlsx2csv", args: (path) => ["--all", path] },
  {
    endings: /\.o[dt][tsp]$/i,
    program: "odt2txt",
    package: "odt2txt",
    args: (path) => ["--encoding=UTF-8", "--width=-1", "--subst=none", path],
  },
  {
    endings: /\.pptx$/i,
    program: "unzip",
    package: "unzip",
    args: (path) => ["-p", path, "ppt/slides/slide*.xml"],
    isMarkup: true,
  },
  {
    endings: /\.epub$/i,
    program: "unzip",
    package: "unzip",
    args: (path) => ["-p", path, "*.xhtml", "*.html"],
    isMarkup: true,
  },
];

/** Of words that other programs read in PDF and Office files, how many the file is found by; those that are not are printed. */
export async function documentsRecall(
  account: LedgeAccount,
  root: string,
  folder: string,
  paths: readonly string[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const reader of READERS) {
    const { program, endings } = reader;
    if (!isInstalled(program, "-v")) {
      console.error(`${program} is not installed: no recall of its files (apt-get install ${reader.package})`);
      continue;
    }
    const documents = spread(
      paths.filter((path) => endings.test(path)),
      DOCUMENTS,
    );
    if (documents.length > 0) figures.push(await recallBeside(reader, documents, account, root, folder));
  }
  return figures;
}

async function recallBeside(
  reader: OtherReader,
  documents: readonly string[],
  account: LedgeAccount,
  root: string,
  folder: string,
): Promise<Figure> {
  const counts = { documents: documents.length, "without words": 0, asked: 0, missed: 0 };
  for (const path of documents) {
    const words = wordsBy(reader, join(root, path));
    if (words.length === 0) counts["without words"]++;
    for (const word of words) {
      const { files } = await findAll(account, `"${word}" type:${extname(path).slice(1)}`, folder);
      counts.asked++;
      if (files.has(path)) continue;
      counts.missed++;
      console.error(`missed: ${word}, which ${reader.program} reads, in ${path}`);
    }
  }
  const kinds = [...new Set(documents.map((path) => extname(path).toLowerCase()))].toSorted().join(", ");
  return {
    name: `recall of words that ${reader.program} reads in ${kinds}`,
    value: (counts.asked - counts.missed) / Math.max(1, counts.asked),
    unit: "",
    target: { atLeast: 0.95 },
    details: counts,
  };
}

/** Some of the words that a program reads in a file; none where it cannot. */
function wordsBy({ program, args, words, isMarkup }: OtherReader, path: string): string[] {
  const { stdout } = spawnSync(program, args(path), { maxBuffer: 2 ** 28, timeout: PATIENCE });
  const whole = stdout?.toString() ?? "";
  const text = (isMarkup ? withoutMarkup(whole) : whole).slice(0, CHARACTERS);
  return spread(
    [
      ...new Set(
        text
          .replace(IMAGE_NAME, " ")
          .toLowerCase()
          .match(words ?? WORD) ?? [],
      ),
    ],
    WORDS_OF_EACH,
  );
}

/** What is between elements. Those within a word of a slide are runs of it. */
function withoutMarkup(markup: string): string {
  return markup
    .replace(/<(style|script|head|p:timing)\b.*?<\/\1>/gs, " ")
    .replace(/<\/a:t>.*?(?=<a:t[ >]|<\/a:p>|$)|<\/?(a:t|i|b|em|strong|span)\b[^>]*>/gs, "")
    .replace(/<[^>]*>|&[#\w]*;/g, " ");
}
