import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { strings } from "../strings/entry.ts";
import { TextLink } from "../ui/links.tsx";
import { authOptionsQuery } from "./auth-requests.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";
import { PasskeySignIn } from "./passkey-sign-in.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export function SignInPage(): ReactNode {
  const search = useSearch({ from: "/sign-in" });
  const { data: options } = useQuery(authOptionsQuery);
  const [isHalfIn, setHalfIn] = useState(false);
  const [passkeyFailure, setPasskeyFailure] = useState<string>();
  // Nobody can sign in yet.
  if (options?.signUp === "first") return <Navigate to="/sign-up" search={search} replace />;
  if (isHalfIn) return <SecondFactor onStartOver={() => setHalfIn(false)} />;
  const foot = options !== undefined && options.signUp !== "closed" && (
    <>
      {strings.entry.noAccount}{" "}
      <TextLink to="/sign-up" search={search} inherit fw={600}>
        {strings.entry.makeAccount}
      </TextLink>
    </>
  );
  return (
    <EntryLayout title={strings.entry.signInTitle} text={strings.entry.signInText} foot={foot}>
      <FormFailure text={passkeyFailure} />
      <SignInForm onSecondFactor={() => setHalfIn(true)} />
      {options?.passkeys === true && <PasskeySignIn onFailure={setPasskeyFailure} />}
    </EntryLayout>
  );
}
