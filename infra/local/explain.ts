import { PostgresError } from '@kontakt/embedded-postgres';
import { MigrationError } from '@kontakt/migrate';
import { StartError } from '@kontakt/service-kit';

/** Does the work; what a person can mend is thrown as the StartError that says so. */
export async function explain<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PostgresError || error instanceof MigrationError) throw new StartError(error.message);
    throw error;
  }
}
