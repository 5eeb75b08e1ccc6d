import { beforeAll, expect, it } from "vitest";
import { runTransfer } from "../../workers/transfers/run-transfer.ts";
import { signUp } from "./support/accounts.ts";
import { CutEnv } from "./support/cut-env.ts";
import { HandedFolder, stepsUntil } from "./support/handing-over.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { defectsOf, env, takeUp, WHOLE } from "./support/transferring.ts";

/** Folders that one account offers to one other: inviting, being invited and offering are charged (M12). */
const OF_ONE_PAIR = 20;

let owner: Sharer;
let receiver: Sharer;
beforeAll(async () => {
  await signUp();
});

/** A folder that is offered, with a file and something in the trash. */
async function offered(): Promise<HandedFolder> {
  const handed = await HandedFolder.share(owner, receiver, null);
  const inFolder = handed.as(receiver);
  await inFolder.file();
  const { id } = await inFolder.folder();
  await inFolder.commitOne({ type: "trash", node: id });
  await handed.offer();
  return handed;
}

async function expectHanded(handed: HandedFolder, shown: unknown, trash: readonly string[]): Promise<void> {
  expect(await handed.space(receiver)).toMatchObject({ role: "owner", mount: handed.id, people: 2 });
  const { role, mount } = await handed.space(owner);
  expect(role).toBe("manager");
  expect(await owner.node(mount!)).toMatchObject({ name: handed.folder.name, state: "live" });
  expect(await handed.shown(owner)).toEqual(shown);
  expect(await handed.trash(receiver)).toEqual(trash);
}

for (const [isDead, apart] of [
  [true, 1],
  [false, 8],
] as const) {
  const what = isDead ? "ended" : "failing";
  it(`[M13] [I2] ${what} after any call while it changes hands, it is busy until it is taken up, and comes to the same`, async () => {
    let isCut = true;
    let made = 0;
    for (let at = 1; isCut; at += apart) {
      if (made++ % OF_ONE_PAIR === 0) {
        receiver = await sharer();
        owner = await sharerElsewhere(receiver);
      }
      const handed = await offered();
      const [shown, trash] = [await handed.shown(receiver), await handed.trash(receiver)];
      const { id } = await handed.begin();
      await stepsUntil(id, ({ isSealed }) => isSealed);
      const cut = new CutEnv(env, at, isDead);
      await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = 0 WHERE id = ?").bind(id).run();
      await runTransfer(cut.env, id, WHOLE).catch(() => undefined);
      ({ isCut } = cut);
      const { owner_id } = (await env.DIRECTORY.prepare("SELECT owner_id FROM shared_folders WHERE folder_id = ?")
        .bind(handed.id)
        .first<{ owner_id: string }>())!;
      const asked = await owner.fetch("GET", `${handed.path}/folders/root/children`);
      expect([at, asked.status]).toEqual([at, owner_id === receiver.id ? 200 : 503]);
      expect((await owner.spaces()).map((space) => space.id)).toContain(handed.id);
      expect((await takeUp(id)).state, `cut at ${at}`).toBe("done");
      await expectHanded(handed, shown, trash);
    }
    for (const who of [owner, receiver]) expect(await defectsOf(who)).toEqual([]);
  }, 400_000);
}
