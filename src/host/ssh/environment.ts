/** What ssh, its agent and its proxy commands need; values that a CI step has bound for us are not theirs to see. */
export function sshEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const names = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "SSH_AUTH_SOCK", "SSH_AGENT_PID"];
  const others = ["XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "KRB5CCNAME", "SystemRoot", "USERPROFILE", "ProgramData"];
  const known = [...names, ...others].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(known), LC_ALL: "C" };
}
