import { Button, TextInput } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { nameProblem } from "../../../core/names.ts";
import { strings } from "../strings/guest.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDateTime, formatSize } from "../ui/format.ts";
import { beginDrop, keepGuest, knownGuest, type KnownGuest } from "./drop-place.ts";
import { DropSender } from "./drop-sender.tsx";
import classes from "./guest-card.module.css";
import { GuestFrame } from "./guest-frame.tsx";
import { useOpenedLink } from "./opened-link.ts";

/** A link that takes files: the guest says who they are, and sends. */
export function DropPage(): ReactNode {
  const { secret } = useOpenedLink();
  const [guest, setGuest] = useState(() => knownGuest(secret));
  if (guest === null) return <NameForm onKnown={setGuest} />;
  return (
    <DropSender
      key={guest.drop}
      guest={guest}
      onLeave={() => {
        keepGuest(secret, null);
        setGuest(null);
      }}
    />
  );
}

function NameForm({ onKnown }: { readonly onKnown: (guest: KnownGuest) => void }): ReactNode {
  const text = strings.guest.drop;
  const { secret, name: place, by, note, expiresAt, maxUploadBytes } = useOpenedLink();
  const [name, setName] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const begin = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const typed = name.trim();
    if (isBusy) return;
    if (typed === "") return setFailure(text.noName);
    if (nameProblem(typed) !== null) return setFailure(text.badName);
    setBusy(true);
    try {
      const guest = { name: typed, drop: await beginDrop(secret, typed), isLeft: false };
      keepGuest(secret, guest);
      onKnown(guest);
    } catch (error) {
      setFailure(error instanceof LedgeError && error.code === "invalid_name" ? text.badName : errorText(error));
      setBusy(false);
    }
  };
  const limits = [
    maxUploadBytes !== null && text.limit(formatSize(maxUploadBytes)),
    expiresAt !== null && strings.guest.until(formatDateTime(expiresAt)),
  ].filter((limit) => typeof limit === "string");
  return (
    <GuestFrame>
      <form className={classes.card} onSubmit={(event) => void begin(event)} noValidate>
        <div className={classes.icon}>
          <IconInbox size={30} stroke={1.6} aria-hidden />
        </div>
        <h1 className={classes.title}>{text.title(place)}</h1>
        <p className={classes.text}>{text.text(by)}</p>
        {note !== null && note !== "" && <p className={classes.note}>{note}</p>}
        {limits.length > 0 && <p className={classes.text}>{limits.join(" · ")}</p>}
        <TextInput
          className={classes.field}
          size="md"
          label={text.name}
          description={text.nameText}
          value={name}
          error={failure}
          maxLength={100}
          autoComplete="name"
          autoFocus
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
            setFailure(undefined);
          }}
        />
        <Button type="submit" size="md" fullWidth loading={isBusy}>
          {text.begin}
        </Button>
      </form>
    </GuestFrame>
  );
}
