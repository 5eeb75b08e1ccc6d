import { Anchor, Badge, Button, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatDate, formatRelative } from "../ui/format.ts";
import { terminalLines } from "../ui/terminal-lines.ts";
import { deleteToken, tokensQuery, type Token } from "./account-requests.ts";
import { CommandLine } from "./command-line.tsx";
import { dayText } from "./day-text.ts";
import { Item, ItemList } from "./item-list.tsx";
import { MadeToken } from "./made-token.tsx";
import { NewTokenForm } from "./new-token-form.tsx";
import { QueryBody } from "./query-body.tsx";
import { SettingCard } from "./setting-card.tsx";
import { useAsked } from "./use-asked.ts";
import { useRefocus } from "./use-refocus.ts";

/** Tokens for programs: made, shown once, listed, deleted. */
export function TokensSection(): ReactNode {
  const text = strings.settings.tokens;
  const client = useQueryClient();
  const [made, setMade] = useState<{ readonly name: string; readonly token: string }>();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  return (
    <>
      <SettingCard title={text.makeTitle} text={text.text}>
        {made ? (
          <MadeToken {...made} onDismiss={() => setMade(undefined)} />
        ) : (
          <NewTokenForm
            onMade={(token) => {
              setMade(token);
              void refresh();
            }}
          />
        )}
      </SettingCard>
      <TokensCard onChanged={refresh} />
      <SettingCard title={text.useTitle}>
        <CommandLine
          about={text.useText}
          command={`LEDGE_URL=${location.origin} LEDGE_TOKEN=ldg_… ${terminalLines.list}`}
        />
        <CommandLine
          about={text.useApi}
          command={`curl -H "Authorization: Bearer ldg_…" ${location.origin}/api/account`}
        />
        <Anchor href="/api/docs" target="_blank" rel="noopener" size="sm" display="inline-block" mt="md">
          {text.docs}
        </Anchor>
      </SettingCard>
    </>
  );
}

function TokensCard({ onChanged }: { readonly onChanged: () => Promise<void> }): ReactNode {
  const text = strings.settings.tokens;
  const query = useQuery({ ...tokensQuery, refetchOnMount: "always" });
  const asked = useAsked<Token>();
  const { headingRef, refocus } = useRefocus();
  return (
    <SettingCard title={text.title} headingRef={headingRef}>
      <QueryBody query={query} lines={2}>
        {(tokens) => <TokenList tokens={tokens} onDelete={asked.ask} />}
      </QueryBody>
      <ConfirmDialog
        isOpen={asked.isOpen}
        title={text.deleteTitle(asked.about?.name ?? "")}
        text={text.deleteText}
        answer={text.delete}
        onConfirm={async () => {
          if (asked.about) await deleteToken(asked.about.id);
          await onChanged();
          refocus();
        }}
        onClose={asked.close}
      />
    </SettingCard>
  );
}

interface TokenListProps {
  readonly tokens: readonly Token[];
  readonly onDelete: (token: Token) => void;
}

function TokenList({ tokens, onDelete }: TokenListProps): ReactNode {
  const text = strings.settings.tokens;
  if (tokens.length === 0) return <Text size="sm">{text.none}</Text>;
  return (
    <ItemList label={text.title}>
      {tokens.map((token) => (
        <Item
          key={token.id}
          icon={IconKey}
          title={token.name}
          badge={token.scopes.map((scope) => (
            <Badge key={scope} variant="default" tt="none" fw={500}>
              {text[scope]}
            </Badge>
          ))}
          facts={[
            text.created(dayText(Date.parse(token.createdAt))),
            token.lastUsedAt === null ? text.neverUsed : text.lastUsed(formatRelative(Date.parse(token.lastUsedAt))),
            expiryText(token.expiresAt),
          ]}
        >
          <Button variant="default" size="xs" aria-label={text.deleteItem(token.name)} onClick={() => onDelete(token)}>
            {text.delete}
          </Button>
        </Item>
      ))}
    </ItemList>
  );
}

function expiryText(expiresAt: string | null): string {
  const text = strings.settings.tokens;
  if (expiresAt === null) return text.noExpiry;
  const at = Date.parse(expiresAt);
  return at <= Date.now() ? text.expired : text.expires(formatDate(at));
}
