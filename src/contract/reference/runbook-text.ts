/** Said in both forms of the runbook; a word between backticks is code. */
export const withoutKeyturn: readonly string[] = [
  "Services keep running, and restart and boot, without Keyturn: everything that they read lies on their hosts. While it is gone nothing can be changed, and nothing else is lost.",
  "Look at the service first: the tables below say where. Restart what is down, in the order below.",
  "When the newest release is what is wrong: paste the line of each of its targets, whole, into a shell of root on that host, the last services of the order first. It brings the release before back, restarts what reads it, and tells what it did. A second time does no harm. A release whose values were retired does not come back.",
  "Then bring the store back: on any machine with Keyturn and the key, `keyturn restore FILE --home FOLDER`, then `keyturn status`, `keyturn drift` and `keyturn plan`. It plans from what is on the hosts; look at the plan before the first `keyturn apply`. What was retired after that backup has to be retired again.",
];

/** Filled in by hand. */
export const toFillIn: readonly string[] = [
  "the newest backup of the store lies in",
  "its key lies in",
  "the recovery identity is kept by",
  "root on the hosts have",
  "call",
];

export const printAgain =
  "Write and print this page anew after every change of the manifest and after every `keyturn retire`.";
