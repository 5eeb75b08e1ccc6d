import { Button, Divider } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { strings } from "../strings/entry.ts";
import { errorText } from "../ui/error-text.ts";
import { canOfferPasskeys, canUsePasskeys, signInWithPasskey, stopWaitingForPasskey } from "./passkey.ts";
import { useArrive } from "./use-arrive.ts";

interface PasskeySignInProps {
  readonly onFailure: (text: string | undefined) => void;
}

/** The way in without a password: by a button, and by the browser where the email is typed. */
export function PasskeySignIn({ onFailure }: PasskeySignInProps): ReactNode {
  const arrive = useArrive();
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    let isOver = false;
    const offer = async (): Promise<void> => {
      if (!(await canOfferPasskeys()) || isOver) return;
      const answer = await signInWithPasskey(true);
      if (answer && !isOver) await arrive(answer.user.id);
    };
    offer().catch((error: unknown) => onFailure(errorText(error)));
    return () => {
      isOver = true;
      stopWaitingForPasskey();
    };
  }, [arrive, onFailure]);

  if (!canUsePasskeys()) return null;

  async function ask(): Promise<void> {
    setBusy(true);
    onFailure(undefined);
    try {
      const answer = await signInWithPasskey(false);
      if (answer) await arrive(answer.user.id);
      else onFailure(strings.entry.passkeyFailed);
    } catch (error) {
      onFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Divider label={strings.entry.or} my="md" />
      <Button
        variant="default"
        size="md"
        fullWidth
        loading={isBusy}
        leftSection={<IconFingerprint size={20} aria-hidden />}
        onClick={() => void ask()}
      >
        {strings.entry.passkey}
      </Button>
    </>
  );
}
