/** Milliseconds that the server has to say which release it has. */
const PATIENCE = 10_000;

/**
 * Why a part of the app, which is fetched when it is needed, could not be had: the browser is offline, the server cannot
 * be reached or answers with an error, it has another release than this page, or it has this one, and the part is damaged
 * or gone.
 */
export type WhyMissing = "offline" | "unreachable" | "failing" | "outdated" | "broken";

const missing = new WeakSet<Error>();

/** Notes from now on which errors stand for parts that could not be had. */
export function noteMissingParts(): void {
  addEventListener("vite:preloadError", (event) => {
    const { payload } = event as VitePreloadErrorEvent;
    if (missing.has(payload)) return;
    missing.add(payload);
    // By the browser's words the router would load the page anew at once, from under a person's hands (B19).
    payload.message = `A part is missing: ${payload.message}`;
  });
}

export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && missing.has(error);
}

/** Asks the server, past every cache, for the page that it has now. Never rejects. */
export async function whyMissing(): Promise<WhyMissing> {
  if (!navigator.onLine) return "offline";
  try {
    // With a query it is no file that the service worker keeps.
    const answer = await fetch("/?release", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) return "failing";
    const page = await answer.text();
    const script = document.querySelector("script[type=module]")?.getAttribute("src") ?? "";
    return page.includes(script) ? "broken" : "outdated";
  } catch {
    return navigator.onLine ? "unreachable" : "offline";
  }
}
