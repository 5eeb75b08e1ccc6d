import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { call, randomAddress, signUp } from "./support/accounts.ts";
import { Belongings, frameOf, someBytes } from "./support/belongings.ts";
import { makeSharedFolder } from "./support/shared-folder.ts";
import { readRoutes, type Route } from "./support/openapi-document.ts";
import { type FuzzedRequest, fuzzedRequest, type Vocabulary } from "./support/request-arbitrary.ts";
import { stateDigest } from "./support/state-digest.ts";

/** Another seed, another walk; a failure prints its seed and the smallest request that shows it. */
const SEED = 20_261_122;
const RUNS = 60;
/** Of a route below a shared folder, which is one of the home space's once more. */
const SPACE_RUNS = 25;

const { routes, schemas } = await readRoutes();

describe("[P1] bad input is never a 5xx, and what is refused changes nothing", () => {
  for (const [i, route] of routes.entries()) {
    it(`${route.key} (seed ${SEED + i})`, async () => {
      const { asker, vocabulary } = await (isOfSpace(route) ? inSharedFolder(route) : atHome(route));
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
        { seed: SEED + i, numRuns: isOfSpace(route) ? SPACE_RUNS : RUNS, interruptAfterTimeLimit: 40_000 },
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

async function atHome(route: Route): Promise<{ asker: Belongings; vocabulary: Vocabulary }> {
  const asker = new Belongings(await signUp());
  return { asker, vocabulary: await vocabularyOf(asker, route) };
}

/** As an editor, with the ids of what is outside of the folder among the words. */
async function inSharedFolder(route: Route): Promise<{ asker: Belongings; vocabulary: Vocabulary }> {
  const { folder, owner, as } = await makeSharedFolder();
  const { known, likely, ...rest } = await vocabularyOf(as.editor, route);
  const outside = [(await owner.file()).id, owner.account.home.root];
  const vocabulary = { ...rest, known: [...known, ...outside], likely: { ...likely, space: [folder.id] } };
  return { asker: as.editor, vocabulary };
}

/** An account with one of everything, and a stranger's ids among its words. */
async function vocabularyOf(owner: Belongings, route: Route): Promise<Vocabulary> {
  const stranger = new Belongings(await signUp());
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  const twice = await owner.fileOfTwoVersions();
  const trashed = await owner.trashedFolder();
  const frames = [await frameOf(someBytes()), await frameOf(someBytes())];
  const chunks = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
  const { upload } = await owner.upload(chunks);
  const single = await owner.fileUpload(false);
  const { cursor } = await owner.send<{ cursor: string }>("GET", "/sync/changes");
  const foreign = await stranger.file();
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
    foreign.id,
    foreign.content ?? "",
    stranger.account.home.space,
    newId(),
  ];
  const uploading = route.path.endsWith("/complete") || route.path.includes("/chunks/");
  const likely = {
    id: [upload],
    fileId: uploading ? [single.upload.fileId] : [twice.id, file.id, trashed.id],
    chunkId: [single.frame.id],
    folderId: [folder.id, "root"],
    version: ["1", "2"],
  };
  return { schemas, known, likely, frames: [...frames, single.frame] };
}
