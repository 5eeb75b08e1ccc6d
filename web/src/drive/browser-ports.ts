import type { Api } from "../../../client/api.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { browserTabs } from "./browser-tabs.ts";
import { openDriveStore } from "./indexed-db-store.ts";
import type { DrivePorts, Network, PageLife } from "./ports.ts";

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

const page: PageLife = {
  onLeave: (listener) => {
    const onHidden = (): void => {
      if (document.visibilityState === "hidden") listener();
    };
    window.addEventListener("pagehide", listener);
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      window.removeEventListener("pagehide", listener);
      document.removeEventListener("visibilitychange", onHidden);
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
    page,
    openPush: async (onNotice) => (await import("./browser-push.ts")).browserPush(api, onNotice),
  };
}
