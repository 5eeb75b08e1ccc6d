import type { AuditRequest, AuditStep, DamagedFiles } from "../protocol/audit.ts";
import { newId } from "../protocol/new-id.ts";
import type { Limits } from "../protocol/limits.ts";
import type { SharedSpace, SharedSpaces } from "../protocol/members.ts";
import type { Device, SubscribeRequest, Subscription } from "../protocol/push.ts";
import type { Link, LinkChanges, LinkPage, LinkSettings } from "../protocol/share.ts";
import type { StarPage, StarredIds } from "../protocol/stars.ts";
import type { Usage } from "../protocol/usage.ts";
import type { HttpClient } from "./http.ts";
import { SpaceApi, type PageRequest } from "./space-api.ts";

/** `GET /account`. */
export interface Account {
  readonly id: string;
  readonly email: string;
  /** Whether it is known to be the account's own. */
  readonly emailVerified: boolean;
  readonly name: string;
  readonly admin: boolean;
  /** Whether a password alone does not sign in. */
  readonly twoFactor: boolean;
  /** Bytes. */
  readonly quota: { readonly quota: number; readonly used: number; readonly reserved: number };
  readonly home: { readonly space: string; readonly root: string };
}

/** The routes under `/api` for an account and its own space, typed. All of them retry and fail as `HttpClient` does. */
export class Api extends SpaceApi {
  readonly #spaces = new Map<string, SpaceApi>();

  constructor(http: HttpClient) {
    super(http, null);
  }

  /** The shared folders that the account owns or has (SPEC M1); `MembersApi` has what can be done to them. */
  async spaces(signal?: AbortSignal): Promise<SharedSpace[]> {
    return (await this.http.json<SharedSpaces>({ path: "/spaces", signal })).spaces;
  }

  /** The routes of a folder that is shared with the account, the same object for the same folder. */
  inSpace(folder: string): SpaceApi {
    const known = this.#spaces.get(folder);
    if (known) return known;
    const api = new SpaceApi(this.http, folder);
    this.#spaces.set(folder, api);
    return api;
  }

  account(): Promise<Account> {
    return this.http.json({ path: "/account" });
  }

  /** What takes the account's space, as it was ten minutes ago at most. */
  usage(signal?: AbortSignal): Promise<Usage> {
    return this.http.json({ path: "/account/usage", signal });
  }

  limits(signal?: AbortSignal): Promise<Limits> {
    return this.http.json({ path: "/limits", signal });
  }

  /** Stars a node. Sent again, and where it has a star, it changes nothing. */
  async star(id: string, signal?: AbortSignal): Promise<void> {
    await this.http.json({ method: "PUT", path: `/nodes/${id}/star`, signal });
  }

  async unstar(id: string, signal?: AbortSignal): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/nodes/${id}/star`, signal });
  }

  /** One page of what is starred and live, newest star first; it may be shorter than `limit` (1,000). */
  stars(request: PageRequest = {}, signal?: AbortSignal): Promise<StarPage> {
    return this.http.json({ path: "/stars", query: { limit: 1000, ...request }, signal });
  }

  /** All that is starred, newest star first, what is in the trash included; 1,000 at most. */
  async starredIds(signal?: AbortSignal): Promise<string[]> {
    return (await this.http.json<StarredIds>({ path: "/stars/ids", signal })).ids;
  }

  /** Makes a link to a file or a folder; sent again by a retry it makes one. */
  share(node: string, settings: LinkSettings = {}, signal?: AbortSignal): Promise<Link> {
    const headers = { "Ledge-Operation-Id": newId() };
    return this.http.json({ method: "POST", path: `/files/${node}/share`, json: settings, headers, signal });
  }

  /** One page of the account's links, newest first; of those to `node` where it is given. */
  linksPage(
    request: PageRequest & { readonly node?: string | undefined } = {},
    signal?: AbortSignal,
  ): Promise<LinkPage> {
    return this.http.json({ path: "/links", query: { limit: 1000, ...request }, signal });
  }

  /** The account's links, newest first; those to `node` where it is given. */
  async *links(node?: string, signal?: AbortSignal): AsyncGenerator<Link> {
    let cursor: string | undefined;
    do {
      const page = await this.linksPage({ node, cursor }, signal);
      yield* page.links;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  link(id: string, signal?: AbortSignal): Promise<Link> {
    return this.http.json({ path: `/links/${id}`, signal });
  }

  /** Holds for guests from their next request on. */
  changeLink(id: string, changes: LinkChanges): Promise<Link> {
    return this.http.json({ method: "PATCH", path: `/links/${id}`, json: changes });
  }

  /** Ends a link. */
  async unshare(id: string): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/links/${id}` });
  }

  /** Files of which the server has lost bytes; sending those bytes again makes them whole. */
  damagedFiles(signal?: AbortSignal): Promise<DamagedFiles> {
    return this.http.json({ path: "/files/damaged", signal });
  }

  /** One step of an audit; for the administrator. */
  auditStep(request: AuditRequest, signal?: AbortSignal): Promise<AuditStep> {
    return this.http.json({ method: "POST", path: "/admin/audit", json: request, signal });
  }

  /** A ticket for a socket. Sent once: whoever keeps a socket open has waits of its own. */
  subscribe(request: SubscribeRequest, signal?: AbortSignal): Promise<Subscription> {
    return this.http.json({ method: "POST", path: "/sync/subscribe", json: request, signal, repeatable: false });
  }

  async devices(signal?: AbortSignal): Promise<Device[]> {
    return (await this.http.json<{ devices: Device[] }>({ path: "/devices", signal })).devices;
  }

  renameDevice(id: string, name: string): Promise<Device> {
    return this.http.json({ method: "PATCH", path: `/devices/${id}`, json: { name } });
  }

  /** Ends the session that the device uses, and its socket. */
  async revokeDevice(id: string): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/devices/${id}` });
  }
}
