import type { AcceptInvitation, Invitation, Invite, Member, Members, Role, SharedSpace } from "../protocol/members.ts";
import type { Transfer } from "../protocol/transfers.ts";
import type { Node } from "../protocol/tree.ts";
import type { HttpClient } from "./http.ts";

/** What became of the invitation of one email: it is sent, or the account of that email has the folder already. */
export interface InviteResult {
  readonly email: string;
  readonly status: "invited" | "member";
}

/**
 * Shared folders and who has them (SPEC section M). `folder` is the shared folder's id, never that of a mount. All of it
 * but invitations retries as `HttpClient` does, and fails so.
 */
export class MembersApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Rejects with `not_found` where the account does not have the folder (any more). */
  space(folder: string, signal?: AbortSignal): Promise<SharedSpace> {
    return this.#http.json({ path: `/spaces/${folder}`, signal });
  }

  /** Ends all memberships and invitations; for the owner. */
  async unshareFolder(folder: string): Promise<void> {
    await this.#http.json({ method: "DELETE", path: `/spaces/${folder}` });
  }

  /**
   * The first invitation shares the folder, which its owner alone can do. Never sent again by itself: each sending mails
   * anew, and the links of the mails before are good for nothing then.
   */
  async invite(folder: string, invite: Invite): Promise<InviteResult[]> {
    const request = { method: "POST", path: `/spaces/${folder}/members`, json: invite, repeatable: false };
    return (await this.#http.json<{ results: InviteResult[] }>(request)).results;
  }

  members(folder: string, signal?: AbortSignal): Promise<Members> {
    return this.#http.json({ path: `/spaces/${folder}/members`, signal });
  }

  changeRole(folder: string, account: string, role: Role): Promise<Member> {
    return this.#http.json({ method: "PATCH", path: `/spaces/${folder}/members/${account}`, json: { role } });
  }

  /** Removes a member; leaves the folder where `account` is the caller's own. */
  async removeMember(folder: string, account: string): Promise<void> {
    await this.#http.json({ method: "DELETE", path: `/spaces/${folder}/members/${account}` });
  }

  async withdrawInvitation(folder: string, invitation: string): Promise<void> {
    await this.#http.json({ method: "DELETE", path: `/spaces/${folder}/invitations/${invitation}` });
  }

  /** Offers the folder to a member, in place of whom it was offered to before; for its owner. */
  async offerFolder(folder: string, account: string): Promise<void> {
    await this.#http.json({ method: "POST", path: `/spaces/${folder}/owner`, json: { account } });
  }

  /** Takes the offer back, or declines it. */
  async endOffer(folder: string): Promise<void> {
    await this.#http.json({ method: "DELETE", path: `/spaces/${folder}/owner` });
  }

  /**
   * Accepts the offer. The folder is the account's own once the transfer is `done`; it goes on without this client. Asked again
   * meanwhile it answers the same transfer.
   */
  acceptFolder(folder: string): Promise<Transfer> {
    return this.#http.json({ method: "POST", path: `/spaces/${folder}/owner/accept` });
  }

  /** Puts the folder into the account's own tree again; answers the mount. */
  mount(folder: string, at: { readonly parent?: string; readonly name?: string } = {}): Promise<Node> {
    return this.#http.json({ method: "POST", path: `/spaces/${folder}/mount`, json: at });
  }

  /** Invitations to the account's verified email. */
  async invitations(signal?: AbortSignal): Promise<Invitation[]> {
    return (await this.#http.json<{ invitations: Invitation[] }>({ path: "/invitations", signal })).invitations;
  }

  /** What the secret of a mail invites to. */
  lookAtInvitation(secret: string): Promise<Invitation> {
    return this.#http.json({ method: "POST", path: "/invitations/look", json: { secret } });
  }

  acceptInvitation(invitation: string, accept: AcceptInvitation = {}): Promise<SharedSpace> {
    return this.#http.json({ method: "POST", path: `/invitations/${invitation}/accept`, json: accept });
  }

  async declineInvitation(invitation: string, secret?: string): Promise<void> {
    await this.#http.json({ method: "POST", path: `/invitations/${invitation}/decline`, json: { secret } });
  }
}
