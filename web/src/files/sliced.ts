/** Work that stops at each `yield`, so that input comes in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** How long, in milliseconds, work goes on before others have a turn: half a frame. */
const SLICE_MS = 8;

/**
 * Runs the first slice at once and, where that was not all, the others one task each; then calls `done`. So what is
 * little is done before this returns. The answer calls it off.
 */
export function runSliced<T>(steps: Steps<T>, done: (result: T) => void): () => void {
  let isOff = false;
  const slice = (): void => {
    if (isOff) return;
    const end = performance.now() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done) {
        done(step.value);
        return;
      }
    } while (performance.now() < end);
    later(slice);
  };
  slice();
  return () => {
    isOff = true;
  };
}

/** A task of its own, behind input and painting; a timer's would wait four milliseconds. */
function later(task: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener(
    "message",
    () => {
      port1.close();
      task();
    },
    { once: true },
  );
  port1.start();
  port2.postMessage(null);
}
