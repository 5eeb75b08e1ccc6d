import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";
import { call, randomAddress, signUp } from "./support/accounts.ts";
import { Belongings, frameOf, someBytes } from "./support/belongings.ts";
import { makeSharedFolder } from "./support/shared-folder.ts";
import { readRoutes, type Route } from "./support/openapi-document.ts";
import { type FuzzedRequest, fuzzedRequest, type Vocabulary } from "./support/request-arbitrary.ts";
import { stateDigest } from "./support/state-digest.ts";

const { SETTINGS: settings } = env as unknown as { SETTINGS: Readonly<Record<string, string | undefined>> };
/** Another seed, another walk; a failure prints its seed and the smallest request that shows it. */
const SEED = Number(settings["FUZZ_SEED"] ?? 20_261_122);
/** Requests to each route. */
const RUNS = Number(settings["FUZZ_RUNS"] ?? 30);
/** To a route below a shared folder, which is one of the home space's once more. */
const SPACE_RUNS = Math.ceil(RUNS / 2);
const TIMEOUT = 60_000 + 1_000 * RUNS;

const { routes, schemas } = await readRoutes();

describe("[P1] bad input is never a 5xx, and what is refused changes nothing", () => {
  for (const [i, route] of routes.entries()) {
    it(`${route.key} (seed ${SEED + i})`, { timeout: TIMEOUT }, async () => {
      const { asker, vocabulary } = await somebodyFor(route);
      let before = await stateDigest();
      await fc.assert(
        fc.asyncProperty(fuzzedRequest(route, vocabulary), async (request) => {
          const status = await send(asker, route.method, request);
          const after = await stateDigest();
          const earlier = before;
          before = after;
          expect(status, "status").toBeLessThan(500);
          if (status >= 400) expect(after, `state after ${status}`).toEqual(earlier);
        }),
        { seed: SEED + i, numRuns: isOfSpace(route) ? SPACE_RUNS : RUNS, interruptAfterTimeLimit: TIMEOUT - 20_000 },
      );
    });
  }
});

/** The answer's status, once its body has come whole. */
async function send(owner: Belongings, method: string, { path, headers, body }: FuzzedRequest): Promise<number> {
  const authorization = `Bearer ${owner.account.token}`;
  const response = await call(path, {
    method,
    // What a route leads to is a page of the app, which this runtime has not.
    redirect: "manual",
    headers: { ...headers, authorization, "cf-connecting-ip": randomAddress() },
    ...(body !== null && { body }),
  });
  await response.arrayBuffer();
  return response.status;
}

function isOfSpace({ path }: Route): boolean {
  return path.startsWith("/spaces/{space}/");
}

function isOfUploads({ path }: Route): boolean {
  return path.endsWith("/complete") || path.includes("/chunks/");
}

interface Somebody {
  readonly asker: Belongings;
  readonly vocabulary: Vocabulary;
}

/** Who reads: one account is enough for all routes that change nothing. */
const readers = new Map<string, Promise<Somebody>>();

async function somebodyFor(route: Route): Promise<Somebody> {
  const make = (): Promise<Somebody> => (isOfSpace(route) ? inSharedFolder(route) : atHome(route));
  if (route.method !== "GET" && route.method !== "HEAD") return make();
  const key = `${isOfSpace(route)} ${isOfUploads(route)}`;
  const reader = readers.get(key) ?? make();
  readers.set(key, reader);
  return reader;
}

async function atHome(route: Route): Promise<Somebody> {
  const asker = new Belongings(await signUp());
  return { asker, vocabulary: await vocabularyOf(asker, route) };
}

/** As an editor, with the ids of what is outside of the folder among the words. */
async function inSharedFolder(route: Route): Promise<Somebody> {
  const { folder, owner, as } = await makeSharedFolder();
  const { known, likely, ...rest } = await vocabularyOf(as.editor, route);
  const outside = [(await owner.file()).id, owner.account.home.root];
  const vocabulary = { ...rest, known: [...known, ...outside], likely: { ...likely, space: [folder.id] } };
  return { asker: as.editor, vocabulary };
}

/** Somebody else's, whose ids are words of all. */
let foreign: Promise<{ readonly file: Node; readonly space: string }> | undefined;

async function makeForeign(): Promise<{ readonly file: Node; readonly space: string }> {
  const stranger = new Belongings(await signUp());
  return { file: await stranger.file(), space: stranger.account.home.space };
}

/** An account with one of everything, and a stranger's ids among its words. */
async function vocabularyOf(owner: Belongings, route: Route): Promise<Vocabulary> {
  const { file: theirs, space: theirSpace } = await (foreign ??= makeForeign());
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  const twice = await owner.fileOfTwoVersions();
  const trashed = await owner.trashedFolder();
  const frames = [await frameOf(someBytes()), await frameOf(someBytes())];
  const chunks = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
  const { upload } = await owner.upload(chunks);
  const single = await owner.fileUpload(false);
  const { cursor } = await owner.send<{ cursor: string }>("GET", "/sync/changes");
  const known = [
    "root",
    owner.account.home.root,
    owner.account.home.space,
    ...[folder, file, twice, trashed].flatMap(({ id, name, content }) => [id, name, content ?? newId()]),
    ...chunks.map(({ id }) => id),
    upload,
    single.upload.upload,
    single.upload.fileId,
    single.frame.id,
    cursor,
    new Date(0).toISOString(),
    `/${folder.name}/${file.name}`,
    theirs.id,
    theirs.content ?? "",
    theirSpace,
    newId(),
  ];
  const likely = {
    id: [upload],
    fileId: isOfUploads(route) ? [single.upload.fileId] : [twice.id, file.id, trashed.id],
    chunkId: [single.frame.id],
    folderId: [folder.id, "root"],
    version: ["1", "2"],
  };
  return { schemas, known, likely, frames: [...frames, single.frame] };
}
