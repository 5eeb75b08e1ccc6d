import type { Env } from "../env.ts";
import { openDevInbox } from "../mail/dev-inbox.ts";
import { openSharePage } from "./share/share-page.ts";

/**
 * What is asked for that is neither a file of the browser app nor the API's: where a person follows an address, it is one
 * of the app's pages, which the app itself tells apart. Anything else (a script of a release that is gone) is 404, which
 * no cache takes for the file (SPEC B19). A link's address is asked for by messengers, too, which accept anything.
 */
export async function openPage(request: Request, env: Env): Promise<Response> {
  const inbox = await openDevInbox(request, env);
  if (inbox) return inbox;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && /^\/s\/[^/]+$/.test(new URL(request.url).pathname)) return openSharePage(request, env);
  const isNavigation = request.headers.get("accept")?.includes("text/html") === true;
  if (!isRead || !isNavigation) return new Response("There is nothing at this address.\n", { status: 404 });
  return env.ASSETS.fetch(new Request(new URL("/", request.url), request));
}
