import type { Command } from "commander";
import { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";

/**
 * Makes a commander action of `handler`: gives it a context, and aborts that at the first Ctrl-C. The second one ends
 * the process at once.
 */
export function run<A extends unknown[]>(
  handler: (context: CliContext, ...args: A) => Promise<void>,
): (...args: [...A, Command]) => Promise<void> {
  return async (...args) => {
    const command = args.pop() as Command;
    const context = new CliContext(command);
    const onSignal = (): void => {
      if (context.signal.aborted) process.exit(EXIT.interrupted);
      context.interrupt();
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    try {
      await handler(context, ...(args as unknown as A));
    } finally {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    }
  };
}
