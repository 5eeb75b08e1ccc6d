import type { Fetch, FetchInit } from "../http.ts";

/** Statuses whose answers have no body: `Response` refuses one. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * `fetch` for browsers and their workers that tells how far a body was sent: the platform's own does not. It goes through
 * XMLHttpRequest where `onSent` asks for that, with a buffered answer, and is the platform's `fetch` otherwise. As with
 * that and `redirect: "error"`, what cannot be reached, breaks off or redirects rejects with a TypeError.
 */
export const xhrFetch: Fetch = (url, init) => (init.onSent ? viaRequest(url, init) : fetch(url, init));

function viaRequest(url: string, { method = "GET", headers, body, signal, onSent }: FetchInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const request = new XMLHttpRequest();
    const onAbort = (): void => request.abort();
    signal?.addEventListener("abort", onAbort, { once: true });
    request.addEventListener("loadend", () => signal?.removeEventListener("abort", onAbort));
    request.addEventListener("abort", () => reject((signal?.reason ?? new TypeError("aborted")) as Error));
    request.addEventListener("error", () => reject(new TypeError("the connection failed or broke off")));
    request.addEventListener("load", () => {
      if (request.responseURL !== "" && request.responseURL !== new URL(url).href) {
        reject(new TypeError("the server redirected"));
      } else resolve(answerOf(request));
    });
    request.upload.addEventListener("progress", ({ loaded }) => onSent?.(loaded));
    request.open(method, url);
    request.responseType = "arraybuffer";
    new Headers(headers).forEach((value, name) => request.setRequestHeader(name, value));
    request.send((body ?? null) as XMLHttpRequestBodyInit | null);
  });
}

function answerOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const { status, statusText } = request;
  const body = WITHOUT_BODY.has(status) ? null : (request.response as ArrayBuffer | null);
  return new Response(body, { status, statusText, headers });
}
