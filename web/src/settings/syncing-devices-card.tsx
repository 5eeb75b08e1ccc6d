import { Badge, Button, Text } from "@mantine/core";
import { IconBrowser, IconDeviceLaptop } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Device } from "../../../protocol/push.ts";
import { useNotice } from "../drive/hooks.ts";
import { api } from "../session/api.ts";
import { strings } from "../strings/settings.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatNumber, formatRelative } from "../ui/format.ts";
import { devicesQuery, sessionsQuery } from "./account-requests.ts";
import { Item, ItemList } from "./item-list.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { QueryBody } from "./query-body.tsx";
import { RenameAction } from "./row-actions.tsx";
import { SettingCard } from "./setting-card.tsx";
import { useAsked } from "./use-asked.ts";
import { useRefocus } from "./use-refocus.ts";

/** What follows the account's files, and how far it is. */
export function SyncingDevicesCard(): ReactNode {
  const text = strings.settings.devices;
  const client = useQueryClient();
  const query = useDevices();
  const rename = useAsked<Device>();
  const revoke = useAsked<Device>();
  const { headingRef, refocus } = useRefocus();
  const refresh = async (): Promise<void> => {
    void client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    await client.invalidateQueries({ queryKey: devicesQuery.queryKey });
  };
  return (
    <SettingCard title={text.title} text={text.text} headingRef={headingRef}>
      <QueryBody query={query} lines={2}>
        {(devices) => <DeviceList devices={devices} onRename={rename.ask} onRevoke={revoke.ask} />}
      </QueryBody>
      <NameDialog
        isOpen={rename.isOpen}
        title={text.renameTitle}
        name={rename.about?.name ?? ""}
        onRename={async (name) => {
          if (rename.about) await api.renameDevice(rename.about.id, name);
          await refresh();
        }}
        onClose={rename.close}
      />
      <ConfirmDialog
        isOpen={revoke.isOpen}
        title={text.revokeTitle(revoke.about?.name ?? "")}
        text={
          <>
            <p>{text.revokeText}</p>
            {revoke.about?.platform !== "browser" && (
              <p>
                {text.revokeFiles} {text.revokeToken}
              </p>
            )}
          </>
        }
        answer={text.revoke}
        onConfirm={async () => {
          if (revoke.about) await api.revokeDevice(revoke.about.id);
          await refresh();
          refocus();
        }}
        onClose={revoke.close}
      />
    </SettingCard>
  );
}

/** Asks again when a device comes, goes or is renamed; and now and then, for how far they are. */
function useDevices() {
  const client = useQueryClient();
  useNotice("devices", () => void client.invalidateQueries({ queryKey: devicesQuery.queryKey }));
  return useQuery({ ...devicesQuery, refetchInterval: 15_000, refetchOnMount: "always" });
}

interface DeviceListProps {
  readonly devices: readonly Device[];
  readonly onRename: (device: Device) => void;
  readonly onRevoke: (device: Device) => void;
}

function DeviceList({ devices, onRename, onRevoke }: DeviceListProps): ReactNode {
  const text = strings.settings.devices;
  if (devices.length === 0) return <Text size="sm">{text.none}</Text>;
  // The server tells how far each is, not how far one can be: some device, this browser mostly, is at the end.
  const newest = Math.max(...devices.map((device) => device.seq ?? 0));
  return (
    <ItemList label={text.title}>
      {devices.map((device) => (
        <Item
          key={device.id}
          icon={device.platform === "browser" ? IconBrowser : IconDeviceLaptop}
          title={device.name}
          badge={device.current ? <State text={text.current} /> : device.connected && <State text={text.connected} />}
          facts={[
            text.platforms[device.platform] ?? device.platform,
            !device.connected && !device.current && text.lastSeen(formatRelative(device.lastSeenAt)),
            progressText(device, newest),
          ]}
        >
          <RenameAction name={device.name} onClick={() => onRename(device)} />
          {!device.current && (
            <Button
              variant="default"
              size="xs"
              h={34}
              aria-label={text.revokeItem(device.name)}
              onClick={() => onRevoke(device)}
            >
              {text.revoke}
            </Button>
          )}
        </Item>
      ))}
    </ItemList>
  );
}

function State({ text }: { readonly text: string }): ReactNode {
  return (
    <Badge variant="light" tt="none" fw={600}>
      {text}
    </Badge>
  );
}

function progressText({ seq }: Device, newest: number): string {
  const text = strings.settings.devices;
  if (seq === null) return text.notSynced;
  return seq >= newest ? text.upToDate : text.behind(newest - seq, formatNumber(newest - seq));
}
