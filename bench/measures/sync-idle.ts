import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_SETTINGS } from "../../client/sync/settings.ts";
import type { Counts } from "../metered/meter.ts";
import { startDevice } from "../support/device.ts";
import { signUp } from "../support/ledge-account.ts";
import { withTemporaryFolder } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { metered } from "../support/meter-client.ts";
import { dollars } from "../support/prices.ts";

const IDLE_MS = 90_000;
const HOUR_MS = 3_600_000;

/** What a connected device costs while nothing happens: some time of it measured, and scaled to an hour. */
export const syncIdle: Measure = {
  name: "sync-idle",
  title: `A connected device that is idle: ${IDLE_MS / 1_000} s, scaled to an hour, polls that fall outside of it added`,
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.metered();
      const { token, api } = await signUp(url);
      const folder = join(temporary, "device");
      await mkdir(folder);
      const device = startDevice({ url, token, folder });
      await device.reached("idle");
      const idle = await metered(url, () => sleep(IDLE_MS));
      const { connected } = (await api.devices())[0] ?? { connected: false };
      if (!connected) throw new Error("the device was not connected all the time");
      const { cursor } = await api.changes();
      const poll = await metered(url, () => api.changes(cursor));
      await device.stop();
      return figures(idle.request, poll.request);
    }),
};

function figures(idle: Counts, poll: Counts): Figure[] {
  // Jitter shortens the time between two by up to a quarter: by an eighth on average.
  const polls = HOUR_MS / (DEFAULT_SETTINGS.pollConnected * (7 / 8));
  const whole = (what: keyof Counts): number => (idle[what] * HOUR_MS) / IDLE_MS + polls * poll[what];
  const hour = Object.fromEntries(
    Object.keys(idle).map((what) => [what, whole(what as keyof Counts)]),
  ) as unknown as Counts;
  const rows = (counts: Counts): number => counts.d1RowsRead + counts.d1RowsWritten;
  const operations = (counts: Counts): number => counts.r2ClassA + counts.r2ClassB;
  return [
    { name: "D1 rows, while measured", value: rows(idle), unit: "rows", target: { atMost: 0 }, details: { ...idle } },
    {
      name: "D1 rows in an hour, its part of the daily poll included",
      value: rows(hour),
      unit: "rows",
      details: { ...hour },
    },
    { name: "R2 operations in an hour", value: operations(hour), unit: "operations", target: { atMost: 0 } },
    { name: "an hour of it", value: 1e6 * dollars(hour), unit: "$ per million" },
  ];
}
