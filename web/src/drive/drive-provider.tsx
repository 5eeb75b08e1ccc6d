import { useEffect, useState, type ReactNode } from "react";
import type { Account } from "../../../client/api.ts";
import { api } from "../session/api.ts";
import { browserPorts } from "./browser-ports.ts";
import { createDrive } from "./create-drive.ts";
import { DriveContext } from "./drive-context.ts";
import type { Drive } from "./drive.ts";

/** Gives the account's drive to what is inside, which is drawn as soon as it is at work. */
export function DriveProvider({ account, children }: { account: Account; children: ReactNode }): ReactNode {
  const drive = useRunningDrive(account);
  return drive && <DriveContext value={drive}>{children}</DriveContext>;
}

function useRunningDrive({ id, home }: Account): Drive | null {
  const [drive, setDrive] = useState<Drive | null>(null);
  const { root, space } = home;
  useEffect(() => {
    const running = createDrive({ api, account: { id, home: { root, space } }, ports: browserPorts(id, api) });
    running.start();
    setDrive(running);
    return () => {
      setDrive(null);
      running.stop();
    };
  }, [id, root, space]);
  return drive;
}
