import { authorizeShare } from "../../../core/share.ts";
import type { Env } from "../../env.ts";
import { findLink } from "../../storage/directory-links.ts";
import { openShard } from "../../storage/shards.ts";
import { reachShared } from "../../storage/shared-reads.ts";
import { shareGate } from "./share-gate.ts";
import { shareTokenHash, tokenIn } from "./share-token.ts";
import { sharedName } from "./shared-node.ts";

/** What a preview of an address says. */
interface Preview {
  readonly title: string;
  readonly description: string;
}

/** Of every address that tells nothing: of a link with a password, of one that has ended, of none at all (L3, L6). */
const SILENT: Preview = { title: "Ledge", description: "Files that were shared with you." };

/**
 * The app's page for a link's address, with what messengers show of it (L9, Open Graph): what is shared and by whom, where
 * no password protects it.
 */
export async function openSharePage(request: Request, env: Env): Promise<Response> {
  // Without the request's conditions: this page is none that anybody has kept.
  const page = await env.ASSETS.fetch(new Request(new URL("/", request.url), { headers: { accept: "text/html" } }));
  const preview = await previewOf(lastPart(request.url), env).catch((error: unknown) => {
    console.error("a link's preview failed", { error: String(error) });
    return SILENT;
  });
  const headers = new Headers(page.headers);
  headers.delete("etag");
  headers.set("cache-control", "no-store");
  headers.set("x-robots-tag", "noindex");
  if (request.method === "HEAD" || !page.ok) return new Response(null, { status: page.status, headers });
  return withPreview(new Response(page.body, { status: page.status, headers }), preview);
}

function lastPart(url: string): string {
  const { pathname } = new URL(url);
  return pathname.slice(pathname.lastIndexOf("/") + 1);
}

async function previewOf(segment: string, env: Env): Promise<Preview> {
  const token = tokenIn(segment);
  const link = token === null ? null : await findLink(env.DIRECTORY, await shareTokenHash(token));
  if (!link) return SILENT;
  const { permission, expires_at: expiresAt, password, max_downloads: most } = link;
  const now = Date.now();
  if (authorizeShare({ permission, expiresAt, hasPassword: password !== null }, now, false).kind !== "open")
    return SILENT;
  if (most !== null && (await shareGate(env, link.id).uses(now)).downloads >= most) return SILENT;
  const shard = openShard(env, link.shard, "first-primary");
  const found = (await reachShared(shard, link.space_id, link.node_id, [link.node_id])).get(link.node_id);
  if (!found) return SILENT;
  return { title: sharedName(found.node), description: `Shared with you by ${link.owner_name}` };
}

function withPreview(page: Response, { title, description }: Preview): Response {
  const tags = { "og:type": "website", "og:site_name": "Ledge", "og:title": title, "og:description": description };
  const html = Object.entries(tags).map(
    ([name, value]) => `<meta property="${name}" content="${escapeHtml(value)}" />`,
  );
  return new HTMLRewriter()
    .on("title", { element: (element) => void element.setInnerContent(title) })
    .on("head", { element: (element) => void element.append(html.join(""), { html: true }) })
    .transform(page);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
