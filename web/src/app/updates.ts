import { whyMissing } from "../ui/missing-parts.ts";

/** Milliseconds between two looks for a new release. */
const LOOK_EVERY = 60 * 60_000;

/**
 * Registers the service worker and watches for a new release (B19). `onReady` is called when one waits; what it is given
 * takes it and loads the page anew.
 */
export async function watchForUpdates(onReady: (take: () => void) => void): Promise<void> {
  const workers = navigator.serviceWorker;
  const registration = await workers.register("/service-worker.js", { updateViaCache: "none" });

  const offer = (): void => {
    // Without a controller this is the first visit: the page is of this release.
    if (!registration.waiting || !workers.controller) return;
    // What waits by then: another page may have taken it, or a third release come.
    onReady(() => take(registration.waiting));
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  const look = (): void => void registration.update().catch(() => undefined);
  setInterval(look, LOOK_EVERY);
  addEventListener("online", look);
}

/**
 * Tells once of a part of the app that could not be had because the server has another release than this page: parts that
 * appear by themselves are asked for again and again.
 */
export function onOutdated(listener: () => void): void {
  let isTold = false;
  addEventListener("vite:preloadError", () => {
    if (isTold) return;
    void whyMissing().then((why) => {
      if (isTold || why !== "outdated") return;
      isTold = true;
      listener();
    });
  });
}

/** Loads the page anew, of the release that is on the server now: what is kept of another one may lack what it asks for. */
export async function reloadNewest(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  take((await registration?.update().then(untilInstalled, () => registration.waiting)) ?? null);
}

/** Lets the release of a worker that waits take over, and loads the page of it; of the one in charge where none waits. */
function take(waiting: ServiceWorker | null): void {
  if (!waiting) return location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  waiting.postMessage("activate");
}

/** The worker that waits to take over, once it is done with installing. */
async function untilInstalled(registration: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  const { installing } = registration;
  if (installing) await new Promise((done) => installing.addEventListener("statechange", done, { once: true }));
  return registration.waiting;
}
