import type { Api } from "../../../client/api.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { browserTabs } from "./browser-tabs.ts";
import { openDriveStore } from "./indexed-db-store.ts";
import type { DrivePorts, Network } from "./ports.ts";

const network: Network = {
  isOnline: () => navigator.onLine,
  onChange: (listener) => {
    window.addEventListener("online", listener);
    window.addEventListener("offline", listener);
    return () => {
      window.removeEventListener("online", listener);
      window.removeEventListener("offline", listener);
    };
  },
};

/** What a drive needs of the browser, for an account. */
export function browserPorts(account: string, api: Api): DrivePorts {
  return {
    clock: systemClock,
    random: Math.random,
    store: openDriveStore(account),
    tabs: browserTabs(account),
    network,
    openPush: async (onNotice) => (await import("./browser-push.ts")).browserPush(api, onNotice),
  };
}
