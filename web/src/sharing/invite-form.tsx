import { Button, NativeSelect, Textarea } from "@mantine/core";
import { IconMessagePlus, IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Role } from "../../../protocol/members.ts";
import { authOptionsQuery } from "../entry/auth-requests.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/people.ts";
import { EmailField } from "./email-field.tsx";
import { readEmails } from "./emails.ts";
import classes from "./people-panel.module.css";
import { askPeopleAgain, people, peopleErrorText } from "./people-requests.ts";
import { isRole, ROLES } from "./roles.ts";

/** What one request takes. */
const MOST = 50;

/** Invites people to a folder, by their emails; the first invitation shares it. */
export function InviteForm({ folder }: { readonly folder: string }): ReactNode {
  const text = strings.people;
  const [emails, setEmails] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const [message, setMessage] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [done, setDone] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { data: options } = useQuery(authOptionsQuery);

  const check = (): readonly string[] | null => {
    const read = readEmails(typed);
    const all = [...new Set([...emails, ...read.emails])];
    setEmails(all);
    setTyped(read.wrong.join(", "));
    const fault =
      read.wrong.length > 0
        ? text.wrongEmails(read.wrong.join(", "))
        : all.length === 0
          ? text.noEmails
          : all.length > MOST
            ? text.tooManyEmails
            : undefined;
    setWrong(fault);
    return fault === undefined ? all : null;
  };
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    setDone("");
    const all = check();
    if (!all) return;
    setBusy(true);
    try {
      const said = message?.trim();
      const results = await people.invite(folder, { emails: [...all], role, ...(said && { message: said }) });
      setDone(outcomeText(results));
      setEmails([]);
      setMessage(undefined);
      askPeopleAgain();
    } catch (error) {
      setFailure(peopleErrorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={classes.invite} noValidate onSubmit={(event) => void send(event)}>
      <FormFailure text={failure} />
      <EmailField
        emails={emails}
        typed={typed}
        error={wrong}
        onChange={(now, value) => {
          setEmails(now);
          setTyped(value);
          setWrong(undefined);
          setDone("");
        }}
      />
      {message !== undefined && (
        <Textarea
          label={text.message}
          description={text.messageText}
          maxLength={500}
          autosize
          minRows={2}
          maxRows={6}
          autoFocus
          value={message}
          onChange={({ currentTarget: { value } }) => setMessage(value)}
        />
      )}
      <div className={classes.terms}>
        <NativeSelect
          className={classes.role}
          label={text.role}
          value={role}
          onChange={({ currentTarget: { value } }) => {
            if (isRole(value)) setRole(value);
          }}
          data={ROLES.map((value) => ({ value, label: text.roles[value] }))}
        />
        {message === undefined && (
          <Button
            variant="subtle"
            leftSection={<IconMessagePlus size={18} aria-hidden />}
            onClick={() => setMessage("")}
          >
            {text.addMessage}
          </Button>
        )}
        <Button
          type="submit"
          className={classes.send}
          loading={isBusy}
          leftSection={<IconSend size={18} aria-hidden />}
        >
          {text.invite}
        </Button>
      </div>
      <p className={classes.hint}>{text.roleTexts[role]}</p>
      {options?.mail === false && <p className={classes.hint}>{text.noMail}</p>}
      <p className={classes.done} role="status">
        {done}
      </p>
    </form>
  );
}

function outcomeText(results: readonly { readonly email: string; readonly status: "invited" | "member" }[]): string {
  const members = results.filter(({ status }) => status === "member").map(({ email }) => email);
  const invited = results.length - members.length;
  const said = [
    invited > 0 && strings.people.invited(invited),
    members.length > 0 && strings.people.areMembers(members.join(", ")),
  ];
  return said.filter(Boolean).join(". ");
}
