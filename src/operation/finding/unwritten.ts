import { AppError, type ErrorCode } from "#kernel";

/** Why the store did not take what was found. */
export interface Unwritten {
  readonly failed: ErrorCode;
  readonly message: string;
}

/** A store that can't be written ends no scan: what was found is told in any case. */
export async function orUnwritten<T>(work: () => Promise<T>): Promise<T | Unwritten> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { failed: error.code, message: error.message };
  }
}
