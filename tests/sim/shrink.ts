import type { History, HistoryEvent } from "./history.ts";

/** Whether a history fails. */
export type Fails = (history: History) => Promise<boolean>;

/**
 * A history that fails as the given one does, with as few events and faults as could be found: what can be left out is
 * left out, in halves first and then one by one.
 */
export async function shrink(history: History, fails: Fails): Promise<History> {
  let smallest = history;
  const attempt = async (candidate: History): Promise<boolean> => {
    if (!(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let isSmaller = true; isSmaller;) {
    const before = JSON.stringify(smallest).length;
    await attempt({ ...smallest, rates: calm(smallest.rates) });
    for (const rate of Object.keys(smallest.rates) as (keyof History["rates"])[])
      if (smallest.rates[rate] > 0) await attempt({ ...smallest, rates: { ...smallest.rates, [rate]: 0 } });
    await attempt({ ...smallest, pageSize: 1_000 });
    for (let size = Math.ceil(smallest.events.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let from = 0; from < smallest.events.length;) {
        const events = [...smallest.events.slice(0, from), ...smallest.events.slice(from + size)];
        if (!(await attempt({ ...smallest, events }))) from += size;
      }
    await fewerDevices(smallest, attempt);
    await plainerDevices(smallest, attempt);
    isSmaller = JSON.stringify(smallest).length < before;
  }
  return smallest;
}

function calm(rates: History["rates"]): History["rates"] {
  return Object.fromEntries(Object.keys(rates).map((rate) => [rate, 0])) as unknown as History["rates"];
}

async function fewerDevices(history: History, attempt: Fails): Promise<void> {
  const isUsed = (event: HistoryEvent): boolean => "device" in event && event.device === history.devices.length - 1;
  if (history.devices.length > 1 && !history.events.some(isUsed))
    await attempt({ ...history, devices: history.devices.slice(0, -1) });
}

async function plainerDevices(history: History, attempt: Fails): Promise<void> {
  let devices = history.devices;
  for (let i = 0; i < devices.length; i++)
    for (const plain of [{ skew: 0 }, { startsAt: 0 }, { kind: "posix" as const }, { granularity: 0.000_1 }]) {
      const candidate = devices.map((device, each) => (each === i ? { ...device, ...plain } : device));
      if (JSON.stringify(candidate) === JSON.stringify(devices)) continue;
      if (await attempt({ ...history, devices: candidate })) devices = candidate;
    }
}
