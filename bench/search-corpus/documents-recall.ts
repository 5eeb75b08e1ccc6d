import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { LedgeAccount } from "../support/ledge-account.ts";
import { spread } from "./queries.ts";
import { findAll } from "./recall.ts";

const DOCUMENTS = 60;
const WORDS_OF_EACH = 4;
/** Characters of a document whose words are asked for: well within the text that is kept. */
const CHARACTERS = 200_000;

/** Of words that `pdftotext` reads in PDF files, how many the file is found by; `missed` are the others. */
export async function pdfRecall(
  account: LedgeAccount,
  root: string,
  folder: string,
  paths: readonly string[],
): Promise<{ asked: number; missed: string[] }> {
  const missed: string[] = [];
  let asked = 0;
  for (const path of spread(
    paths.filter((each) => /\.pdf$/i.test(each)),
    DOCUMENTS,
  )) {
    for (const word of wordsOfPdf(join(root, path))) {
      const { files } = await findAll(account, `"${word}" type:pdf`, folder);
      asked++;
      if (!files.has(path)) missed.push(`${word} in ${path}`);
    }
  }
  return { asked, missed };
}

function wordsOfPdf(path: string): string[] {
  const text = execFileSync("pdftotext", ["-enc", "UTF-8", path, "-"], { maxBuffer: 2 ** 28, stdio: "pipe" });
  // In the middle of lines: what a line ends with may be half a word.
  const words =
    text
      .toString()
      .slice(0, CHARACTERS)
      .match(/(?<=[a-z] )[a-z]{5,15}(?= [a-z])/g) ?? [];
  return spread([...new Set(words)], WORDS_OF_EACH);
}
