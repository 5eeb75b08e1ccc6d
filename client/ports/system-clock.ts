import type { Clock } from "./clock.ts";

let latest = Number.NEGATIVE_INFINITY;
let lead = 0;

/** A clock that is set back goes on from where it was: what is due in a minute must not come to wait for hours. */
function now(): number {
  const time = Date.now();
  if (time >= latest) lead = 0;
  else if (time + lead < latest) lead = latest - time;
  latest = time + lead;
  return latest;
}

/** The host's clock and timers; also right for browsers. Its time never goes back. */
export const systemClock: Clock = {
  now,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, milliseconds);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
