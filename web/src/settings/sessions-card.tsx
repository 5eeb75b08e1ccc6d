import { Badge, Button, Text } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2, type Icon } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { browserOf } from "../../../core/user-agent.ts";
import { strings } from "../strings/settings.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatDateTime } from "../ui/format.ts";
import { endSession, sessionsQuery, type Session } from "./account-requests.ts";
import { dayText } from "./day-text.ts";
import { Item, ItemList } from "./item-list.tsx";
import { QueryBody } from "./query-body.tsx";
import { SettingCard } from "./setting-card.tsx";
import { useAsked } from "./use-asked.ts";
import { useRefocus } from "./use-refocus.ts";

/** Where the account is signed in; ends any of it. */
export function SessionsCard(): ReactNode {
  const text = strings.settings.sessions;
  const client = useQueryClient();
  const query = useQuery({ ...sessionsQuery, refetchOnWindowFocus: "always" });
  const one = useAsked<Session>();
  const [isEndingOthers, setEndingOthers] = useState(false);
  const { headingRef, refocus } = useRefocus();
  const others = (query.data ?? []).filter((session) => !session.current);
  async function end(sessions: readonly Session[]): Promise<void> {
    try {
      for (const { id } of sessions) await endSession(id);
    } finally {
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    }
    refocus();
  }
  return (
    <SettingCard title={text.title} text={text.text} headingRef={headingRef}>
      <QueryBody query={query} lines={2}>
        {(sessions) => (
          <>
            <ItemList label={text.title}>
              {[...sessions].sort(currentFirst).map((session) => (
                <SessionItem key={session.id} session={session} onEnd={() => one.ask(session)} />
              ))}
            </ItemList>
            {others.length > 0 ? (
              <Button variant="default" mt="md" onClick={() => setEndingOthers(true)}>
                {text.endOthers}
              </Button>
            ) : (
              <Text size="sm" mt="md">
                {text.onlyThis}
              </Text>
            )}
          </>
        )}
      </QueryBody>
      <ConfirmDialog
        isOpen={one.isOpen}
        title={text.endTitle(one.about ? sessionName(one.about) : "")}
        text={text.endText}
        answer={text.end}
        onConfirm={() => end(one.about ? [one.about] : [])}
        onClose={one.close}
      />
      <ConfirmDialog
        isOpen={isEndingOthers}
        title={text.endOthersTitle}
        text={text.endOthersText(others.length)}
        answer={text.endOthers}
        onConfirm={() => end(others)}
        onClose={() => setEndingOthers(false)}
      />
    </SettingCard>
  );
}

function SessionItem({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }): ReactNode {
  const text = strings.settings.sessions;
  const name = sessionName(session);
  return (
    <Item
      icon={iconOf(session)}
      title={name}
      badge={
        session.current && (
          <Badge variant="light" tt="none" fw={600}>
            {text.current}
          </Badge>
        )
      }
      facts={[
        text.signedIn(formatDateTime(Date.parse(session.createdAt))),
        !session.current && text.used(dayText(Date.parse(session.lastUsedAt))),
        session.ipAddress ?? undefined,
      ]}
    >
      {!session.current && (
        <Button variant="default" size="xs" aria-label={text.endItem(name)} onClick={onEnd}>
          {text.end}
        </Button>
      )}
    </Item>
  );
}

function currentFirst(one: Session, other: Session): number {
  return Number(other.current) - Number(one.current);
}

/** `Chrome on Linux`; what is no browser is told apart only from what says nothing of itself. */
function sessionName({ userAgent }: Session): string {
  const text = strings.settings.sessions;
  if (userAgent === null || userAgent === "") return text.unknown;
  const { browser, system } = browserOf(userAgent);
  if (browser === undefined) return text.program;
  return system === undefined ? browser : text.on(browser, system);
}

function iconOf({ userAgent }: Session): Icon {
  const { browser, system } = browserOf(userAgent ?? "");
  if (browser === undefined) return IconTerminal2;
  return system === "iPhone" || system === "Android" ? IconDeviceMobile : IconDeviceDesktop;
}
