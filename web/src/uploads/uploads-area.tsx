import { Suspense, useEffect, useSyncExternalStore, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { offerUploads } from "../files/upload-slot.ts";
import { useAccount } from "../session/account.ts";
import { part } from "../ui/part.ts";
import { pickFiles, pickFolder } from "./picker.ts";
import { connectUploads, subscribeUploads, uploadsView } from "./uploads.ts";

const UploadTray = part(() => import("./upload-tray.tsx").then((file) => file.UploadTray));

/** What the shell shows of uploads: nothing until there are some. Connects them with the drive while it is mounted. */
export function UploadsArea(): ReactNode {
  const drive = useDrive();
  const account = useAccount();
  useEffect(() => connectUploads(account.id, drive), [account.id, drive]);
  useEffect(() => offerUploads({ pickFiles, pickFolder }), []);
  const isAny = useSyncExternalStore(subscribeUploads, () => uploadsView().items.length > 0);
  return (
    isAny && (
      <Suspense>
        <UploadTray />
      </Suspense>
    )
  );
}
