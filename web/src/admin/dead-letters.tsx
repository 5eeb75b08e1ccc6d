import { Button, Text } from "@mantine/core";
import { IconMailX } from "@tabler/icons-react";
import { useRef, useState, type ReactNode } from "react";
import type { DeadLetter } from "../../../protocol/search.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { Item, ItemList } from "../settings/item-list.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { errorText } from "../ui/error-text.ts";
import { formatRelative } from "../ui/format.ts";
import { redriveIndex } from "./admin-requests.ts";

interface DeadLettersProps {
  /** Newest first. */
  readonly letters: readonly DeadLetter[];
  /** Whether there are contents besides that may be read by now. */
  readonly canRetry: boolean;
}

/** Messages that were tried to the end, to be sent again one by one or all, with what may be read by now (X6). */
export function DeadLetters({ letters, canRetry }: DeadLettersProps): ReactNode {
  const text = strings.admin.index;
  const [busy, setBusy] = useState<number | "all">();
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<string>();
  const outcome = useRef<HTMLParagraphElement>(null);
  const send = async (letter?: number): Promise<void> => {
    setBusy(letter ?? "all");
    setFailure(undefined);
    try {
      const { messages, contents } = await redriveIndex(letter);
      setSaid(text.sent(messages, contents));
      // The button that was pressed goes when there is nothing more to send.
      outcome.current?.focus();
    } catch (error) {
      setSaid("");
      setFailure(errorText(error));
    } finally {
      setBusy(undefined);
    }
  };
  const hasUnsent = letters.some(({ redrivenAt }) => redrivenAt === null);
  return (
    <SettingCard title={text.dead} text={letters.length === 0 ? text.noneDead : text.deadText}>
      <FormFailure text={failure} />
      {letters.length > 0 && (
        <ItemList label={text.dead}>
          {letters.map((letter) => (
            <LetterItem
              key={letter.id}
              letter={letter}
              isBusy={busy === letter.id}
              onSend={() => void send(letter.id)}
            />
          ))}
        </ItemList>
      )}
      <Text ref={outcome} size="sm" role="status" tabIndex={-1}>
        {said}
      </Text>
      {(hasUnsent || canRetry) && (
        <Button mt="md" variant="default" loading={busy === "all"} onClick={() => void send()}>
          {text.sendAllAgain}
        </Button>
      )}
    </SettingCard>
  );
}

interface LetterItemProps {
  readonly letter: DeadLetter;
  readonly isBusy: boolean;
  readonly onSend: () => void;
}

function LetterItem({ letter: { body, at, redrivenAt }, isBusy, onSend }: LetterItemProps): ReactNode {
  const text = strings.admin.index;
  const space = spaceOf(body);
  const title = space === null ? text.unreadable : text.message(space);
  return (
    <Item
      icon={IconMailX}
      title={title}
      facts={[
        text.givenUp(formatRelative(at)),
        space === null && body,
        redrivenAt !== null && text.sentAgain(formatRelative(redrivenAt)),
      ]}
    >
      {redrivenAt === null && (
        <Button variant="default" size="xs" loading={isBusy} aria-label={text.sendOneAgain(title)} onClick={onSend}>
          {text.sendAgain}
        </Button>
      )}
    </Item>
  );
}

/** The space that a message is about; null where it is none. */
function spaceOf(body: string): string | null {
  const message: unknown = JSON.parse(body);
  if (typeof message !== "object" || message === null || !("space" in message)) return null;
  return typeof message.space === "string" ? message.space : null;
}
