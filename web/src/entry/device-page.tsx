import { useQuery } from "@tanstack/react-query";
import { Navigate, useLocation, useSearch } from "@tanstack/react-router";
import { Button, Loader } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { accountQuery } from "../session/account.ts";
import { strings } from "../strings/entry.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { DeviceCodeForm } from "./device-code-form.tsx";
import { DeviceDecision, type ClaimedDevice } from "./device-decision.tsx";
import { EntryLayout } from "./entry-layout.tsx";

/** Where the command line's sign-in leads (B4): nothing is approved by coming here. */
export function DevicePage(): ReactNode {
  const { user_code: userCode } = useSearch({ from: "/device" });
  const { href } = useLocation();
  // As the server knows it now: what this browser remembers may be over.
  const {
    data: account,
    error,
    isFetchedAfterMount,
    refetch,
  } = useQuery({ ...accountQuery, refetchOnMount: "always" });
  const [step, setStep] = useState<"code" | ClaimedDevice | "approved" | "denied">("code");

  if (error instanceof LedgeError && error.code === "unauthenticated") {
    return <Navigate to="/sign-in" search={{ next: href }} replace />;
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!isFetchedAfterMount || !account) {
    return (
      <EntryLayout title={strings.entry.deviceTitle}>
        <Loader aria-label={strings.app.loading} />
      </EntryLayout>
    );
  }
  if (step === "approved") return <EntryLayout title={strings.entry.approvedTitle} text={strings.entry.approvedText} />;
  if (step === "denied") {
    return (
      <EntryLayout title={strings.entry.deniedTitle} text={strings.entry.deniedText}>
        <Button variant="light" fullWidth onClick={() => setStep("code")}>
          {strings.entry.otherCode}
        </Button>
      </EntryLayout>
    );
  }
  if (step === "code") return <DeviceCodeForm initial={userCode ?? ""} onClaimed={setStep} />;
  return (
    <DeviceDecision
      device={step}
      account={account}
      onDecided={(decision) => setStep(decision === "approve" ? "approved" : "denied")}
      onOtherCode={() => setStep("code")}
    />
  );
}
