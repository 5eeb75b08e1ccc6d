import { beforeAll, describe, expect, it } from "vitest";
import type { ThumbnailInfo } from "../../protocol/thumbnails.ts";
import type { Node } from "../../protocol/tree.ts";
import { THUMBNAILS_QUERY } from "../../workers/storage/thumbnails.ts";
import { someBytes, type Belongings } from "./support/belongings.ts";
import { call } from "./support/accounts.ts";
import { give, refusalOf } from "./support/given-thumbnails.ts";
import { planOf } from "./support/query-plan.ts";
import { makeSharedFolder, type SharedFolder } from "./support/shared-folder.ts";
import { bindings, fileOf, infoOf, make, newcomer, picture, shardWith } from "./support/thumbnails.ts";

let shared: SharedFolder;
beforeAll(async () => {
  await newcomer();
  shared = await makeSharedFolder();
});

/** What somebody who has the folder is told of a file of it, and answered for its thumbnail. */
async function told(who: Belongings, { id }: Node): Promise<[string, string | null, string]> {
  const { thumbnails } = await who.send<{ thumbnails: ThumbnailInfo[] }>("POST", "/files/thumbnails", { ids: [id] });
  const answer = await who.account.api(`/spaces/${shared.folder.id}/files/${id}/thumbnail`);
  return [thumbnails[0]?.kind ?? "", thumbnails[0]?.reason ?? null, answer.ok ? "200" : await refusalOf(answer)];
}

/** Has a version, and what is known of its thumbnail, be so many milliseconds older. */
async function age({ id, content }: Node, milliseconds: number): Promise<void> {
  const { db } = await shardWith(shared.owner);
  await db.batch([
    db.prepare("UPDATE versions SET created_at = created_at - ?2 WHERE node_id = ?1").bind(id, milliseconds),
    db.prepare("UPDATE thumbnails SET due_at = due_at - ?2 WHERE content_id = ?1").bind(content, milliseconds),
  ]);
}

describe("[M6] [H2] what members are told of thumbnails", () => {
  it("[M6] [H2] of what they put there is the same, whether the owner holds it elsewhere or not, and comes a little later", async () => {
    const { owner, folder, as } = shared;
    const [held, fresh] = [picture("png"), picture("png")];
    const elsewhere = await fileOf(owner, "elsewhere.png", held);
    await make(owner);
    await age(elsewhere, 600_000);
    const [guess, other] = [
      await fileOf(as.editor, "guess.png", held, folder.id),
      await fileOf(as.editor, "other.png", fresh, folder.id),
    ];
    const pending = ["none", "pending", "404 no_thumbnail pending"];
    expect([await told(as.editor, guess), await told(as.viewer, guess), await told(as.editor, other)]).toEqual([
      pending,
      pending,
      pending,
    ]);
    expect((await infoOf(owner, guess))[0]?.kind).toBe("image");
    const { token } = await owner.link({}, folder.id);
    const answer = await call(`/shared/${token}/files/${guess.id}/thumbnail`);
    expect(await refusalOf(answer)).toBe("404 no_thumbnail pending");
    // What is made of the other one since is told at once, and of the first once that may be so.
    await make(owner);
    expect(await told(as.editor, other)).toEqual(["image", null, "200"]);
    await age(guess, 61_000);
    expect(await told(as.editor, guess)).toEqual(["image", null, "200"]);
    expect((await call(`/shared/${token}/files/${guess.id}/thumbnail`)).status).toBe(200);
  });

  it("[M6] [H5] is not what the owner's browser gave before they put the same bytes there, however late", async () => {
    const { owner, folder, as } = shared;
    const bytes = someBytes();
    const elsewhere = await fileOf(owner, "elsewhere.pdf", bytes);
    expect((await give(owner, elsewhere)).status).toBe(200);
    await age(elsewhere, 7_200_000);
    const guess = await fileOf(as.editor, "guess.pdf", bytes, folder.id);
    for (let times = 0; times < 2; times++) {
      expect(await told(as.editor, guess)).toEqual(["none", "unknown_kind", "404 no_thumbnail unknown_kind"]);
      await age(guess, 3_600_000);
    }
    expect((await infoOf(owner, guess))[0]?.kind).toBe("image");
    const seen = await fileOf(as.editor, "seen.pdf", someBytes(), folder.id);
    expect((await give(owner, seen)).status).toBe(200);
    expect(await told(as.editor, seen)).toEqual(["image", null, "200"]);
  });

  it("[H2] of what the owner put there is all, at once", async () => {
    const { owner, folder, as } = shared;
    const image = await fileOf(owner, "mine.png", picture("png"));
    await make(owner);
    await age(image, 600_000);
    const copy = await owner.commitOne({ type: "copy", node: image.id, parent: folder.id, name: "copy.png" });
    expect(await told(as.viewer, copy)).toEqual(["image", null, "200"]);
  });
});

it("[H4] thumbnails of a page are looked up, not scanned", async () => {
  const { META_0 } = bindings as unknown as { META_0: D1Database };
  const plan = await planOf(META_0, THUMBNAILS_QUERY);
  expect(plan).toMatch(/SEARCH v USING PRIMARY KEY \(space_id=\? AND node_id=\? AND version=\?\)/);
  expect(plan).toMatch(/SEARCH t USING PRIMARY KEY \(owner_id=\? AND content_id=\?\)/);
});
