import { newId } from "../../../protocol/new-id.ts";
import type { Belongings } from "./belongings.ts";
import { markVerified, secretFor, sharer, Sharer } from "./people.ts";
import type { Row } from "./route-rows.ts";

const NOBODY = "401 unauthenticated";
const NOT_FOUND = "404 not_found";
const NO_SCOPE = "403 insufficient_scope";

const shared = async (account: Belongings) => {
  const owner = new Sharer(account.account);
  const folder = await owner.folder();
  await owner.invite(folder.id, [`${crypto.randomUUID()}@example.org`]);
  return { owner, folder: folder.id };
};

const inFolder = async (account: Belongings) => ({ path: { folder: (await shared(account)).folder } });

const member = async (account: Belongings) => {
  const { owner, folder } = await shared(account);
  const other = await sharer();
  await other.join(owner, folder);
  return { path: { folder, account: other.id } };
};

const invitation = async (account: Belongings) => {
  const { owner, folder } = await shared(account);
  const [pending] = (await owner.members(folder)).invitations;
  return { path: { folder, id: pending!.id } };
};

/** An invitation that the one who asks as the owner has got, by its secret. */
const invited = async (account: Belongings) => {
  const by = await sharer();
  await by.invite((await by.folder()).id, [account.account.email]);
  const secret = await secretFor(account.account.email);
  const { id } = await by.send<{ id: string }>("POST", "/invitations/look", { secret });
  return { id, secret };
};

/** A move between two shared folders of others, by one who edits in both. */
const transfer = async (account: Belongings) => {
  const editor = new Sharer(account.account);
  const [one, other] = [await sharer(), await sharer()];
  const [from, to] = [await one.folder(), await other.folder()];
  await markVerified(editor);
  await editor.join(one, from.id);
  await editor.join(other, to.id);
  const node = await one.folder(from.id);
  return { id: newId(), from: { space: from.id, node: node.id }, to: { space: to.id, parent: to.id } };
};

const transferred = async (account: Belongings) => {
  const json = await transfer(account);
  await account.send("POST", "/transfers", json);
  return { path: { id: json.id } };
};

const reads = (request: Row["request"]): Row => ({
  none: NOBODY,
  stranger: NOT_FOUND,
  reader: "200",
  owner: "200",
  request,
});

const writes = (owner: string, request: Row["request"]): Row => ({
  none: NOBODY,
  stranger: NOT_FOUND,
  reader: NO_SCOPE,
  owner,
  request,
});

const readsOwn: Row = { none: NOBODY, stranger: "200", reader: "200", owner: "200", request: () => ({}) };

/** Shared folders and who has them (SPEC section M). */
export const PEOPLE_ROWS: Readonly<Record<string, Row>> = {
  "GET /spaces": readsOwn,
  "GET /spaces/{folder}": reads(inFolder),
  "DELETE /spaces/{folder}": writes("204", inFolder),
  "POST /spaces/{folder}/mount": writes("403 forbidden", inFolder),
  "GET /spaces/{folder}/members": reads(inFolder),
  "POST /spaces/{folder}/members": writes("200", async (owner) => ({
    ...(await inFolder(owner)),
    json: { emails: [`${crypto.randomUUID()}@example.org`] },
  })),
  "PATCH /spaces/{folder}/members/{account}": writes("200", async (owner) => ({
    ...(await member(owner)),
    json: { role: "viewer" },
  })),
  "DELETE /spaces/{folder}/members/{account}": writes("204", member),
  "DELETE /spaces/{folder}/invitations/{id}": writes("204", invitation),
  "POST /spaces/{folder}/owner": writes("204", async (owner) => {
    const { path } = await member(owner);
    return { path, json: { account: path.account } };
  }),
  "DELETE /spaces/{folder}/owner": writes("204", inFolder),
  // It is offered to nobody.
  "POST /spaces/{folder}/owner/accept": writes("403 forbidden", inFolder),
  "POST /transfers": writes("201", async (owner) => ({ json: await transfer(owner) })),
  "GET /transfers": readsOwn,
  "GET /transfers/{id}": reads(transferred),
  "DELETE /transfers/{id}": writes("409 transfer_ended", transferred),
  "GET /invitations": readsOwn,
  "POST /invitations/look": {
    none: "200",
    stranger: "200",
    reader: "200",
    owner: "200",
    request: async (owner) => ({ json: { secret: (await invited(owner)).secret } }),
  },
  // Who has the secret takes it, whoever was meant: the stranger, too.
  "POST /invitations/{id}/accept": {
    none: NOBODY,
    stranger: "200",
    reader: NO_SCOPE,
    owner: "200",
    request: async (owner) => {
      const { id, secret } = await invited(owner);
      return { path: { id }, json: { secret } };
    },
  },
  "POST /invitations/{id}/decline": writes("404 not_found", async (owner) => ({
    // Without the secret, and the owner's email is not verified.
    path: { id: (await invited(owner)).id },
    json: {},
  })),
};
