import type { Browser, CDPSession, Page } from "playwright-core";

/** What a page's main thread did meanwhile: CPU time, which other work on the machine does not add to. */
export interface Work {
  /** Milliseconds of all tasks. */
  readonly total: number;
  readonly script: number;
  readonly style: number;
  readonly layout: number;
  /** How often styles were computed, and boxes laid out. */
  readonly styles: number;
  readonly layouts: number;
}

/** Measures what a page's main thread does. */
export interface MainThread {
  /** What it does from now until `during` resolves. */
  work(during: () => Promise<unknown>): Promise<Work>;
  /** The longest task, in milliseconds of CPU time, from now until `during` resolves. */
  longestTask(during: () => Promise<unknown>): Promise<number>;
}

export async function mainThreadOf(browser: Browser, page: Page): Promise<MainThread> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return {
    async work(during) {
      const before = await metrics(cdp);
      await during();
      const after = await metrics(cdp);
      const spent = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
      return {
        total: 1000 * spent("TaskDuration"),
        script: 1000 * spent("ScriptDuration"),
        style: 1000 * spent("RecalcStyleDuration"),
        layout: 1000 * spent("LayoutDuration"),
        styles: spent("RecalcStyleCount"),
        layouts: spent("LayoutCount"),
      };
    },
    async longestTask(during) {
      await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
      await during();
      return longestOf((await browser.stopTracing()).toString());
    },
  };
}

async function metrics(cdp: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of CPU time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

function longestOf(trace: string): number {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: readonly TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  let longest = 0;
  for (const { name, pid, tid, tdur } of traceEvents) {
    if (name.endsWith("RunTask") && mains.has(`${pid} ${tid}`)) longest = Math.max(longest, (tdur ?? 0) / 1000);
  }
  return longest;
}
