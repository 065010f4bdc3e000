import { basename } from "node:path";
import { proposeManifest, readContract, type FoundFile, type Question } from "#contract";
import { readTree, trackedFiles } from "#corpus";
import { AppError } from "#kernel";

/** What the files of a folder say about a platform, as far as it was answered what they don't show. */
export interface ProposedPlatform {
  readonly services: readonly ProposedServiceView[];
  /** not answered: the suggestion stands in the text, marked as inferred */
  readonly open: readonly Question[];
  /** a whole keyturn.yaml */
  readonly text: string;
  /** contracts and public brand files, which .gitignore must not hide */
  readonly committed: readonly string[];
}

export interface ProposedServiceView {
  readonly name: string;
  readonly contract: string;
  readonly runtime: string;
  readonly seenIn: string;
  readonly variables: number;
  readonly secrets: readonly string[];
  /** of the secrets, those that no decorator calls so */
  readonly inferred: readonly string[];
}

/** Files that show a platform, below the folder. Files with values in them are not read. */
export async function findPlatformFiles(folder: string): Promise<readonly FoundFile[]> {
  const { files } = await readTree(folder, { include: (path) => telling.some((name) => name.test(basename(path))) });
  const tracked = await trackedFiles(folder);
  const paths = tracked.kind === "repository" ? tracked.paths : [];
  const brands = paths.filter((path) => brand.test(path)).map((path) => ({ path, text: "" }));
  return [...files, ...brands];
}

const telling = [
  /^\.env\.(?:example|sample|template)$/,
  /\.service$/,
  /^(?:docker-)?compose.*\.ya?ml$/,
  /^vite\.config\./,
];

/** A build's public values, committed on purpose: its path is enough. */
const brand = /(?:^|\/)brands?\/(?:.*\/)?\.env$/;

/** NOT_FOUND when nothing shows a service. */
export function proposePlatform(
  folder: string,
  found: readonly FoundFile[],
  answers: Readonly<Record<string, string>>,
): ProposedPlatform {
  const { services, questions, text } = proposeManifest(found, answers);
  if (services.length === 0) {
    throw new AppError("NOT_FOUND", `no service is seen in ${folder}: there is no .env.example`, {
      hint: "put an .env.example beside each service: it lists the variables that the service reads",
    });
  }
  const contracts = services.map(({ contract }) => contract);
  return {
    services: services.map((service) => ({ ...service, ...describeContract(service.contract, found) })),
    open: questions,
    text,
    committed: [...new Set([...contracts, ...found.map(({ path }) => path).filter((path) => brand.test(path))])],
  };
}

function describeContract(path: string, found: readonly FoundFile[]) {
  const text = found.find((file) => file.path === path)?.text ?? "";
  const { variables } = readContract(text, path);
  const secrets = variables.filter(({ sensitive }) => sensitive);
  const inferred = secrets.filter(({ sensitivity }) => sensitivity === "inferred");
  return {
    variables: variables.length,
    secrets: secrets.map(({ name }) => name),
    inferred: inferred.map(({ name }) => name),
  };
}
