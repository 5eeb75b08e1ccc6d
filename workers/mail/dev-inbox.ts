import type { Env } from "../env.ts";
import { listKept, readKept, type KeptMail } from "../storage/directory-kept-mail.ts";
import { mailOf } from "./mail.ts";
import { escaped, readable } from "./names.ts";
import { unseal } from "./seal.ts";
import { written, type WrittenMail } from "./templates.ts";

/** Messages that the list shows. */
const SHOWN = 100;
const HERE = "/dev/mail";

/** Names that only a browser on the same machine comes by. A page that was led here by another name sees nothing. */
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The inbox of whoever develops (E1): `/dev/mail`, with `/dev/mail/{id}` for a message and `/dev/mail/{id}/html` for what its
 * receiver would see. With `Accept: application/json` the list is JSON, texts included. Null where there is no such page:
 * anywhere but on one's own machine, by two tests that each suffice.
 */
export async function openDevInbox(request: Request, env: Env): Promise<Response | null> {
  const { pathname, hostname } = new URL(request.url);
  if (pathname !== HERE && !pathname.startsWith(`${HERE}/`)) return null;
  if (mailOf(env) !== "kept" || !LOOPBACK.has(hostname)) return null;
  if (request.method !== "GET") return null;
  const [, , , id, part, ...rest] = pathname.split("/");
  if (id === undefined || id === "") return openList(request, env);
  const kept = rest.length === 0 && (part === undefined || part === "html") ? await readKept(env.DIRECTORY, id) : null;
  const mail = kept && (await opened(env, kept));
  if (!mail) return page("No such message", `<p>There is no such message. <a href="${HERE}">All messages</a></p>`, 404);
  return part === "html" ? bare(mail) : page(mail.subject, messagePage(mail));
}

interface OpenedMail extends WrittenMail {
  readonly id: string;
  readonly to: string;
  readonly kind: string;
  readonly sentAt: number;
}

/** Undefined where it was kept under another AUTH_SECRET. */
async function opened(env: Env, { id, key, recipient, payload, sentAt }: KeptMail): Promise<OpenedMail | undefined> {
  const message = await unseal(env.AUTH_SECRET, key, new Uint8Array(payload)).catch(() => undefined);
  return message && { id, to: recipient, kind: message.kind, sentAt, ...written(message) };
}

async function openList(request: Request, env: Env): Promise<Response> {
  const kept = await Promise.all((await listKept(env.DIRECTORY, SHOWN)).map((mail) => opened(env, mail)));
  const mails = kept.filter((mail) => mail !== undefined);
  if (request.headers.get("accept")?.includes("application/json")) {
    const messages = mails.map(({ id, to, kind, sentAt, subject, text }) => ({ id, to, kind, sentAt, subject, text }));
    return Response.json({ messages }, { headers: HEADERS });
  }
  const rows = mails.map(
    ({ id, to, sentAt, subject }) =>
      `<tr><td><a href="${HERE}/${id}">${escaped(subject)}</a></td><td>${escaped(readable(to, 254))}</td>
       <td>${secondOf(sentAt)}</td></tr>`,
  );
  const table = `<table><thead><tr><th>Subject</th><th>To</th><th>When</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  const none = "<p>Nothing yet. Ask for a new password, or make an account.</p>";
  return page("Mail that was kept", `${LEAD}${rows.length > 0 ? table : none}`);
}

const LEAD =
  "<p>This server runs on your own machine and sends no mail. What it would send is kept here; a deployment has no such page.</p>";

function messagePage({ id, to, subject, sentAt, text }: OpenedMail): string {
  return `<p><a href="${HERE}">All messages</a></p>
    <dl><dt>To</dt><dd>${escaped(readable(to, 254))}</dd><dt>Subject</dt><dd>${escaped(subject)}</dd>
    <dt>When</dt><dd>${secondOf(sentAt)}</dd></dl>
    <h2>As text</h2><pre>${linked(text)}</pre>
    <h2>As HTML</h2>
    <iframe title="The message as HTML" src="${HERE}/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}

/** `2026-11-23 04:22:59 UTC`. */
function secondOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A text whose addresses can be followed. */
function linked(text: string): string {
  return escaped(text).replace(/https?:\/\/[^\s<>"']+/g, (address) => `<a href="${address}">${address}</a>`);
}

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/** The message as its receiver's program shows it: nothing in it runs, and nothing is loaded. */
function bare({ html }: WrittenMail): Response {
  const policy =
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
  const body = html.replace("<head>", '<head><base target="_blank">');
  return new Response(body, { headers: { ...HEADERS, ...HTML, "content-security-policy": policy } });
}

const HTML = { "content-type": "text/html; charset=utf-8" };

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .5rem; border-bottom: 1px solid #8886; overflow-wrap: anywhere }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8886; border-radius: .5rem; padding: 1rem }
  iframe { width: 100%; height: 40rem; border: 1px solid #8886; border-radius: .5rem; background: #fff } dt { font-weight: 600 } dd { margin: 0 0 .5rem }`;

function page(title: string, body: string, status = 200): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`;
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
  return new Response(html, { status, headers: { ...HEADERS, ...HTML, "content-security-policy": policy } });
}
