import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SearchApi } from "../../client/search.ts";
import { meter } from "../search-corpus/bill.ts";
import { collect, type CorpusFile } from "../search-corpus/collect.ts";
import { documentsRecall } from "../search-corpus/documents-recall.ts";
import { timesFigure } from "../search-corpus/figures.ts";
import { untilFindable } from "../search-corpus/findable.ts";
import { IndexFile } from "../search-corpus/index-file.ts";
import { measurePlain, type PlainResult } from "../search-corpus/plain-fts5.ts";
import { byFrequency, countWords, type CorpusQuery, makeQueries, spread } from "../search-corpus/queries.ts";
import { explain, type FoundFiles, findAll, hasWord, isPlain, type Miss } from "../search-corpus/recall.ts";
import { filesWith, isInstalled, timeRipgrep } from "../search-corpus/ripgrep.ts";
import { type LedgeAccount, makeFolder, signUp } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";
import { withTemporaryFolder } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";

const FOLDER = "corpus";
const PROBES = 100;
const SAMPLE_FILES = 3_000;
const WORDS = 200;
const MiB = 2 ** 20;

/** The corpus where it lies, and where it is on the server. */
interface Corpus {
  readonly root: string;
  readonly files: readonly CorpusFile[];
  readonly account: LedgeAccount;
  readonly space: string;
  readonly index: IndexFile;
}

/** Real files of this machine: how fast they are found, what that takes, and whether all that ripgrep finds is. */
export const searchCorpus: Measure = {
  name: "search-corpus",
  title: "Searching real files: documentation, manuals, sources, PDF and Office files",
  run: (servers, options) =>
    withTemporaryFolder(async (temporary) => {
      const root = join(temporary, FOLDER);
      if (options.documents.length === 0) {
        console.error("few PDF and Office files: bench/search-corpus/documents.sh gets some, --documents takes them");
      }
      const files = await collect(root, options.documents, options.files);
      const server = await servers.ledge();
      const account = await signUp(server.url);
      const space = (await account.api.account()).home.space;
      const index = new IndexFile(server.state);
      try {
        const corpus = { root, files, account, space, index };
        progress(`${files.length} files collected`);
        const bulk = await indexAll(corpus, await signUp(server.url), temporary);
        const idle: number[] = [];
        for (let i = 0; i < PROBES; i++) idle.push(await untilFindable(account, temporary, `idle${i}probe`));
        progress("single files found");
        const found = await searchAll(corpus, temporary);
        progress("searches done");
        return [
          ...bulk,
          timesFigure("commit → findable, nothing else to index", idle),
          ...found.figures,
          ...(await meter(servers, root, files, temporary, found.queries)),
        ];
      } finally {
        index.close();
      }
    }),
};

/** All files up and indexed, while somebody else commits small ones. */
async function indexAll(corpus: Corpus, other: LedgeAccount, temporary: string): Promise<Figure[]> {
  const { root, files, account, space, index } = corpus;
  const count = files.length;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1_000;
  const target = await makeFolder(account, account.root, FOLDER);
  let isDone = false;
  const beside = (async () => {
    const times: number[] = [];
    for (let i = 0; !isDone; i++) times.push(await untilFindable(other, temporary, `bulk${i}probe`));
    return times;
  })();
  // Where the upload fails, that is what is said.
  beside.catch(() => undefined);
  await uploadFolder(account, root, target);
  const uploaded = since();
  progress("uploaded");
  const indexedByThen = index.entries(space);
  await untilFindable(account, temporary, "lastprobe");
  const taken = since();
  isDone = true;
  progress("indexed");
  const entries = index.entries(space);
  let textBytes = 0;
  let texts = 0;
  for (const { text } of index.texts(space)) {
    if (text !== null) texts++;
    textBytes += Buffer.byteLength(text ?? "");
  }
  const sizes = index.sizes();
  return [
    {
      name: "uploaded and indexed, thumbnails made beside it",
      value: count / taken,
      unit: "files/s",
      details: {
        files: count,
        "MiB of files": bytes / MiB,
        "MiB of text": textBytes / MiB,
        "files with text": texts,
        "MiB of text a second": textBytes / MiB / taken,
        "seconds of upload": uploaded,
        "seconds in all": taken,
      },
    },
    {
      name: "indexed after the upload alone",
      value: (entries - indexedByThen) / (taken - uploaded),
      unit: "entries/s",
    },
    {
      name: "size of the index by bytes of text",
      value: sizes.all,
      unit: "bytes",
      reference: { name: "text", value: textBytes },
      ratio: sizes.all / textBytes,
      details: { ...sizes, "an entry": sizes.all / entries },
    },
    {
      name: "contents without their text, or not all of it",
      value: total(index.reasons()),
      unit: "",
      details: index.reasons(),
    },
    timesFigure("commit → findable, while somebody else's files are indexed", await beside),
  ];
}

/** Times of queries and what they find, beside SQLite by itself and ripgrep. */
async function searchAll(corpus: Corpus, temporary: string): Promise<{ figures: Figure[]; queries: CorpusQuery[] }> {
  const { root, files, account, index, space } = corpus;
  const plain = new Set(files.filter(({ path }) => isPlain(root, path)).map(({ path }) => path));
  const sampled: string[] = [];
  for (const path of spread([...plain], SAMPLE_FILES)) sampled.push(await readFile(join(root, path), "latin1"));
  const words = [...countWords(sampled)].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  const hasRipgrep = isInstalled("rg", "--version");
  if (!hasRipgrep) console.error("ripgrep is not installed: no recall (apt-get install ripgrep)");
  const candidates = [...words.slice(0, 2_000).filter((_, i) => i % 8 === 0), ...spread(words.slice(2_000), 500)];
  const truth = hasRipgrep
    ? await filesWith(root, candidates, join(temporary, "words"))
    : new Map<string, Set<string>>();
  const frequencies = hasRipgrep
    ? new Map([...truth].map(([word, paths]) => [word, paths.size] as const))
    : new Map([...countWords(sampled)].filter(([word]) => candidates.includes(word)));
  const samples = sampled.map((text) => Buffer.from(text.slice(0, 20_000), "latin1").toString("utf8"));
  const queries = makeQueries(
    frequencies,
    samples,
    files.map(({ path }) => path),
  );
  const { rare, middle, common } = byFrequency(frequencies);
  const asked = [...spread(rare, 80), ...spread(middle, 80), ...spread(common, WORDS - 160)];
  const times = await timeQueries(account, queries);
  const direct = measurePlain(() => index.texts(space), queries, asked);
  const figures = [
    timesFigure("query over HTTP, first page", [...times.values()].flat(), 1_000),
    ...[...times].map(([kind, each]) => timesFigure(`of which ${kind}`, each)),
    ...direct.flatMap(plainFigures),
  ];
  progress("queries timed, SQLite asked");
  if (hasRipgrep) {
    figures.push(timesFigure("ripgrep, one word", await timeRipgrep(root, spread(asked, 20))));
    figures.push(...(await recall(corpus, plain, asked, truth, direct[1])));
  }
  const paths = files.map(({ path }) => path);
  figures.push(...(await documentsRecall(account, root, `/${FOLDER}`, paths)));
  return { figures, queries };
}

function plainFigures({ name, filesPerSecond, size, times }: PlainResult): Figure[] {
  return [
    { name: `${name}: inserted, texts read already`, value: filesPerSecond, unit: "files/s" },
    { name: `${name}: size without texts`, value: size, unit: "bytes" },
    timesFigure(`${name}: the same queries`, times),
  ];
}

async function timeQueries({ api }: LedgeAccount, queries: readonly CorpusQuery[]): Promise<Map<string, number[]>> {
  const search = new SearchApi(api.http);
  const times = new Map<string, number[]>();
  for (let i = 0; i < 10; i++) await search.search(`warming${i}`);
  for (const { kind, q } of queries) {
    const begin = performance.now();
    await search.search(q);
    times.set(kind, [...(times.get(kind) ?? []), performance.now() - begin]);
  }
  return times;
}

/** Whether each word, as a whole one, finds the plain files that ripgrep finds it in, and no others. */
async function recall(
  corpus: Corpus,
  plain: ReadonlySet<string>,
  words: readonly string[],
  truth: ReadonlyMap<string, ReadonlySet<string>>,
  direct: PlainResult | undefined,
): Promise<Figure[]> {
  const { root, account, index, space } = corpus;
  const counts = { expected: 0, found: 0, byDirect: 0, all: 0, wrong: 0, pages: 0 };
  const misses: Miss[] = [];
  for (const word of words) {
    const { files, pages }: FoundFiles = await findAll(account, `"${word}"`, `/${FOLDER}`);
    const rows = direct?.found.get(word);
    // ripgrep 13 says `mit` of `Omit`, where it is asked for many words at once and only for what matched.
    const expected = [...(truth.get(word) ?? [])].filter(
      (path) => plain.has(path) && (files.has(path) || hasWord(root, path, word)),
    );
    counts.pages += pages;
    counts.expected += expected.length;
    for (const path of expected) {
      const hit = files.get(path);
      if (!hit) misses.push({ word, path });
      else if (rows?.has(hit.node)) counts.byDirect++;
    }
    for (const [path, { byName }] of files) {
      if (!plain.has(path)) continue;
      counts.all++;
      if (byName || truth.get(word)?.has(path) || hasWord(root, path, word)) continue;
      counts.wrong++;
      console.error(`wrong: ${word} found ${path}`);
    }
  }
  const explained = await explain(account, `/${FOLDER}`, index, space, misses);
  for (const { word, path, reason, detail } of explained) {
    if (reason !== "cut") console.error(`missed: ${word} in ${path}: ${reason}, ${detail}`);
  }
  const of = (reason: string) => explained.filter((each) => each.reason === reason).length;
  const within = counts.expected - of("cut");
  const found = counts.expected - misses.length;
  return [
    {
      name: `recall of ${words.length} words in plain files, of what ripgrep finds within the limits`,
      value: found / within,
      unit: "",
      target: { atLeast: 0.99 },
      details: {
        expected: counts.expected,
        found,
        "over the limit": of("cut"),
        unread: of("unread"),
        "no such word": of("other word"),
        lost: of("lost"),
        pages: counts.pages,
      },
    },
    { name: "the same with FTS5, unicode61, of what Ledge found", value: counts.byDirect / found, unit: "" },
    {
      name: "precision: found in plain files, the word is there",
      value: (counts.all - counts.wrong) / counts.all,
      unit: "",
      target: { atLeast: 0.99 },
      details: { all: counts.all, wrong: counts.wrong },
    },
  ];
}

/** The run takes minutes: says where it is. */
function progress(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}
