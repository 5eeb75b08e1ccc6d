import { env } from "cloudflare:workers";
import type { Invitation, Members, Role, SharedSpace } from "../../../protocol/members.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Env } from "../../../workers/env.ts";
import { unseal } from "../../../workers/mail/seal.ts";
import { openShard, type Shard } from "../../../workers/storage/shards.ts";
import { AT_ONCE } from "../../../workers/transfers/queue.ts";
import { signUp } from "./accounts.ts";
import { Belongings } from "./belongings.ts";

const bindings = env as unknown as Env;

/** What a move does before it is answered ends by its steps here: by its two seconds, a busy machine would be told that it goes on. */
Object.assign(AT_ONCE, { time: 60_000 });

/** An account that shares folders, and is shared with. */
export class Sharer extends Belongings {
  get id(): string {
    return this.account.userId;
  }

  get email(): string {
    return this.account.email;
  }

  fetch(method: string, path: string, body?: unknown): Promise<Response> {
    return this.account.api(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  }

  async invite(folder: string, emails: readonly string[], role: Role = "editor"): Promise<string[]> {
    const path = `/spaces/${folder}/members`;
    const { results } = await this.send<{ results: { status: string }[] }>("POST", path, { emails, role });
    return results.map(({ status }) => status);
  }

  members(folder: string): Promise<Members> {
    return this.send("GET", `/spaces/${folder}/members`);
  }

  async spaces(): Promise<SharedSpace[]> {
    return (await this.send<{ spaces: SharedSpace[] }>("GET", "/spaces")).spaces;
  }

  async invitations(): Promise<Invitation[]> {
    return (await this.send<{ invitations: Invitation[] }>("GET", "/invitations")).invitations;
  }

  accept(invitation: string, body: object = {}): Promise<SharedSpace> {
    return this.send("POST", `/invitations/${invitation}/accept`, body);
  }

  /** Has the folder, by an invitation of `owner`'s. */
  async join(owner: Sharer, folder: string, role: Role = "editor"): Promise<SharedSpace> {
    await owner.invite(folder, [this.email], role);
    const invitation = (await this.invitations()).find((each) => each.folder.id === folder);
    if (!invitation) throw new Error("the invitation is listed");
    return this.accept(invitation.id);
  }

  async node(id: string): Promise<Node> {
    return (await this.send<{ node: Node }>("GET", `/nodes/${id}`)).node;
  }

  /** The names in the home folder. */
  async names(): Promise<string[]> {
    const { nodes } = await this.send<{ nodes: Node[] }>("GET", "/folders/root/children");
    return nodes.map(({ name }) => name);
  }

  async placement(): Promise<{ shard: string; space_id: string; root_id: string }> {
    const row = await bindings.DIRECTORY.prepare("SELECT shard, space_id, root_id FROM placements WHERE user_id = ?")
      .bind(this.id)
      .first<{ shard: string; space_id: string; root_id: string }>();
    if (!row) throw new Error("the account is placed");
    return row;
  }

  async shard(): Promise<Shard> {
    return openShard(bindings, (await this.placement()).shard, "first-primary");
  }
}

/** A new account; its email is verified unless it is said not to be. */
export async function sharer(isVerified = true): Promise<Sharer> {
  const made = new Sharer(await signUp());
  if (isVerified) await markVerified(made);
  return made;
}

export async function markVerified({ id }: Pick<Sharer, "id">): Promise<void> {
  await bindings.DIRECTORY.prepare("UPDATE users SET email_verified = 1 WHERE id = ?").bind(id).run();
}

/** An account on another shard than `other`'s. */
export async function sharerElsewhere(other: Sharer): Promise<Sharer> {
  const { shard } = await other.placement();
  for (;;) {
    const made = await sharer();
    if ((await made.placement()).shard !== shard) return made;
  }
}

/** The secret in the newest invitation mail to an address. */
export async function secretFor(email: string): Promise<string> {
  return new URL((await invitationTo(email)).link).hash.slice(1);
}

/** The newest invitation mail to an address. */
export async function invitationTo(email: string) {
  const row = await bindings.DIRECTORY.prepare(
    "SELECT key, payload FROM outbox WHERE recipient = ? AND kind = 'invitation' ORDER BY id DESC LIMIT 1",
  )
    .bind(email)
    .first<{ key: string; payload: number[] }>();
  if (!row) throw new Error(`no invitation was mailed to ${email}`);
  const message = await unseal(bindings.AUTH_SECRET, row.key, new Uint8Array(row.payload));
  if (message.kind !== "invitation") throw new Error("it is an invitation");
  return message;
}

export function count(database: D1Database | D1DatabaseSession, query: string, ...values: unknown[]): Promise<number> {
  return database
    .prepare(query)
    .bind(...values)
    .first<{ n: number }>()
    .then((row) => row?.n ?? 0);
}
