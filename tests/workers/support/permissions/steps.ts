import { LinkSteps } from "./link-steps.ts";
import { PeopleSteps } from "./people-steps.ts";
import { RandomDoings, SHARERS } from "./random-doings.ts";
import { TreeSteps } from "./tree-steps.ts";
import type { User } from "./shapes.ts";

/** How often each step is taken, about. */
const WEIGHTS: readonly (readonly [number, (steps: PermissionSteps) => Promise<unknown>])[] = [
  [40, (steps) => steps.tree.commitSomething()],
  [9, (steps) => steps.people.invite()],
  [12, (steps) => steps.people.answerInvitation()],
  [5, (steps) => steps.people.changeRole()],
  [5, (steps) => steps.people.endMembership()],
  [2, (steps) => steps.people.unshare()],
  [3, (steps) => steps.people.withdraw()],
  [5, (steps) => steps.people.mountAgain()],
  [5, (steps) => steps.links.makeLink()],
  [2, (steps) => steps.links.revokeLink()],
  [2, (steps) => steps.tree.emptyTrash()],
  [3, (steps) => steps.suspendOrLift()],
];

/** Random things that users do, allowed or not; each is done to the server and to the model. */
export class PermissionSteps extends RandomDoings {
  readonly tree = new TreeSteps(this.world);
  readonly people = new PeopleSteps(this.world);
  readonly links = new LinkSteps(this.world);

  /** A small tree of A's, with folders in folders that are shared, and one of B's. */
  async begin(): Promise<void> {
    for (const user of ["A", "B"]) {
      const top = await this.#make(user, this.model.rootOf(user), "createFolder");
      const inner = await this.#make(user, top, "createFolder");
      await this.#make(user, inner, "createFolder");
      for (const parent of [this.model.rootOf(user), top, inner]) await this.#make(user, parent, "createFile");
    }
    const [top, inner] = [...this.model.nodes.values()].filter(
      ({ owner, parent, type }) => owner === "A" && parent !== null && type === "folder",
    );
    for (const [folder, user, role] of [
      [top, "B", "editor"],
      [inner, "C", "viewer"],
      [inner, "B", "manager"],
    ] as const) {
      await this.people.inviteOne("A", folder?.id ?? "", user, role);
      await this.people.answerOne(user, folder?.id ?? "", true);
    }
  }

  async #make(user: User, parent: string, type: "createFolder" | "createFile"): Promise<string> {
    const name = this.world.word("nm");
    const known = new Set(this.model.nodes.keys());
    if (type === "createFile") {
      const body = await this.world.body();
      await this.world.upload(user, null, body);
      await this.world.commit(user, null, { type, parent, name: `${name}.txt`, body });
    } else await this.world.commit(user, null, { type, parent, name });
    return [...this.model.nodes.keys()].find((id) => !known.has(id)) ?? "";
  }

  async step(): Promise<void> {
    const listeners = this.world.sockets.listeners();
    let at = this.random.next() * WEIGHTS.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, take] of WEIGHTS) {
      at -= weight;
      if (at < 0) {
        await take(this);
        break;
      }
    }
    await this.world.sockets.noteSeqs(listeners);
  }

  /** Whoever has a folder hears of a change in it, whatever happened before (M8). */
  async lastWords(): Promise<void> {
    for (const [folder, { owner, members }] of this.model.shares) {
      if (this.model.roleIn(owner, folder) === null) continue;
      const name = this.world.word("nm");
      await this.world.commit(owner, folder, { type: "createFolder", parent: folder, name });
      const seq = await this.world.sockets.seqOf(owner);
      for (const user of members.keys())
        if (!this.model.suspended.has(user)) await this.world.sockets.untilHeard(user, folder, seq);
    }
  }

  async suspendOrLift(): Promise<void> {
    const user = [...this.model.suspended][0];
    if (user !== undefined) await this.world.lift(user);
    else await this.world.suspend(this.random.pick(SHARERS));
  }
}
