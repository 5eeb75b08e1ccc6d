/** Milliseconds between two looks for a new release. */
const LOOK_EVERY = 60 * 60_000;

/**
 * Registers the service worker and watches for a new release (B19). `onReady` is called when one waits; what it is given
 * takes it and loads the page anew.
 */
export async function watchForUpdates(onReady: (take: () => void) => void): Promise<void> {
  const workers = navigator.serviceWorker;
  const registration = await workers.register("/service-worker.js", { updateViaCache: "none" });
  let isTaken = false;
  workers.addEventListener("controllerchange", () => {
    if (isTaken) location.reload();
  });

  const offer = (): void => {
    const { waiting } = registration;
    // Without a controller this is the first visit: the page is of this release.
    if (!waiting || !workers.controller) return;
    onReady(() => {
      isTaken = true;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      waiting.postMessage("activate");
    });
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  const look = (): void => void registration.update().catch(() => undefined);
  setInterval(look, LOOK_EVERY);
  addEventListener("online", look);
}

/** Tells of a part of the app that the server has no more: it has another release than this page. */
export function onOutdated(listener: () => void): void {
  addEventListener("vite:preloadError", () => {
    // A server that cannot be reached has no other release.
    fetch("/api/health").then(
      (answer) => answer.ok && listener(),
      () => undefined,
    );
  });
}
