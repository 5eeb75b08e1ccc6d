import { ActionIcon, Button } from "@mantine/core";
import {
  IconAdjustmentsHorizontal,
  IconCheck,
  IconCopy,
  IconExternalLink,
  IconShare2,
  IconTrash,
} from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Link } from "../../../protocol/share.ts";
import { strings } from "../strings/sharing.ts";
import { canSend, copy, send } from "./copy-link.ts";
import classes from "./link-card.module.css";
import { isOver, limitTexts, usesText } from "./link-facts.ts";
import { LinkForm } from "./link-form.tsx";

interface LinkCardProps {
  readonly link: Link;
  /** What it opens. */
  readonly name: string;
  readonly isFolder: boolean;
  /** It was just made, and copied. */
  readonly isCopied: boolean;
  readonly onRevoke: () => void;
  /** Above the address. */
  readonly children?: ReactNode;
}

/** Milliseconds for which "copied" is said. */
const SAID_FOR = 2_500;

/** One link: its address, what it lets people do, how it is used, and its settings. */
export function LinkCard({ link, name, isFolder, isCopied, onRevoke, children }: LinkCardProps): ReactNode {
  const text = strings.sharing;
  const [isOpen, setOpen] = useState(false);
  const over = isOver(link, Date.now());
  return (
    <li className={classes.card} data-over={over ?? undefined}>
      {children}
      <LinkAddress link={link} name={name} isCopied={isCopied} />
      <p className={classes.facts}>
        <span className={classes.permission}>{text.permissions[link.permission]}</span>
        {limitTexts(link).map((limit) => (
          <span key={limit} className={classes.limit}>
            {limit}
          </span>
        ))}
      </p>
      <div className={classes.foot}>
        <span className={classes.uses}>{usesText(link)}</span>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isOpen}
          leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {text.settings}
        </Button>
        <ActionIcon
          component="a"
          href={link.url}
          target="_blank"
          rel="noopener"
          variant="subtle"
          color="gray"
          aria-label={text.open}
          title={text.open}
        >
          <IconExternalLink size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="subtle" color="red.8" aria-label={text.revoke} title={text.revoke} onClick={onRevoke}>
          <IconTrash size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
      </div>
      {isOpen && <LinkForm link={link} isFolder={isFolder} />}
    </li>
  );
}

interface LinkAddressProps {
  readonly link: Link;
  readonly name: string;
  readonly isCopied: boolean;
}

function LinkAddress({ link, name, isCopied }: LinkAddressProps): ReactNode {
  const text = strings.sharing;
  const [said, setSaid] = useState<"copied" | "not" | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = (what: "copied" | "not"): void => {
    setSaid(what);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(null), SAID_FOR);
  };
  useEffect(() => {
    if (isCopied) say("copied");
    return () => clearTimeout(timer.current);
  }, [isCopied]);
  const copyIt = async (): Promise<void> => {
    const isDone = await copy(link.url);
    say(isDone ? "copied" : "not");
    if (!isDone) field.current?.select();
  };
  return (
    <>
      <div className={classes.address}>
        <input
          ref={field}
          className={classes.url}
          readOnly
          value={link.url}
          aria-label={text.link}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        {canSend() && (
          <Button
            variant="default"
            leftSection={<IconShare2 size={17} aria-hidden />}
            onClick={() => void send(name, link.url)}
          >
            {text.send}
          </Button>
        )}
        <Button
          variant={said === "copied" ? "light" : "filled"}
          leftSection={said === "copied" ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
          onClick={() => void copyIt()}
        >
          {said === "copied" ? text.copied : text.copy}
        </Button>
      </div>
      <p className={said === "not" ? classes.notCopied : classes.spoken} role="status">
        {said === "copied" ? text.copied : said === "not" ? text.notCopied : ""}
      </p>
    </>
  );
}
