import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, type ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import { onOutdated, reloadNewest, watchForUpdates } from "./updates.ts";

const ID = "new-version";

/** Offers a new release when there is one, and never takes it from under a person's hands (B19). */
export function UpdateNotice(): ReactNode {
  useEffect(() => {
    if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
    const begin = (): void => void watchForUpdates(offer).catch(() => undefined);
    // After the first page is there: what is kept for later must not delay it.
    const timer = setTimeout(begin, 2000);
    onOutdated(() => offer(() => void reloadNewest()));
    return () => clearTimeout(timer);
  }, []);
  return null;
}

function offer(take: () => void): void {
  notifications.hide(ID);
  notifications.show({
    id: ID,
    autoClose: false,
    withBorder: true,
    title: strings.app.newVersion,
    message: (
      <>
        {strings.app.newVersionText}
        <Group gap="xs" mt="xs">
          <Button size="compact-sm" onClick={take}>
            {strings.app.reload}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => notifications.hide(ID)}>
            {strings.app.later}
          </Button>
        </Group>
      </>
    ),
  });
}
