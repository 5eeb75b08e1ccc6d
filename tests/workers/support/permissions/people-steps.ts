import type { Invitation, Role, SharedSpace } from "../../../../protocol/members.ts";
import type { Node } from "../../../../protocol/tree.ts";
import type { User } from "./shapes.ts";
import { RandomDoings, SHARERS } from "./random-doings.ts";

const ROLES: readonly Role[] = ["viewer", "editor", "manager"];

/** What people do about who has a folder. */
export class PeopleSteps extends RandomDoings {
  async invite(): Promise<void> {
    const user = this.random.pick(SHARERS);
    const managed = [...this.model.shares.keys()].filter((id) => this.model.roleIn(user, id) === "manager");
    const folder =
      this.random.chance(0.3) && managed.length > 0
        ? this.random.pick(managed)
        : this.node(user, null, (id) => this.model.inviteProblem(user, id) === null);
    await this.inviteOne(user, folder, this.random.pick(SHARERS), this.random.pick(ROLES));
  }

  async inviteOne(user: User, folder: string, invited: User, role: Role): Promise<void> {
    const { email } = this.world.person(invited);
    const problem = this.model.suspended.has(user) ? "unauthenticated" : this.model.inviteProblem(user, folder);
    const answer = await this.ask(user, "POST", `/spaces/${folder}/members`, { emails: [email], role });
    this.expect(answer, problem ?? "200", `${user} invites ${invited} as ${role} to ${folder}`);
    if (problem !== null) return;
    const share = this.model.shares.get(folder) ?? {
      owner: user,
      members: new Map(),
      invited: new Map(),
      trashed: new Set<string>(),
    };
    this.model.shares.set(folder, share);
    const isMember = share.owner === invited || share.members.has(invited);
    const [result] = answer.json<{ results: { status: string }[] }>().results;
    this.expect(
      answer,
      result?.status === (isMember ? "member" : "invited") ? "200" : "another status",
      "an invitation",
    );
    if (!isMember) share.invited.set(invited, role);
  }

  async answerInvitation(): Promise<void> {
    const pending = [...this.model.shares].flatMap(([folder, { invited }]) =>
      [...invited.keys()].map((user) => ({ folder, user })),
    );
    if (pending.length === 0) return;
    const { folder, user } = this.random.pick(pending);
    await this.answerOne(user, folder, this.random.chance(0.85));
  }

  async answerOne(user: User, folder: string, isAccepted: boolean): Promise<void> {
    const share = this.model.shares.get(folder);
    if (!share) throw new Error("invited to no shared folder");
    const isSuspended = this.model.suspended.has(user);
    const listed = await this.ask(user, "GET", "/invitations");
    const invitations = isSuspended ? [] : listed.json<{ invitations: Invitation[] }>().invitations;
    const invitation = invitations.find((each) => each.folder.id === folder);
    const isGood = !isSuspended && !this.model.suspended.has(share.owner);
    if ((invitation !== undefined) !== isGood)
      throw new Error(`${user} is ${isGood ? "not " : ""}shown the invitation to ${folder}`);
    if (!invitation) return;
    const role = share.invited.get(user) as Role;
    if (invitation.role !== role) throw new Error(`${user} is invited as ${invitation.role}, not ${role}`);
    if (!isAccepted) {
      const answer = await this.ask(user, "POST", `/invitations/${invitation.id}/decline`, {});
      this.expect(answer, "204", `${user} declines ${folder}`);
      share.invited.delete(user);
      return;
    }
    const others = SHARERS.filter((each) => each !== user && !this.model.suspended.has(each));
    for (const other of this.random.some(others, 0.3))
      this.expect(
        await this.ask(other, "POST", `/invitations/${invitation.id}/accept`, {}),
        "not_found",
        `${other} takes ${user}'s invitation`,
      );
    const answer = await this.ask(user, "POST", `/invitations/${invitation.id}/accept`, {});
    share.invited.delete(user);
    share.members.set(user, { role, mount: null });
    const isLive = this.model.standing(folder) === "live";
    this.expect(answer, isLive ? "200" : "not_found", `${user} accepts ${folder} as ${role}`);
    if (isLive) await this.#learnMount(user, folder, answer.json<SharedSpace>().mount ?? "", this.model.rootOf(user));
  }

  async #learnMount(user: User, folder: string, id: string, parent: string): Promise<void> {
    const member = this.model.shares.get(folder)?.members.get(user);
    if (!member) throw new Error("a member has the mount");
    const found = (await this.ask(user, "GET", `/nodes/${id}`)).json<{ node: Node }>().node;
    if (found.parent !== parent || found.mount !== folder || found.state !== "live")
      throw new Error(`the mount is ${JSON.stringify(found)}`);
    if (!this.model.nodes.has(id))
      this.model.add({ id, owner: user, type: "folder", mount: folder, parent, name: found.name, bodies: [] });
    member.mount = id;
    // What it is called is the folder's name; it is the member's own from now on.
    this.model.rename(this.model.node(id), found.name);
  }

  async mountAgain(): Promise<void> {
    const user = this.random.pick(SHARERS);
    const folder = this.random.pick([
      ...this.model.memberships(user),
      ...this.model.shares.keys(),
      this.model.rootOf("A"),
    ]);
    const role = this.model.roleIn(user, folder);
    const answer = await this.ask(user, "POST", `/spaces/${folder}/mount`, {});
    const own = this.model.shares.get(folder)?.owner === user && !this.model.suspended.has(user);
    // Its owner is told so while it is in the trash as well.
    const expected = this.model.suspended.has(user)
      ? "unauthenticated"
      : own
        ? "forbidden"
        : role === null
          ? "not_found"
          : "200";
    this.expect(answer, expected, `${user} mounts ${folder}`);
    if (expected !== "200") return;
    const { id } = answer.json<Node>();
    const before = this.model.shares.get(folder)?.members.get(user)?.mount ?? null;
    const standing = before === null ? "gone" : this.model.standing(before);
    if (standing !== "gone" && before !== id) throw new Error(`${user} has another mount of ${folder} than before`);
    if (standing === "gone" && before === id) throw new Error("a purged mount is back");
    const root = this.model.rootOf(user);
    const old = before === null ? null : this.model.node(before).parent;
    if (standing === "trashed") {
      const parent = old !== null && this.model.standing(old) === "live" ? old : root;
      Object.assign(this.model.node(id), { state: "live", parent });
    }
    await this.#learnMount(user, folder, id, standing === "gone" ? root : (this.model.node(id).parent ?? ""));
  }

  async changeRole(): Promise<void> {
    const [folder, member] = this.#someMember() ?? [];
    if (folder === undefined || member === undefined) return;
    const user = this.random.pick(SHARERS);
    const role = this.random.pick(ROLES);
    const answer = await this.ask(user, "PATCH", `/spaces/${folder}/members/${this.world.person(member).id}`, {
      role,
    });
    const problem = this.#managing(user, folder);
    this.expect(answer, problem ?? "200", `${user} makes ${member} ${role} of ${folder}`);
    const known = this.model.shares.get(folder)?.members.get(member);
    if (problem === null && known) known.role = role;
  }

  async endMembership(): Promise<void> {
    const [folder, member] = this.#someMember() ?? [];
    if (folder === undefined || member === undefined) return;
    const user = this.random.chance(0.4) ? member : this.random.pick(SHARERS);
    const answer = await this.ask(user, "DELETE", `/spaces/${folder}/members/${this.world.person(member).id}`);
    const problem = user === member ? this.#leaving(user, folder) : this.#managing(user, folder);
    this.expect(answer, problem ?? "204", `${user} takes ${member} from ${folder}`);
    if (problem === null) this.model.endMembership(folder, member);
  }

  async unshare(): Promise<void> {
    const folders = [...this.model.shares.keys()];
    if (folders.length === 0) return;
    const [user, folder] = [this.random.pick(SHARERS), this.random.pick(folders)];
    const share = this.model.shares.get(folder);
    const answer = await this.ask(user, "DELETE", `/spaces/${folder}`);
    const isOwner = share?.owner === user;
    const problem = isOwner
      ? this.model.suspended.has(user)
        ? "unauthenticated"
        : null
      : (this.#leaving(user, folder) ?? "forbidden");
    this.expect(answer, problem ?? "204", `${user} unshares ${folder}`);
    if (problem === null) this.model.endShare(folder);
  }

  async withdraw(): Promise<void> {
    const pending = [...this.model.shares].flatMap(([folder, { invited }]) =>
      [...invited.keys()].map((each) => [folder, each] as const),
    );
    if (pending.length === 0) return;
    const [folder, invited] = this.random.pick(pending);
    const user = this.random.pick(SHARERS);
    const problem = this.#managing(user, folder);
    const listed = await this.ask(user, "GET", `/spaces/${folder}/members`);
    if (listed.status !== 200) return;
    const { invitations } = listed.json<{ invitations: { id: string; email: string }[] }>();
    const invitation = invitations.find(({ email }) => email === this.world.person(invited).email);
    const answer = await this.ask(user, "DELETE", `/spaces/${folder}/invitations/${invitation?.id ?? ""}`);
    this.expect(answer, problem ?? "204", `${user} withdraws ${invited}'s invitation to ${folder}`);
    if (problem === null) this.model.shares.get(folder)?.invited.delete(invited);
  }

  #someMember(): readonly [string, User] | null {
    const members = [...this.model.shares].flatMap(([folder, share]) =>
      [...share.members.keys()].map((user) => [folder, user] as const),
    );
    return members.length === 0 ? null : this.random.pick(members);
  }

  /** What managing a folder's people fails with. Its owner may while it is in the trash. */
  #managing(user: User, folder: string): string | null {
    if (this.model.suspended.has(user)) return "unauthenticated";
    const share = this.model.shares.get(folder);
    if (share?.owner === user) return null;
    const role = this.model.roleIn(user, folder);
    return role === null ? "not_found" : role === "manager" ? null : "forbidden";
  }

  /** Members leave whatever became of the folder, unless its owner is suspended. */
  #leaving(user: User, folder: string): string | null {
    if (this.model.suspended.has(user)) return "unauthenticated";
    const share = this.model.shares.get(folder);
    return share?.members.has(user) && !this.model.suspended.has(share.owner) ? null : "not_found";
  }
}
