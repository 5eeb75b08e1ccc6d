import { use, type ComponentType, type ReactNode } from "react";

/** Milliseconds: longer than it takes to draw what a failure shows. */
const FAILED_FOR = 1_000;

const failures = new Set<() => void>();

/** As React's `lazy`; but what could not be loaded is asked for anew when it is drawn a second later, or after `forgetFailures`. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loading: Promise<ComponentType<P>> | null = null;
  return function Lazy(props: P): ReactNode {
    loading ??= begin();
    const Loaded = use(loading);
    return <Loaded {...props} />;
  };

  function begin(): Promise<ComponentType<P>> {
    const begun = load();
    begun.catch(() => {
      const forget = (): void => {
        if (loading === begun) loading = null;
        failures.delete(forget);
      };
      failures.add(forget);
      setTimeout(forget, FAILED_FOR);
    });
    return begun;
  }
}

/** Gives what could not be loaded another chance. */
export function forgetFailures(): void {
  for (const forget of failures) forget();
}
