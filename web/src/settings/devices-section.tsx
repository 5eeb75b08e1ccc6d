import type { ReactNode } from "react";
import { SessionsCard } from "./sessions-card.tsx";
import { SyncingDevicesCard } from "./syncing-devices-card.tsx";

/** Where the account is in use. */
export function DevicesSection(): ReactNode {
  return (
    <>
      <SessionsCard />
      <SyncingDevicesCard />
    </>
  );
}
