import type { Link, LinkPermission } from "../../../../protocol/share.ts";
import { call, cookiesOf, randomAddress } from "../accounts.ts";
import type { User } from "./shapes.ts";
import { RandomDoings, SHARERS } from "./random-doings.ts";

const PASSWORD = "open sesame";

/** What people do about links. */
export class LinkSteps extends RandomDoings {
  async makeLink(): Promise<void> {
    const user = this.random.pick(SHARERS);
    const permission = this.random.pick<LinkPermission>(["view", "download", "upload"]);
    const node = this.node(user, null, (id) => this.model.standing(id) === "live");
    const hasPassword = this.random.chance(0.4);
    const settings = { permission, ...(hasPassword && { password: PASSWORD }) };
    const answer = await this.ask(user, "POST", `/files/${node}/share`, settings);
    const expected = this.#linkProblem(user, node, permission);
    this.expect(answer, expected ?? "201", `${user} makes a link to ${permission} ${node}`);
    if (expected !== null) return;
    const link = answer.json<Link>();
    const secret = link.url.slice(link.url.lastIndexOf("/") + 1);
    this.model.links.push({ id: link.id, owner: user, node, permission, hasPassword, revoked: false });
    this.world.tokens.set(link.id, { secret, cookie: hasPassword ? await unlock(secret) : "" });
  }

  #linkProblem(user: User, node: string, permission: LinkPermission): string | null {
    if (this.model.suspended.has(user)) return "unauthenticated";
    if (!this.model.reads(user, null, node)) return "not_found";
    if (this.model.standing(node) !== "live") return "already_trashed";
    return permission === "upload" && this.model.node(node).type === "file" ? "not_a_folder" : null;
  }

  async revokeLink(): Promise<void> {
    const good = this.model.links.filter(({ revoked }) => !revoked);
    if (good.length === 0) return;
    const link = this.random.pick(good);
    const user = this.random.chance(0.7) ? link.owner : this.random.pick(SHARERS);
    const problem = this.model.suspended.has(user) ? "unauthenticated" : user === link.owner ? null : "not_found";
    const answer = await this.ask(user, "DELETE", `/links/${link.id}`);
    this.expect(answer, problem ?? "204", `${user} ends the link ${link.id}`);
    if (problem === null) link.revoked = true;
  }
}

async function unlock(secret: string): Promise<string> {
  const headers = { "cf-connecting-ip": randomAddress() };
  const init = { method: "POST", headers, json: { password: PASSWORD } };
  const answer = await call(`/shared/${secret}/unlock`, init);
  if (answer.status !== 204) throw new Error(`the password is refused: ${await answer.text()}`);
  return cookiesOf(answer);
}
