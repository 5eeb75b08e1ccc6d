import { Badge, Button, Text } from "@mantine/core";
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { IconFingerprint } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { authOptionsQuery } from "../entry/auth-requests.ts";
import { strings } from "../strings/settings.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatRelative } from "../ui/format.ts";
import { passkeysQuery, removePasskey, renamePasskey, type Passkey } from "./account-requests.ts";
import { AddPasskeyDialog } from "./add-passkey-dialog.tsx";
import { dayText } from "./day-text.ts";
import { Item, ItemList } from "./item-list.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { QueryBody } from "./query-body.tsx";
import { RemoveAction, RenameAction } from "./row-actions.tsx";
import { SettingCard } from "./setting-card.tsx";
import { useAsked } from "./use-asked.ts";
import { useRefocus } from "./use-refocus.ts";

/** The account's passkeys, where this address and this browser can have them. */
export function PasskeysCard(): ReactNode {
  const text = strings.settings.passkeys;
  const client = useQueryClient();
  const query = useQuery(passkeysQuery);
  const options = useQuery(authOptionsQuery);
  const [isAdding, setAdding] = useState(false);
  const rename = useAsked<Passkey>();
  const remove = useAsked<Passkey>();
  const { headingRef, refocus } = useRefocus();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: passkeysQuery.queryKey });
  const obstacle =
    options.data?.passkeys === false ? text.insecure : browserSupportsWebAuthn() ? undefined : text.unsupported;
  return (
    <SettingCard
      title={text.title}
      text={text.text}
      headingRef={headingRef}
      aside={
        obstacle === undefined && (
          <Button variant="light" onClick={() => setAdding(true)}>
            {text.add}
          </Button>
        )
      }
    >
      {obstacle !== undefined && (
        <Text size="sm" mb="md">
          {obstacle}
        </Text>
      )}
      <QueryBody query={query} lines={1}>
        {(passkeys) => <PasskeyList passkeys={passkeys} onRename={rename.ask} onRemove={remove.ask} />}
      </QueryBody>
      <AddPasskeyDialog isOpen={isAdding} onAdded={refresh} onClose={() => setAdding(false)} />
      <NameDialog
        isOpen={rename.isOpen}
        title={text.renameTitle}
        name={rename.about?.name ?? ""}
        onRename={async (name) => {
          if (rename.about) await renamePasskey(rename.about.id, name);
          await refresh();
        }}
        onClose={rename.close}
      />
      <ConfirmDialog
        isOpen={remove.isOpen}
        title={text.removeTitle(remove.about?.name ?? "")}
        text={text.removeText}
        answer={strings.settings.remove}
        onConfirm={async () => {
          if (remove.about) await removePasskey(remove.about.id);
          await refresh();
          refocus();
        }}
        onClose={remove.close}
      />
    </SettingCard>
  );
}

interface PasskeyListProps {
  readonly passkeys: readonly Passkey[];
  readonly onRename: (passkey: Passkey) => void;
  readonly onRemove: (passkey: Passkey) => void;
}

function PasskeyList({ passkeys, onRename, onRemove }: PasskeyListProps): ReactNode {
  const text = strings.settings.passkeys;
  if (passkeys.length === 0) return <Text size="sm">{text.none}</Text>;
  return (
    <ItemList label={text.title}>
      {passkeys.map((passkey) => (
        <Item
          key={passkey.id}
          icon={IconFingerprint}
          title={passkey.name}
          badge={
            passkey.backedUp && (
              <Badge variant="default" tt="none" fw={500}>
                {text.backedUp}
              </Badge>
            )
          }
          facts={[
            text.created(dayText(Date.parse(passkey.createdAt))),
            passkey.lastUsedAt === null
              ? text.neverUsed
              : text.lastUsed(formatRelative(Date.parse(passkey.lastUsedAt))),
          ]}
        >
          <RenameAction name={passkey.name} onClick={() => onRename(passkey)} />
          <RemoveAction name={passkey.name} onClick={() => onRemove(passkey)} />
        </Item>
      ))}
    </ItemList>
  );
}
