import { makeAccount, makeFolder, putFile, type TestAccount } from "../support/accounts.ts";
import { idOf, membersOf, shareWith } from "../support/shared-folders.ts";
import { mailedLink } from "../support/mailed.ts";

/** What was shared for the pictures. */
export interface SharedThings {
  /** The address of a link to a folder, as guests open it. */
  readonly link: string;
}

/**
 * Has an account share with people and by links, and others with it: folders of both, an invitation, an offer to become an
 * owner, and what the account is told of.
 */
export async function shareWithPeople(url: string, maya: TestAccount): Promise<SharedThings> {
  const tomas = await makeAccount(url, "tomas@northlight.example", "Tomás Reyes");
  const ines = await makeAccount(url, "ines@harbour.example", "Ines Albrecht");
  await maya.api.http.json({ method: "POST", path: "/account/verify-email" });
  const token = new URL(await mailedLink(url, maya.email, "verifyEmail")).hash.slice(1);
  await maya.api.http.json({ method: "POST", path: "/auth/verify-email", json: { token } });

  const iceland = (await maya.api.nodeAt("/Iceland 2026")).node;
  await shareWith(url, { owner: maya, member: tomas, folder: iceland.id });
  await shareWith(url, { owner: maya, member: ines, folder: iceland.id, role: "viewer" });
  await membersOf(maya).invite(iceland.id, { emails: ["paul@northlight.example"], role: "editor" });
  const inIceland = tomas.api.inSpace(iceland.id);
  await inIceland.commitOne({ type: "createFolder", parent: iceland.id, name: "Photos of Tomás" });

  const show = await makeFolder(tomas, tomas.root, "Exhibition");
  for (const name of ["Floor plan", "Press", "Labels"]) await makeFolder(tomas, show.id, name);
  await putFile(tomas, show.id, "Opening speech.md", "# Good evening\n");
  await putFile(tomas, show.id, "Guest list.csv", "name,seats\nAda,2\nLin,1\n");
  await shareWith(url, { owner: tomas, member: maya, folder: show.id, role: "manager" });
  await membersOf(tomas).offerFolder(show.id, await idOf(maya));

  const books = await makeFolder(ines, ines.root, "Book fair");
  await membersOf(ines).invite(books.id, {
    emails: [maya.email],
    role: "editor",
    message: "The stand plan is in here. Could you add your two posters by Friday?",
  });

  const library = (await maya.api.nodeAt("/Harbour Library")).node;
  const studio = (await maya.api.nodeAt("/Studio")).node;
  await maya.api.share(studio.id, { permission: "upload", note: "Invoices, please" });
  await maya.api.share(library.id, { permission: "view" });
  const link = await maya.api.share(iceland.id, { permission: "download", note: "For everybody who came along" });
  return { link: link.url.replace("127.0.0.1", "localhost") };
}
