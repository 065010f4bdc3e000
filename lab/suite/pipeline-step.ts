import { spawn } from "node:child_process";
import { parse } from "yaml";

/** The deploy step of a pipeline: what it binds for this step only, and the commands that its runner hands to a shell. */
export interface DeployStep {
  /** how the runner calls the shell: Jenkins traces every command */
  readonly shell: readonly string[];
  /** names bound for the step, each with the name of the credential that it comes from */
  readonly bound: ReadonlyMap<string, string>;
  readonly plain: Readonly<Record<string, string>>;
  /** folder below the checkout where the commands start */
  readonly folder: string;
  readonly script: string;
}

export interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell with this environment and nothing of ours. */
export function runShell(
  shell: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Printed> {
  const [program = "", ...words] = shell;
  const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const seen = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (seen.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (seen.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...seen }));
  });
}

/** A declarative Jenkinsfile, as far as ours goes: `environment`, `withCredentials`, `dir` and one `sh`. */
export function jenkinsStep(text: string): DeployStep {
  const stage = text.slice(text.indexOf("stage('Deploy')"));
  const bound = [...stage.matchAll(/credentialsId: '([^']+)', variable: '([^']+)'/g)];
  const environment = /environment \{ (\w+) = '([^']*)' \}/.exec(stage);
  return {
    shell: ["sh", "-xe"],
    bound: new Map(bound.map(([, credential = "", name = ""]) => [name, credential])),
    plain: environment === null ? {} : { [environment[1] ?? ""]: environment[2] ?? "" },
    folder: /dir\('([^']+)'\)/.exec(stage)?.[1] ?? ".",
    // Groovy's ''' takes a backslash for itself
    script: (/sh '''([\s\S]*?)'''/.exec(stage)?.[1] ?? "").replaceAll("\\\\", "\\"),
  };
}

interface Workflow {
  readonly jobs: {
    readonly deploy: {
      readonly steps: readonly {
        readonly name?: string;
        readonly run?: string;
        readonly env?: Readonly<Record<string, string>>;
        readonly "working-directory"?: string;
      }[];
    };
  };
}

export function githubStep(text: string): DeployStep {
  const { steps } = (parse(text) as Workflow).jobs.deploy;
  const step = steps.find(({ name }) => name === "deploy");
  const entries = Object.entries(step?.env ?? {});
  const secret = (value: string) => /^\$\{\{ secrets\.(\w+) \}\}$/.exec(value)?.[1];
  return {
    shell: ["bash", "-e"],
    bound: new Map(
      entries.flatMap(([name, value]) => (secret(value) === undefined ? [] : [[name, secret(value) ?? ""]])),
    ),
    plain: Object.fromEntries(entries.filter(([, value]) => secret(value) === undefined)),
    folder: step?.["working-directory"] ?? ".",
    script: step?.run ?? "",
  };
}

interface Bitbucket {
  readonly pipelines: {
    readonly branches: {
      readonly main: readonly { readonly step: { readonly name: string; readonly script: readonly string[] } }[];
    };
  };
}

/** A Bitbucket step has every variable of its deployment; the file lists them in its head. */
export function bitbucketStep(text: string): DeployStep {
  const step = (parse(text) as Bitbucket).pipelines.branches.main.find((one) => one.step.name === "deploy")?.step;
  const head = text.slice(0, text.indexOf("\nimage:"));
  const names = [...head.matchAll(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g)]
    .map(([name]) => name)
    .filter((n) => n !== "KEYTURN_HOME");
  return {
    shell: ["bash", "-e", "-x"],
    bound: new Map(names.map((name) => [name, name])),
    plain: {},
    folder: ".",
    script: `${(step?.script ?? []).join("\n")}\n`,
  };
}
