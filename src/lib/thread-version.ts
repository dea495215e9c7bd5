/**
 * Of all that the threads of a process say to each other: packed records (shard/requests.ts, shard/answers.ts), rare messages
 * (shard/messages.ts), orders and calls (api/http-thread.ts, admin/node-port.ts). A thread that is started anew reads its
 * program from the disk, where another release may lie by then.
 */
export const threadVersion = 1;

/** Call before anything else in a thread, with what the one that starts it was built with. */
export function assertThreadVersion(told: number): void {
  if (told === threadVersion) return;
  throw new Error(
    `Cannot start the thread as its program was replaced while the process runs: the process speaks version ${told} to its threads, the program on the disk version ${threadVersion}: restart the process`,
  );
}
