import type { Platform } from "#contract";
import { AppError } from "#kernel";

/**
 * A value that no service has is replaced where somebody makes the new one: a random one that nobody is told of would be one
 * that nobody can use. ROTATION_REFUSED otherwise.
 */
export function refuseUnmade({ services, environment }: Platform, name: string): void {
  const isMade = services.some(({ contract }) =>
    contract.variables.some((variable) => variable.name === name && variable.generate !== undefined),
  );
  if (isMade) return;
  throw new AppError("ROTATION_REFUSED", `no service of ${environment.name} has ${name}, and nothing makes its value`, {
    hint: `\`keyturn rotate ${name} --value\` takes it from you; \`secrets: { ${name}: { issuer: … } }\` in keyturn.yaml has it made`,
  });
}
